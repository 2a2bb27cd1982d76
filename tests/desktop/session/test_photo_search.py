import numpy as np
import pytest

from cdul_app.desktop.session import photo_search
from cdul_app.desktop.session.photo_search import SearchKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import YES
from tests.drawn_photos import copy_photos


def run(qtbot, session, act):
    with qtbot.waitSignal(session.search.found, timeout=60_000) as found:
        act()
    qtbot.waitUntil(lambda: not session.search.is_running)
    return found.args[0]


def test_like_a_photo(qtbot, session):
    assert session.project.search_results.similarities() is None
    kind = run(qtbot, session, lambda: session.search.search_like(3))
    assert kind == SearchKind.LIKE
    assert session.project.search_results.similarities().argmax() == 3
    assert session.search.title == f"like {session.project.photos.paths[3]}"
    session.search.clear()
    assert session.project.search_results.similarities() is None
    assert session.search.title == ""


def test_the_newest_wish_wins(qtbot, session):
    session.search.search_like(1)
    session.search.search_like(2)
    run(qtbot, session, lambda: session.search.search_like(5))
    assert session.project.search_results.similarities().argmax() == 5


def test_a_failure_is_a_sentence_and_keeps_what_was_found(qtbot, session):
    run(qtbot, session, lambda: session.search.search_like(1))
    session.search.search_words("   ")
    qtbot.waitUntil(lambda: not session.search.is_running)
    assert session.search.error.startswith("Write what you are looking for")
    assert session.project.search_results.similarities().argmax() == 1


def test_results_stay_with_their_photos_when_rows_move(qtbot, session, scored_folder):
    run(qtbot, session, lambda: session.search.search_like(3))
    path = session.project.photos.paths[3]
    before = session.project.search_results.similarities()
    (scored_folder / session.project.photos.paths[0]).rename(scored_folder / "zzz.jpg")
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    after = session.project.search_results.similarities()
    row = session.project.photos.paths.index(path)
    assert row != 3
    assert after[row] == before[3]
    assert len(after) == len(session.project.photos)


def test_photos_that_were_scored_meanwhile_are_found(qtbot, session, scored_folder):
    run(qtbot, session, lambda: session.search.search_like(3))
    (new,) = copy_photos(scored_folder, 1, start=8)
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scoring()
    run(qtbot, session, lambda: session.search.search_like(3))
    row = session.project.photos.paths.index(new.name)
    assert np.isfinite(session.project.search_results.similarities()[row])


def test_novelty_follows_the_answers(qtbot, session):
    assert session.project.search_results.novelty() is None
    run(qtbot, session, session.search.compare_with_reviewed)
    first = session.project.search_results.novelty()
    assert ((first >= -1e-3) & (first <= 2)).all()
    farthest = int(first.argmax())
    session.project.decisions.answer([farthest], 0, YES)
    run(qtbot, session, session.search.compare_with_reviewed)
    novelty = session.project.search_results.novelty()
    assert novelty.argmin() == farthest
    assert novelty[farthest] == pytest.approx(0, abs=1e-2)
    heard = []
    session.search.found.connect(heard.append)
    session.search.compare_with_reviewed()  # nothing has changed: at once
    assert heard == [SearchKind.NOVELTY]
    assert not session.search.is_running


def test_novelty_that_could_not_be_told_is_looked_for_again(qtbot, session, monkeypatch):
    def failing(*_: object):
        raise ProjectError("The disk is gone.")
        yield

    run(qtbot, session, session.search.compare_with_reviewed)
    session.project.decisions.answer([4], 0, YES)
    with monkeypatch.context() as patched:
        patched.setattr(photo_search, "nearest_reviewed", failing)
        session.search.compare_with_reviewed()
        qtbot.waitUntil(lambda: not session.search.is_running)
    assert session.search.error == "The disk is gone."
    run(qtbot, session, session.search.compare_with_reviewed)
    assert session.project.search_results.novelty()[4] == pytest.approx(0, abs=1e-2)


def test_a_search_runs_beside_a_job(qtbot, session):
    session.jobs.start_scoring()
    run(qtbot, session, lambda: session.search.search_like(2))
    assert session.project.search_results.similarities().argmax() == 2
    qtbot.waitUntil(lambda: not session.jobs.is_busy, timeout=60_000)


def test_closing_waits_for_a_search(session):
    session.search.search_like(2)
    session.close()
    assert not session.search.is_running


def test_before_scoring(qtbot, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    session.search.search_like(0)
    qtbot.waitUntil(lambda: not session.search.is_running)
    assert session.search.error.startswith("Label the photos first")
    assert session.project.search_results.similarities() is None
    session.close()
