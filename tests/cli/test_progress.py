"""What a task shows while it works: a bar for a person, lines for a log."""

import io
import sys
from collections.abc import Iterable

import pytest

from cdul_app.cli.exit_status import CancelledByUserError
from cdul_app.cli.progress import BarRenderer, LineRenderer, run_events
from cdul_app.errors import FolderError
from cdul_app.events import (
    EpochFinished,
    Event,
    Events,
    Noted,
    Progressed,
    Skipped,
    Started,
    TaskResult,
)


class Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def task(events: Iterable[Event]) -> Events[TaskResult]:
    yield from events
    return TaskResult("Done.")


def test_lines_for_a_log(capsys: pytest.CaptureFixture[str]):
    clock = Clock()
    lines = LineRenderer(clock=clock)
    lines.show(Started("Looking for photos", unit="files"))
    lines.show(Progressed(500))
    lines.show(Started("Loading the encoder demo", unit=""))
    lines.show(Started("Encoding photos", 1000, device="cpu", already_done=200))
    for done in range(201, 400):
        clock.seconds += 0.125  # exact in binary
        lines.show(Progressed(done, 1000))
    lines.show(Skipped("a\nb.jpg", "The file is empty."))
    lines.show(Noted("The batch was halved."))
    lines.show(EpochFinished(2, 20, 0.25, 0.01, 7, warm_up=False, mean_average_precision=0.5))
    lines.show(EpochFinished(1, 20, 0.25, 0, 0, warm_up=True))
    lines.close()
    lines.show(Progressed(1000, 1000))
    assert capsys.readouterr().err.splitlines() == [
        "Loading the encoder demo…",
        "Encoding photos on cpu: 1,000 photos, 200 photos of them done before",
        "Encoding photos: 320 / 1,000 photos, 8.0 photos/s, 1 min 25 s left",
        r"Skipped 'a\nb.jpg': The file is empty.",
        "The batch was halved.",
        "epoch 2/20  loss 0.2500  label change 0.0100  flipped 7  mAP 50.0",
        "epoch 1/20  loss 0.2500  label change 0.0000  flipped 0  warm-up",
    ]


def test_bytes_are_told_in_megabytes(capsys: pytest.CaptureFixture[str]):
    clock = Clock()
    lines = LineRenderer(clock=clock)
    lines.show(Started("Downloading", 50_000_000, unit="bytes"))
    clock.seconds += 20
    lines.show(Progressed(20_000_000))
    assert capsys.readouterr().err.splitlines() == [
        "Downloading: 50 MB",
        "Downloading: 20 / 50 MB, 1.0 MB/s, 30 s left",
    ]


def test_a_bar_for_a_person(capsys: pytest.CaptureFixture[str]):
    bar = BarRenderer()
    bar.show(Started("Encoding class names", 20, unit="texts"))
    bar.show(Started("Encoding photos", 10, device="cpu", already_done=4))
    bar.show(Noted("A note."))
    bar.show(Progressed(10, 10))
    bar.close()
    bar.show(Progressed(10, 10))  # of a stage without a bar
    bar.show(Started("Loading", unit=""))
    shown = capsys.readouterr().err
    lasting = [line.split("\r")[-1] for line in shown.rstrip("\n").split("\n")]
    assert lasting[0] == "A note."
    assert lasting[1].startswith("Encoding photos on cpu: 100%")
    assert " 10/10 " in lasting[1]
    assert lasting[2] == "Loading…"
    assert len(lasting) == 3  # that of the class names, which had no progress, is gone


def test_a_failed_task_closes_its_bar_and_keeps_its_error(capsys):
    def events() -> Events[TaskResult]:
        yield Started("Working", 3)
        raise FolderError("The folder is away.")

    with pytest.raises(FolderError, match="is away"):
        run_events(events())
    assert capsys.readouterr().err == "Working: 3 photos\n"


class FailingStream(io.StringIO):
    """Refuses to be written, as a pipe without a reader or a full disk does."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_a_pipe_without_a_reader_cancels_and_a_full_disk_does_not(monkeypatch):
    events = (Started("Working", 3), Progressed(3, 3))
    monkeypatch.setattr(sys, "stderr", FailingStream(BrokenPipeError(32, "Broken pipe")))
    with pytest.raises(CancelledByUserError):
        run_events(task(events))
    monkeypatch.setattr(sys, "stderr", FailingStream(OSError(28, "No space left on device")))
    assert run_events(task(events)).summary == "Done."
    monkeypatch.setattr(sys, "stderr", None)
    assert run_events(task(events)).summary == "Done."
