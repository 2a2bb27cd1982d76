"""Answers while another program holds the database, or its disk takes no write."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore


@pytest.fixture
def session(scored_folder: Path, qapp) -> Iterator[ProjectSession]:
    session = ProjectSession.open_folder(scored_folder)
    yield session
    session.close()


def stored(session: ProjectSession) -> list[int]:
    with ProjectStore(session.project.location.database) as store:
        return sorted(value for _, _, value in store.answers.all())


@contextmanager
def locked(session: ProjectSession) -> Iterator[None]:
    """As a program does that looks into the database and does not let go."""
    other = sqlite3.connect(session.project.location.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def test_an_answer_under_a_lock_waits_is_told_and_stored(qtbot, session: ProjectSession):
    decisions, answers = session.project.decisions, session.project.answers
    with locked(session):
        begun = time.monotonic()
        with qtbot.waitSignal(session.waiting.failed) as told:
            decisions.answer([0, 1], 0, YES)
            assert time.monotonic() - begun < 1  # 50 ms for the lock; the machine may be busy
            decisions.answer([0], 0, NO)  # of the same photo, in its turn
            assert (answers[[0, 1], 0] == UNOBSERVED).all()  # not shown as if it were stored
        assert "Not saved yet" in told.args[0]
        assert "another program" in told.args[0].lower()
        assert len(decisions.waiting) == 2
        assert decisions.can_undo
    with qtbot.waitSignal(session.waiting.stored):
        pass
    assert decisions.waiting == []
    # The second was about a photo that showed no answer, and does not overwrite the first.
    assert session.project.answers[[0, 1], 0].tolist() == [YES, YES]
    assert stored(session) == [YES, YES]


def test_what_waits_can_be_given_up(qtbot, session: ProjectSession):
    decisions = session.project.decisions
    with locked(session):
        decisions.answer([0], 0, YES)
        decisions.flag([0], True)
        assert "Gave up" in (decisions.undo() or "")
        assert "Gave up" in (decisions.undo() or "")
        assert decisions.undo() is None
    assert stored(session) == []


def test_what_waits_is_tried_a_last_time_when_the_project_is_closed(session: ProjectSession):
    with locked(session):
        session.project.decisions.answer([0], 0, YES)
    session.close()
    assert stored(session) == [YES]


def test_a_disk_that_takes_no_write_is_told_at_once(qtbot, session: ProjectSession):
    connection = session.project.store._database.conn
    connection.execute("PRAGMA query_only = ON")  # stands for it
    with qtbot.waitSignal(session.waiting.failed) as told:
        session.project.decisions.set_threshold(0, 0.42)
    assert "0.42" in told.args[0]
    assert "check that its disk" in told.args[0]
    connection.execute("PRAGMA query_only = OFF")
    with qtbot.waitSignal(session.waiting.stored):
        pass
    assert session.project.classes[0].threshold == pytest.approx(0.42)


def test_a_database_that_is_replaced_takes_no_answer(qtbot, session: ProjectSession):
    file = session.project.location.database
    copy = file.with_name("copy.sqlite")
    copy.write_bytes(file.read_bytes())
    copy.rename(file)
    with qtbot.waitSignal(session.waiting.failed) as told:
        session.project.decisions.answer([0], 0, YES)
    assert "was replaced" in told.args[0]
    assert session.project.answers[0, 0] == UNOBSERVED
