"""What an open project shows while its folder is read, and after photos were moved in it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome, PhotosListed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan import scan


@pytest.fixture
def session(qapp, photo_folder: Path):
    session = ProjectSession.open_folder(photo_folder)
    yield session
    session.close()


def finish(qtbot, session: ProjectSession):
    with qtbot.waitSignal(session.jobs.finished) as ended:
        session.jobs.start_scan()
    return ended.args[0]


def test_names_are_shown_before_the_scan_has_ended(
    qtbot, session: ProjectSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scan, "FIRST_LIST", 2)
    shown: list[int] = []
    session.photos_listed.connect(lambda: shown.append(len(session.project.photos)))
    session.photos_changed.connect(lambda: shown.append(-len(session.project.photos)))
    listed = []
    session.jobs.event_sent.connect(listed.append)
    finish(qtbot, session)
    assert shown == [2, 4, 6, -6]
    assert sum(isinstance(event, PhotosListed) for event in listed) == 3
    assert session.project.answers.shape == (6, 0)


def test_the_list_that_grew_is_the_list_that_is_stored(qtbot, session: ProjectSession):
    names = ["b/1.jpg", "b 2.jpg", "a/z.jpg", "a.jpg"]
    for name in names:
        target = session.project.location.folder / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(session.project.location.folder / "photo 0.jpg", target)
    grown: list[tuple[list[str], list[int]]] = []
    session.photos_listed.connect(
        lambda: grown.append((session.project.photos.paths, session.project.photos.ids.tolist()))
    )
    finish(qtbot, session)
    assert grown == [(session.project.photos.paths, session.project.photos.ids.tolist())]
    assert session.project.photos.paths == sorted(session.project.photos.paths)


def test_a_first_scan_that_is_stopped_half_way_is_known_to_be(
    qtbot, session: ProjectSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scan, "FIRST_LIST", 2)
    assert session.project.is_half_listed
    events = scan.scan_project(session.project.location)
    for event in events:
        if isinstance(event, PhotosListed):
            break
    events.close()
    session.close()
    again = ProjectSession(Project(session.project.location, create=True))
    assert len(again.project.photos) == 2
    assert again.project.is_half_listed
    finish(qtbot, again)
    assert len(again.project.photos) == 6
    assert not again.project.is_half_listed
    again.close()


def test_answers_and_scores_follow_photos_that_move(qtbot, scored_folder: Path):
    session = ProjectSession.open_folder(scored_folder)
    scores = session.project.scores(LabelKind.PSEUDO).copy()
    session.project.facts.states.values()  # kept from now on
    session.project.decisions.answer([2], 0, YES)
    session.project.decisions.answer([7], 1, NO)
    moved, kept = session.project.photos.paths[2], session.project.photos.paths[7]
    (scored_folder / moved).rename(scored_folder / "zz last.jpg")
    shutil.copyfile(scored_folder / kept, scored_folder / "000 copy.jpg")
    result = finish(qtbot, session)
    assert result.outcome is Outcome.DONE
    assert result.message == "9 photos in the folder: 1 added, 1 moved."
    last, copied = session.project.photos.paths.index("zz last.jpg"), 0
    assert session.project.answers[last, 0] == YES
    assert session.project.answers[session.project.photos.paths.index(kept), 1] == NO
    assert np.count_nonzero(session.project.answers != UNOBSERVED) == 2
    shown = session.project.scores(LabelKind.PSEUDO)
    np.testing.assert_array_equal(shown[last], scores[2])
    np.testing.assert_array_equal(shown[session.project.photos.paths.index(kept)], scores[7])
    assert np.isnan(shown[copied]).all()
    session.close()
    again = ProjectSession.open_folder(scored_folder)  # as it is read from the database
    np.testing.assert_array_equal(again.project.scores(LabelKind.PSEUDO), shown)
    np.testing.assert_array_equal(again.project.answers, session.project.answers)
    again.close()


def test_a_photo_that_comes_back_brings_its_scores(qtbot, scored_folder: Path, tmp_path: Path):
    session = ProjectSession.open_folder(scored_folder)
    scores = session.project.scores(LabelKind.PSEUDO).copy()
    first = session.project.photos.absolute(0)
    first.rename(tmp_path / "away.jpg")
    finish(qtbot, session)
    assert session.project.scores(LabelKind.PSEUDO).shape[0] == 7
    (tmp_path / "away.jpg").rename(first)
    finish(qtbot, session)
    np.testing.assert_array_equal(session.project.scores(LabelKind.PSEUDO), scores)
    session.close()


def unread(session: ProjectSession) -> int:
    with ProjectStore(session.project.location.database) as store:
        return len(store.photos.unread())


def test_photos_are_read_once_nothing_else_runs(qtbot, session: ProjectSession):
    session.jobs.read_when_idle()
    qtbot.waitUntil(lambda: not session.jobs.reading.is_running)
    finish(qtbot, session)
    qtbot.waitUntil(lambda: not session.jobs.reading.is_running)
    assert unread(session) == 0
    assert session.jobs.reading.done == session.jobs.reading.total == 6


def test_nothing_is_read_before_it_is_wanted(qtbot, session: ProjectSession):
    finish(qtbot, session)
    assert not session.jobs.reading.is_running
    assert unread(session) == 6


def test_reading_gives_way_to_a_job_and_goes_on_after_it(qtbot, session: ProjectSession):
    finish(qtbot, session)
    for index in range(300):
        name = session.project.location.folder / f"more {index}.jpg"
        shutil.copyfile(session.project.location.folder / "photo 0.jpg", name)
    finish(qtbot, session)
    session.jobs.read_when_idle()
    assert session.jobs.reading.is_running
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()  # at once: nobody waits for what is read in the background
    qtbot.waitUntil(lambda: not session.jobs.reading.is_running)
    assert unread(session) == 0


def test_closing_stops_the_reading_and_keeps_what_was_read(qtbot, session: ProjectSession):
    finish(qtbot, session)
    session.jobs.read_when_idle()
    session.close()
    assert not session.jobs.reading.is_running
    assert unread(session) <= 6
