"""Speed and remaining time of a task, over a sliding window."""

from collections import deque

WINDOW_SECONDS = 8.0  # long enough to smooth batches, short enough to follow a change of pace


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
        """Items a second; None before two samples at different times."""
        if len(self._samples) < 2:
            return None
        (first_time, first_done), (last_time, last_done) = self._samples[0], self._samples[-1]
        if last_time <= first_time:
            return None
        return (last_done - first_done) / (last_time - first_time)

    @property
    def eta(self) -> float | None:
        """Seconds until all is done at this rate; None where it cannot be told."""
        rate = self.rate
        if self.total is None or not rate:
            return None
        return max(0.0, (self.total - self.done) / rate)


def format_duration(seconds: float) -> str:
    """ "under a second", "42 s", "3 min 05 s", "2 h 10 min", for people."""
    whole = round(seconds)
    if whole < 1:
        return "under a second"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
