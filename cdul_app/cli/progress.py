"""Events of a long task as lines and a progress bar on stderr."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tqdm import tqdm

from cdul_app.core.events import (
    EpochFinished,
    Events,
    Finished,
    Noted,
    Progressed,
    Skipped,
    Started,
)


class CancelledByUserError(Exception):
    """Ctrl-C, or a request to end: what was done is kept."""


def run_events(events: Events, *, quiet_finish: bool = False) -> Finished:
    """Show a task's events until it is done; Ctrl-C closes it between two events.

    Raises CancelledByUserError, and UserError from the task.
    """
    renderer = _Renderer()
    last: Finished | None = None
    try:
        with _cancel_requests() as cancel:
            for event in events:
                if isinstance(event, Finished):
                    last = event
                else:
                    renderer.show(event)
                if cancel.requested and last is None:
                    raise CancelledByUserError
    finally:
        events.close()
        renderer.close()
    assert last is not None, "a task ends with Finished, or raises"
    if not quiet_finish:
        _say(last.summary)
    return last


class _CancelRequest:
    requested = False


@contextmanager
def _cancel_requests() -> Iterator[_CancelRequest]:
    """The first Ctrl-C asks for an end after the batch at hand, a second one interrupts it."""
    request = _CancelRequest()

    def ask(number: int, frame: FrameType | None) -> None:
        if request.requested:
            raise KeyboardInterrupt
        request.requested = True
        _say("Stopping after this batch; what is done is kept. Ctrl-C again stops at once.")

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, ask) for number in signals]
    try:
        yield request
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class _Renderer:
    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def show(self, event: object) -> None:
        match event:
            case Started():
                self.close()
                title = f"{event.title} on {event.device}" if event.device else event.title
                # Only a task with a known number of items has a bar worth looking at.
                if event.total:
                    self._bar = tqdm(
                        total=event.total,
                        initial=event.already_done,
                        desc=title,
                        unit="B" if event.unit == "bytes" else f" {event.unit}",
                        unit_scale=event.unit == "bytes",
                        file=sys.stderr,
                        # a log file wants a line now and then, not one a batch
                        mininterval=0.2 if sys.stderr.isatty() else 15,
                        dynamic_ncols=True,
                    )
                elif event.unit != "files":
                    _say(f"{title}…")
            case Progressed():
                if self._bar is not None:
                    if event.total is not None:
                        self._bar.total = event.total
                    self._bar.update(event.done - self._bar.n)
            case Skipped():
                _say(f"Skipped {event.item!r}: {event.reason}")
            case Noted():
                _say(event.message)
            case EpochFinished():
                score = event.mean_average_precision
                _say(
                    f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  "
                    f"label change {event.label_change:.4f}  flipped {event.labels_flipped}"
                    + ("" if score is None else f"  mAP {100 * score:.1f}")
                    + ("  warm-up" if event.warm_up else "")
                )

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _say(text: str) -> None:
    """A line on stderr that leaves a progress bar whole."""
    tqdm.write(text, file=sys.stderr)
