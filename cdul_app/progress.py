"""How far a task is, how fast it goes and what is left, in figures and in words."""

import math
from collections import deque

from cdul_app.language import figure, tr

BYTE_UNITS = ("bytes", "byte", "B")
WINDOW_SECONDS = 8.0  # long enough to smooth batches, short enough to follow a change of pace
_SHORTEST_SECONDS = 0.5  # within less, a pace says how fast events come, not how fast work is done


class Throughput:
    """Fed with how much is done and when; says how fast it goes now."""

    def __init__(self, total: int | None = None, *, window_seconds: float = WINDOW_SECONDS) -> None:
        """total : items of the whole task, where known."""
        self.total = total
        self._window = window_seconds
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, done: int, at_seconds: float) -> None:
        """`done` items are finished at `at_seconds` of any clock that does not go back.

        A count below the last one starts anew: a new stage has begun.
        """
        if self._samples and (done < self._samples[-1][1] or at_seconds < self._samples[-1][0]):
            self._samples.clear()
        self._samples.append((at_seconds, done))
        # One sample from before the window stays, so that slow tasks keep an interval.
        while len(self._samples) > 2 and self._samples[1][0] <= at_seconds - self._window:
            self._samples.popleft()

    @property
    def done(self) -> int:
        return self._samples[-1][1] if self._samples else 0

    @property
    def rate(self) -> float | None:
        """Items a second; None before two samples that are far enough apart in time."""
        if len(self._samples) < 2:
            return None
        (first_time, first_done), (last_time, last_done) = self._samples[0], self._samples[-1]
        if last_time - first_time < _SHORTEST_SECONDS:
            return None
        return (last_done - first_done) / (last_time - first_time)

    @property
    def eta(self) -> float | None:
        """Seconds until all is done at this rate; None where it cannot be told."""
        rate = self.rate
        if self.total is None or not rate:
            return None
        return max(0.0, (self.total - self.done) / rate)

    def pace(self, unit: str) -> list[str]:
        """["8.0 photos/s", "42 s left"], as much of it as is known."""
        if not self.rate:
            return []
        words, left = [rate_text(self.rate, unit)], self.eta
        if left is not None and left >= 1:
            words.append(tr("{time} left", time=format_duration(left)))
        return words


def amount_text(count: int, unit: str) -> str:
    """ "1,200 photos", "20 MB" of bytes."""
    if unit in BYTE_UNITS:
        return f"{figure(count / 1e6, ',.0f')} MB"
    return f"{figure(count)} {tr(unit)}".rstrip()


def progress_text(done: int, total: int | None, unit: str) -> str:
    """ "125 / 500 photos", or "125 photos" where the total is not known."""
    if total is None or (unit in BYTE_UNITS and not total):
        return amount_text(done, unit)
    shown = figure(done / 1e6, ",.0f") if unit in BYTE_UNITS else figure(done)
    return f"{shown} / {amount_text(total, unit)}"


def rate_text(rate: float, unit: str) -> str:
    """ "240 photos/s", "8.0 photos/s", "0.25 photos/s", "1.5 MB/s" of bytes."""
    if unit in BYTE_UNITS:
        return f"{figure(rate / 1e6, ',.1f')} MB/s"
    form = ",.0f" if rate >= 20 else ".1f" if rate >= 0.95 else ".2f"
    return f"{figure(rate, form)} {tr(unit)}/s"


def format_duration(seconds: float) -> str:
    """ "under a second", "42 s", "3 min 05 s", "2 h 10 min", for people."""
    whole = round(seconds)
    if whole < 1:
        return tr("under a second")
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def count_text(count: int, one: str, many: str = "") -> str:
    """ "1 photo", "1,200 photos"; `many` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float, digits: int = 0) -> str:
    """ "85 %" of a `share` in [0, 1], a score or a part of all; a dash where there is none."""
    if math.isnan(share):
        return "–"
    number = figure(share * 100, f".{digits}f") if digits else f"{share * 100:.0f}"
    return f"{number}\N{NO-BREAK SPACE}%"
