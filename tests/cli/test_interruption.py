"""Ctrl-C in the middle of the work: 130, what was done is kept, the same command goes on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cdul_app.cli.exit_status import CancelledByUserError
from cdul_app.cli.progress import run_events
from cdul_app.events import Events, Noted, Progressed, Started, TaskResult
from tests.drawn_photos import DRAWN_PHOTOS

pty = pytest.importorskip("pty", reason="a terminal of one's own needs a Unix")

CLASSES = DRAWN_PHOTOS / "classes.txt"
# A test runner in the background may have told its children to ignore Ctrl-C.
WITH_CTRL_C = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from cdul_app.__main__ import main; sys.exit(main())"
)


class Terminal:
    """What a process shows on the terminal it runs in."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.shown = ""

    def read_until(self, pattern: str) -> re.Match[str]:
        while not (match := re.search(pattern, self.shown)):
            assert self._read(), f"{pattern} did not come in {self.shown!r}"
        return match

    def read_all(self) -> str:
        while self._read():
            pass
        return self.shown

    def _read(self) -> bool:
        try:
            part = os.read(self._descriptor, 4096)
        except OSError:  # how Linux tells that the other side is closed
            return False
        self.shown += part.decode(errors="replace")
        return bool(part)


@contextmanager
def on_a_terminal(*arguments: object) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_CTRL_C, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield process, Terminal(ours)
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


def test_score_is_stopped_and_goes_on(command, photos, encoder: str):
    folder = photos("photos", 24)
    arguments = ("score", folder, "--classes", CLASSES, "--encoder", encoder)
    with on_a_terminal(*arguments) as (process, terminal):
        terminal.read_until(r"Encoding photos on \w+: .* ([3-9]|\d\d)/24 ")
        process.send_signal(signal.SIGINT)
        shown = terminal.read_all()
        stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 130, shown
    assert stdout == b""
    assert "Stopping after this batch; what is done is kept." in shown
    assert shown.rstrip().endswith("Cancelled. The same command goes on where this one stopped.")
    assert "Traceback" not in shown

    info = command("info", folder, "--json").json
    assert [run["outcome"] for run in info["runs"]] == ["cancelled"]
    assert info["labels"], "what was encoded is labelled"
    again = command(*arguments)
    assert again.status == 0
    resumed = re.search(r"24 photos, (\d+) photos of them done before", again.stderr)
    assert resumed, again.stderr
    assert int(resumed[1]) >= 3
    assert "Labelled 24 photos for 16 classes." in again.stderr


class Task:
    """A task that is interrupted from within, at a place of the test's choosing."""

    def __init__(self, *interrupts: int, number: int = signal.SIGINT, steps: int = 4) -> None:
        self.interrupts = interrupts  # before which steps
        self.number = number
        self.steps = steps
        self.done: list[int] = []
        self.closed = False

    def events(self) -> Events[TaskResult]:
        yield Started("Working", self.steps)
        try:
            for step in range(self.steps):
                for _ in range(self.interrupts.count(step)):
                    signal.raise_signal(self.number)
                self.done.append(step)
                yield Progressed(step + 1, self.steps)
            return TaskResult("Done.")
        finally:
            self.closed = True


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_batch_at_hand_is_finished(capsys, number: signal.Signals):
    task = Task(1, number=number)
    with pytest.raises(CancelledByUserError):
        run_events(task.events())
    assert (task.done, task.closed) == ([0, 1], True)
    assert "Stopping after this batch" in capsys.readouterr().err


def test_a_second_one_stops_at_once(capsys):
    task = Task(1, 1)
    with pytest.raises(KeyboardInterrupt):
        run_events(task.events())
    assert (task.done, task.closed) == ([0], True)


def test_one_that_comes_too_late_cancels_nothing(capsys):
    def events() -> Events[TaskResult]:
        yield Noted("almost")
        signal.raise_signal(signal.SIGINT)
        return TaskResult("Done.")

    assert run_events(events()).summary == "Done."
    assert capsys.readouterr().err.endswith("Done.\n")


def test_a_background_job_goes_on_ignoring_it(capsys):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    task = Task(1, 2)
    run_events(task.events())
    assert task.done == [0, 1, 2, 3]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, signal.default_int_handler)
