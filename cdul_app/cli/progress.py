"""Events of a long task as lines and a progress bar on stderr."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from tqdm import tqdm

from cdul_app.cli.exit_status import CancelledByUserError
from cdul_app.cli.verbosity import is_quiet, timed
from cdul_app.events import Event, Events, Progressed, Started, TaskResult, follow
from cdul_app.tasks.progress_lines import ProgressLines, event_lines, say_started, stage_title

Result = TypeVar("Result", bound=TaskResult)


def run_events(events: Events[Result]) -> Result:
    """Show a task's events until it is done, return its result; Ctrl-C closes it between two.

    Raises CancelledByUserError, and UserError from the task.
    """
    renderer = _renderer()
    stage = ExitStack()

    def show(event: Event) -> None:
        if isinstance(event, Started):
            stage.close()
            stage.enter_context(timed(event.title))
        _show(renderer, event)
        if cancel.requested:
            raise CancelledByUserError

    try:
        with _cancel_requests(renderer) as cancel:
            result = follow(events, show)
    finally:
        renderer.close()
        stage.close()
    with suppress(OSError):  # it is done, whether it can be told or not
        renderer.say(result.summary)
    return result


def _renderer() -> "BarRenderer | LineRenderer":
    if is_quiet():
        return LineRenderer(say=lambda _: None)
    return BarRenderer() if sys.stderr is not None and sys.stderr.isatty() else LineRenderer()


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
                    desc=stage_title(event),
                    unit="B" if event.unit == "bytes" else f" {event.unit}",
                    unit_scale=event.unit == "bytes",
                    file=sys.stderr,
                    mininterval=0.2,
                    **_width(),
                )
            case Started():
                self.close()
                say_started(event, self.say)
            case Progressed():
                if self._bar is not None:
                    if event.total is not None:
                        self._bar.total = event.total
                    self._bar.update(event.done - self._bar.n)
            case _:
                for line in event_lines(event):
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


class LineRenderer(ProgressLines):
    """For a log file or a pipe: lines on stderr."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(say or _say_on_stderr, clock=clock)


def _say_on_stderr(text: str) -> None:
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


def _width() -> dict[str, Any]:
    """As wide as the terminal; some say 0 columns, and tqdm would show nothing there."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return {"dynamic_ncols": True} if columns else {"ncols": 80, "nrows": 24}
