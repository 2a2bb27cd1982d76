"""Events of a long task as lines and a progress bar on stderr."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from tqdm import tqdm

from cdul_app.cli.exit_status import CancelledByUserError
from cdul_app.events import (
    EpochFinished,
    Event,
    Events,
    Noted,
    Progressed,
    Skipped,
    Started,
    TaskResult,
    follow,
)
from cdul_app.progress import Throughput, amount_text, progress_text

SECONDS_BETWEEN_LINES = 15.0  # where stderr is a log file

Result = TypeVar("Result", bound=TaskResult)


def run_events(events: Events[Result]) -> Result:
    """Show a task's events until it is done, return its result; Ctrl-C closes it between two.

    Raises CancelledByUserError, and UserError from the task.
    """
    renderer: BarRenderer | LineRenderer = (
        BarRenderer() if sys.stderr is not None and sys.stderr.isatty() else LineRenderer()
    )

    def show(event: Event) -> None:
        _show(renderer, event)
        if cancel.requested:
            raise CancelledByUserError

    try:
        with _cancel_requests(renderer) as cancel:
            result = follow(events, show)
    finally:
        renderer.close()
    with suppress(OSError):  # it is done, whether it can be told or not
        renderer.say(result.summary)
    return result


def _show(renderer: "BarRenderer | LineRenderer", event: Event) -> None:
    try:
        renderer.show(event)
    except OSError as error:
        # Nobody reads it any more, as in “cdul-app score … 2>&1 | head”: an end like Ctrl-C.
        if error.errno == errno.EPIPE:
            raise CancelledByUserError from error
        # Anything else, such as a full disk below a log file, is no reason to lose the work.


class _CancelRequest:
    requested = False


@contextmanager
def _cancel_requests(renderer: "BarRenderer | LineRenderer") -> Iterator[_CancelRequest]:
    """The first Ctrl-C asks for an end after the batch at hand, a second one interrupts it."""
    request = _CancelRequest()

    def ask(number: int, frame: FrameType | None) -> None:
        if request.requested:
            raise KeyboardInterrupt
        request.requested = True
        with suppress(OSError, RuntimeError):  # it may interrupt another line half way
            renderer.say(
                "Stopping after this batch; what is done is kept. Ctrl-C again stops at once."
            )

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        # What a shell told a background job to ignore stays ignored; None is not ours to replace.
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, ask)
    try:
        yield request
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class BarRenderer:
    """For a person who watches: a bar that moves, and lines above it."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def show(self, event: Event) -> None:
        match event:
            case Started(total=int(total)) if total > 0:
                self.close()
                self._bar = tqdm(
                    total=total,
                    initial=event.already_done,
                    desc=_title(event),
                    unit="B" if event.unit == "bytes" else f" {event.unit}",
                    unit_scale=event.unit == "bytes",
                    file=sys.stderr,
                    mininterval=0.2,
                    **_width(),
                )
            case Started():
                self.close()
                _say_started(event, self.say)
            case Progressed():
                if self._bar is not None:
                    if event.total is not None:
                        self._bar.total = event.total
                    self._bar.update(event.done - self._bar.n)
            case _:
                for line in _lines(event):
                    self.say(line)

    def say(self, text: str) -> None:
        """A line that leaves the bar whole."""
        tqdm.write(text, file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            # A stage of one step has no progress to leave behind.
            self._bar.leave = self._bar.n > self._bar.initial
            with suppress(OSError):
                self._bar.close()
            self._bar = None


class LineRenderer:
    """For a log file or a pipe: what begins, and now and then how far it is."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage: Started | None = None
        self._throughput = Throughput()
        self._told_at = 0.0

    def show(self, event: Event) -> None:
        match event:
            case Started(total=int(total)) if total > 0:
                self._stage, self._throughput = event, Throughput(total)
                self._told_at = self._clock()
                self._throughput.add(event.already_done, self._told_at)
                done = event.already_done
                before = f", {amount_text(done, event.unit)} of them done before" if done else ""
                self.say(f"{_title(event)}: {amount_text(total, event.unit)}{before}")
            case Started():
                self._stage = None
                _say_started(event, self.say)
            case Progressed():
                self._progress(event)
            case _:
                for line in _lines(event):
                    self.say(line)

    def say(self, text: str) -> None:
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        self._stage = None

    def _progress(self, event: Progressed) -> None:
        if self._stage is None:
            return
        now = self._clock()
        if event.total is not None:
            self._throughput.total = event.total
        self._throughput.add(event.done, now)
        if now - self._told_at < SECONDS_BETWEEN_LINES:
            return
        self._told_at = now
        unit = self._stage.unit
        done = progress_text(event.done, self._throughput.total, unit)
        self.say(f"{self._stage.title}: {', '.join([done, *self._throughput.pace(unit)])}")


def _width() -> dict[str, Any]:
    """As wide as the terminal; some say 0 columns, and tqdm would show nothing there."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return {"dynamic_ncols": True} if columns else {"ncols": 80, "nrows": 24}


def _title(event: Started) -> str:
    return f"{event.title} on {event.device}" if event.device else event.title


def _say_started(event: Started, say: Callable[[str], None]) -> None:
    """A stage of unknown length; that files are looked for is over before it is read."""
    if event.unit != "files":
        say(f"{_title(event)}…")


def _lines(event: Event) -> Iterator[str]:
    match event:
        case Skipped():
            yield f"Skipped {event.item!r}: {event.reason}"  # a name may hold a line end
        case Noted():
            yield event.message
        case EpochFinished(epochs=1):
            score = event.mean_average_precision
            yield (
                f"label change {event.label_change:.4f}  flipped {event.labels_flipped}"
                + ("" if score is None else f"  mAP {100 * score:.1f}")
            )
        case EpochFinished():
            score = event.mean_average_precision
            yield (
                f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  "
                f"label change {event.label_change:.4f}  flipped {event.labels_flipped}"
                + ("" if score is None else f"  mAP {100 * score:.1f}")
                + ("  warm-up" if event.warm_up else "")
            )
