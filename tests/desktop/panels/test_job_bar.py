import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from cdul_app.desktop.panels.job_bar import JobBar
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.events import EpochFinished, Noted, Outcome, Progressed, Skipped, Started


class ScriptedJobs(QObject):
    """Stands in for the jobs of a session where a test needs events at chosen moments."""

    started = Signal(object)
    event_sent = Signal(object)
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def jobs():
    return ScriptedJobs()


@pytest.fixture
def bar(qtbot, jobs):
    bar = JobBar(jobs)
    qtbot.addWidget(bar)
    bar.resize(1100, 40)
    bar.show()
    return bar


def test_a_running_job_shows_stage_count_speed_and_device(bar, jobs, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("cdul_app.desktop.panels.job_bar.time.monotonic", lambda: now[0])
    jobs.started.emit(JobKind.SCORE)
    assert bar.is_running
    assert bar.heading.text() == "Labeling the photos"
    assert bar.bar.maximum() == 0
    jobs.event_sent.emit(Started("Encoding photos", 500, device="cuda:0 (NVIDIA H100)"))
    now[0] += 10
    jobs.event_sent.emit(Progressed(125))
    assert bar.stage.whole_text == "Encoding photos"
    assert bar.count.text() == "125 / 500 photos"
    assert bar.speed.text() == "12.5 photos/s · 30 s left"
    assert bar.bar.value() == 250
    assert bar.device.text() == "CUDA"
    assert "H100" in bar.device.toolTip()


def test_photos_of_an_earlier_run_do_not_count_as_speed(bar, jobs, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("cdul_app.desktop.panels.job_bar.time.monotonic", lambda: now[0])
    jobs.started.emit(JobKind.SCORE)
    jobs.event_sent.emit(Started("Encoding photos", 500, already_done=400))
    now[0] += 2
    jobs.event_sent.emit(Progressed(410))
    assert bar.speed.text().startswith("5.0 photos/s")


def test_a_download_counts_in_megabytes(bar, jobs, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("cdul_app.desktop.panels.job_bar.time.monotonic", lambda: now[0])
    jobs.started.emit(JobKind.SCORE)
    jobs.event_sent.emit(Started("Downloading ViT-B-32/openai", 605_000_000, unit="bytes"))
    now[0] += 10
    jobs.event_sent.emit(Progressed(121_000_000))
    assert bar.count.text() == "121 / 605 MB"
    assert bar.speed.text() == "12.1 MB/s · 40 s left"


def test_skipped_items_notes_and_epochs_are_told(bar, jobs):
    jobs.started.emit(JobKind.TRAIN)
    jobs.event_sent.emit(Skipped("a.jpg", "truncated"))
    jobs.event_sent.emit(Skipped("b.jpg", "empty"))
    assert bar.skipped.text() == "2 skipped"
    assert "b.jpg: empty" in bar.skipped.toolTip()
    jobs.event_sent.emit(Noted("Out of memory: the batch is halved."))
    assert bar.stage.whole_text.startswith("Out of memory")
    jobs.event_sent.emit(EpochFinished(3, 20, 0.2, 0.0, 0, warm_up=True))
    assert bar.stage.whole_text == "Round 3 of 20"


def test_cancel_is_passed_on_once(qtbot, bar, jobs):
    jobs.started.emit(JobKind.SCORE)
    qtbot.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)
    assert jobs.cancelled
    assert bar.cancel_button.text() == "Stopping…"
    assert not bar.cancel_button.isEnabled()
    jobs.finished.emit(JobResult(JobKind.SCORE, Outcome.CANCELLED, "Scoring was cancelled."))
    assert not bar.is_running


def test_what_holds_of_the_project_gives_way_to_a_job_and_comes_back(bar, jobs):
    bar.show_standing("This project is read only.")
    assert bar.standing.isVisible()
    height = bar.height()
    jobs.started.emit(JobKind.SCORE)
    assert not bar.standing.isVisible()
    jobs.finished.emit(JobResult(JobKind.SCORE, Outcome.FAILED, "The disk is full: make room."))
    assert bar.standing.isVisible()
    assert bar.standing.whole_text == "This project is read only."
    bar.show_standing("")
    assert not bar.standing.isVisible()
    assert bar.height() == height


def test_a_new_job_starts_clean(bar, jobs):
    jobs.started.emit(JobKind.SCORE)
    jobs.event_sent.emit(Skipped("a.jpg", "truncated"))
    jobs.finished.emit(JobResult(JobKind.SCORE, Outcome.DONE, "Scored 3 photos."))
    jobs.started.emit(JobKind.TRAIN)
    assert not bar.skipped.isVisible()
    assert bar.heading.text() == "Training"


def test_pictures(bar, jobs, screenshot, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("cdul_app.desktop.panels.job_bar.time.monotonic", lambda: now[0])
    jobs.started.emit(JobKind.SCORE)
    jobs.event_sent.emit(Started("Encoding photos", 500, device="cpu"))
    now[0] += 10
    jobs.event_sent.emit(Progressed(123))
    jobs.event_sent.emit(Skipped("a.jpg", "truncated"))
    screenshot(bar, "job-bar-running")
    jobs.finished.emit(JobResult(JobKind.SCORE, Outcome.FAILED, "The disk is full: make room."))
    bar.show_standing("This project is read only: its folder cannot be written.")
    screenshot(bar, "job-bar-standing")


def test_a_cancel_by_mouse_takes_the_focus_from_nowhere(qtbot, jobs):
    field, bar = QLineEdit(), JobBar(jobs)
    whole = box(vertical(QPushButton("Photos"), field, bar))
    qtbot.addWidget(whole)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    field.setFocus()
    jobs.started.emit(JobKind.SCORE)
    qtbot.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)
    assert jobs.cancelled
    jobs.finished.emit(JobResult(JobKind.SCORE, Outcome.CANCELLED, "Stopped."))
    assert QApplication.focusWidget() is field
