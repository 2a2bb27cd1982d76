"""Truth is read and labels are measured on threads, never on the window's."""

import threading
import time
from pathlib import Path

import pytest

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures import evaluation as measures
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import YES
from tests.tasks.project_helpers import evaluated


def measure(qtbot, session: ProjectSession) -> None:
    with qtbot.waitSignal(session.evaluation.changed, timeout=30_000):
        session.evaluation.start()


def test_figures_are_those_of_the_terminal(qtbot, trained_session: ProjectSession):
    measure(qtbot, trained_session)
    assert trained_session.evaluation.error == ""
    assert trained_session.evaluation.figures == evaluated(trained_session.project)


def test_curves_of_a_class(qtbot, trained_session: ProjectSession):
    session = trained_session
    session.evaluation.show_class("house")
    assert session.evaluation.curves == {}  # nothing was measured yet
    measure(qtbot, session)
    with qtbot.waitSignal(session.evaluation.curves_changed, timeout=30_000):
        session.evaluation.show_class("house")
    assert LabelKind.PSEUDO in session.evaluation.curves


def test_without_truth_there_are_no_figures(qtbot, trained_session: ProjectSession):
    measure(qtbot, trained_session)
    trained_session.project.truth.clear()
    measure(qtbot, trained_session)
    assert trained_session.evaluation.figures is None
    assert trained_session.evaluation.error == ""


def test_the_newest_request_wins(qtbot, trained_session: ProjectSession):
    for value in (0.2, 0.5, 0.9):
        trained_session.project.decisions.set_threshold(0, value)
        trained_session.evaluation.start()
    qtbot.waitSignal(trained_session.evaluation.changed, timeout=30_000).wait()
    qtbot.waitUntil(lambda: not trained_session.evaluation.is_running, timeout=30_000)
    thresholds = trained_session.evaluation.figures["labels"]["pseudo"]["thresholds"]
    assert thresholds["house"] == pytest.approx(0.9)


class ThreadOfMeasures:
    """Notes which thread measures, then measures."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._measure = measures.measure_labels

    def __call__(self, *arguments):
        self.names.add(threading.current_thread().name)
        return self._measure(*arguments)


def test_no_answer_is_measured_on_the_windows_thread(
    qtbot, demo_window, monkeypatch: pytest.MonkeyPatch
):
    from cdul_app.tasks import evaluate

    noted = ThreadOfMeasures()
    monkeypatch.setattr(evaluate, "measure_labels", noted)
    session = demo_window.view.session
    demo_window.view.library.side_panel.show_panel("Quality")
    measure(qtbot, session)
    session.project.decisions.answer([0, 1, 2], 0, YES)
    session.project.decisions.use_automatic_threshold(0)
    measure(qtbot, session)
    assert noted.names
    assert threading.main_thread().name not in noted.names


class HeldMeasures:
    """Measures once it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self._measure = measures.measure_labels

    def __call__(self, *arguments):
        self.begun.set()
        assert self.let_go.wait(10)
        return self._measure(*arguments)


def test_truth_that_is_cleared_while_it_is_measured_leaves_no_figures(
    qtbot, trained_session: ProjectSession, monkeypatch: pytest.MonkeyPatch
):
    from cdul_app.tasks import evaluate

    held = HeldMeasures()
    monkeypatch.setattr(evaluate, "measure_labels", held)
    trained_session.evaluation.start()
    assert held.begun.wait(10)
    trained_session.project.truth.clear()
    trained_session.evaluation.start()
    held.let_go.set()
    qtbot.waitUntil(lambda: not trained_session.evaluation.is_running, timeout=30_000)
    assert trained_session.evaluation.figures is None


class DoneMeasures(HeldMeasures):
    """Says when it has measured."""

    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()
        self.let_go.set()

    def __call__(self, *arguments):
        try:
            return super().__call__(*arguments)
        finally:
            self.done.set()


def test_truth_that_is_cleared_before_the_figures_arrive_leaves_none(
    qtbot, trained_session: ProjectSession, monkeypatch: pytest.MonkeyPatch
):
    from cdul_app.tasks import evaluate

    measures_done = DoneMeasures()
    monkeypatch.setattr(evaluate, "measure_labels", measures_done)
    trained_session.evaluation.start()
    assert measures_done.done.wait(10)
    time.sleep(0.2)  # the thread ends; its result waits for the event loop
    trained_session.project.truth.clear()
    trained_session.evaluation.start()
    qtbot.waitUntil(lambda: not trained_session.evaluation.is_running, timeout=30_000)
    assert trained_session.evaluation.figures is None


def test_curves_of_a_cleared_truth_do_not_arrive_later(qtbot, trained_session: ProjectSession):
    evaluation = trained_session.evaluation
    measure(qtbot, trained_session)
    evaluation.show_class("house")
    trained_session.project.truth.clear()
    evaluation.start()
    evaluation.show_class("house")
    qtbot.waitUntil(lambda: not evaluation.is_running, timeout=30_000)
    assert evaluation.curves == {}


def test_truth_is_read_again_when_photos_or_classes_change(qtbot, trained_session: ProjectSession):
    project = trained_session.project
    before = project.truth.known_labels
    with qtbot.waitSignal(trained_session.truth_changed, timeout=30_000):
        project.decisions.set_classes(project.classes.definitions[::-1])
    assert (project.truth.known_labels == before[:, ::-1]).all()
    (project.location.folder / project.photos.paths[0]).unlink()
    with qtbot.waitSignal(trained_session.truth_changed, timeout=30_000):
        trained_session.jobs.start_scan()
    assert (project.truth.known_labels == before[1:, ::-1]).all()


def test_a_truth_file_that_cannot_be_used_is_told_and_not_kept(
    qtbot, trained_session: ProjectSession, tmp_path: Path
):
    before = trained_session.project.truth.file
    with qtbot.waitSignal(trained_session.truth.failed, timeout=30_000) as told:
        trained_session.truth.load(tmp_path / "absent.csv")
    assert "absent.csv" in told.args[0]
    assert trained_session.project.truth.file == before
    assert trained_session.project.truth.known_labels is not None
