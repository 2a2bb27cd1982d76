"""What the terminal does to a project that a window shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


@pytest.fixture
def session(scored_folder: Path, qapp) -> Iterator[ProjectSession]:
    session = ProjectSession.open_folder(scored_folder)
    yield session
    session.close()


@pytest.fixture
def terminal(session: ProjectSession) -> Iterator[Project]:
    with Project(session.project.location) as project:
        yield project


def test_an_answer_given_elsewhere_is_shown_and_undo_leaves_it(
    qtbot, session: ProjectSession, terminal: Project
):
    project = session.project
    project.decisions.answer([0, 1], 0, YES)
    with qtbot.waitSignal(session.foreign.shown):
        terminal.replace_photos(terminal.photos)  # reads the window's answers
        terminal.decisions.answer([1, 2], 0, NO)
        terminal.decisions.flag([3], True)
    assert project.answers[:4, 0].tolist() == [YES, NO, NO, UNOBSERVED]
    assert project.flags[:4].tolist() == [False, False, False, True]
    assert "flag" in (project.decisions.undo() or "")  # the newest step, whoever made it
    project.decisions.undo()
    sentence = project.decisions.undo() or ""
    assert project.answers[:4, 0].tolist() == [UNOBSERVED] * 4
    assert "Undid yes" in sentence


def test_undo_at_the_moment_of_another_answer(qtbot, session: ProjectSession, terminal: Project):
    """The window has not looked yet: what is undone is its own, and the other answer stays."""
    project = session.project
    session.foreign.pause()
    project.decisions.answer([0, 1], 0, YES)
    terminal.replace_photos(terminal.photos)
    terminal.decisions.answer([1], 0, NO)
    sentence = project.decisions.undo() or ""
    assert "but for what was decided elsewhere" in sentence
    with Project(project.location) as fresh:
        assert fresh.answers[:2, 0].tolist() == [UNOBSERVED, NO]


def test_an_answer_over_one_that_was_not_seen_shows_that_one(
    qtbot, session: ProjectSession, terminal: Project
):
    terminal.decisions.answer([0], 0, NO)
    with qtbot.waitSignal(session.foreign.shown):
        session.project.decisions.answer([0, 1], 0, YES)
    assert session.project.answers[:2, 0].tolist() == [NO, YES]


def test_thresholds_and_classes(qtbot, session: ProjectSession, terminal: Project):
    with qtbot.waitSignal(session.thresholds_changed):
        terminal.decisions.set_threshold(0, 0.61)
    assert session.project.classes[0].threshold == pytest.approx(0.61)
    with qtbot.waitSignal(session.classes_changed):
        terminal.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("gnu")])
    assert list(session.project.classes.names) == ["cat", "gnu"]


def test_labels_of_another_scoring(qtbot, session: ProjectSession, terminal: Project):
    terminal.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("gnu")])
    with qtbot.waitSignal(session.scores_changed, timeout=20000):
        run_task(score_project(terminal.location, terminal.settings.scoring))
    shown = session.project.shown_scores()
    assert shown.shape[1] == 2
    assert (shown > 0).all()


def test_the_window_s_own_jobs_and_answers_are_nobody_else_s(qtbot, session: ProjectSession):
    told: list[str] = []
    session.foreign.shown.connect(told.append)
    with qtbot.waitSignal(session.jobs.finished, timeout=20000):
        session.jobs.start_scoring()
    session.project.decisions.answer([0], 0, YES)
    session.foreign.look()
    assert told == []


def test_a_photo_that_another_scan_missed_is_gone(
    qtbot, session: ProjectSession, terminal: Project
):
    before = session.project.photos.paths
    session.foreign.look()  # nothing is new: the photos were counted beside the window
    qtbot.waitUntil(lambda: not session.foreign.is_running)
    (session.project.location.folder / before[0]).unlink()
    with qtbot.waitSignal(session.photos_changed):
        run_task(scan_project(terminal.location))
    assert session.project.photos.paths == before[1:]
