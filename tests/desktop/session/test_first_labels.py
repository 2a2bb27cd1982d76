"""Labels that are shown while a scoring runs."""

import numpy as np
import pytest

from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome, PhotosLabelled
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.tasks.score import embed
from tests.drawn_photos import copy_photos
from tests.tasks.project_helpers import make_project

COUNT = 60


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "SECONDS_BETWEEN_LABELS", 0.0)


@pytest.fixture
def session(qtbot, tmp_path, encoder):
    folder = tmp_path / "photos"
    copy_photos(folder, COUNT)
    make_project(folder, encoder, "cat", "dog", "boat")
    session = ProjectSession.open_folder(folder)
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    yield session
    session.close()


def labelled(session: ProjectSession) -> np.ndarray:
    scores = session.project.scores(LabelKind.PSEUDO)
    return np.zeros(0) if scores is None else np.flatnonzero(~np.isnan(scores).all(axis=1))


def test_labels_come_one_after_the_other_and_stay_what_they_were(qtbot, session, often):
    page = LibraryPage(session, session.project.decisions.undo)
    qtbot.addWidget(page)
    resets, shown = [], {}
    page.model.modelReset.connect(lambda: resets.append(True))

    def remember(*_: object) -> None:
        scores = session.project.scores(LabelKind.PSEUDO)
        shown.update({row: scores[row].copy() for row in labelled(session).tolist()})
        counts.append(len(shown))
        best = session.project.facts.best.values()
        assert np.flatnonzero(~np.isnan(best)).tolist() == labelled(session).tolist()

    counts: list[int] = []
    session.first_labels_came.connect(remember)
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as finished:
        session.jobs.start_scoring()
    assert finished.args[0].outcome is Outcome.DONE
    assert 0 < counts[0] < COUNT // 2
    assert counts == sorted(counts)
    assert len(shown) > COUNT // 2
    final = session.project.scores(LabelKind.PSEUDO)
    for row, scores in shown.items():
        np.testing.assert_allclose(scores, final[row], atol=1e-6)
    assert not resets  # photos keep their places
    page.close_page()
    page.side_panel.release()


def test_photos_with_labels_keep_them_till_the_scoring_ends(qtbot, session, often):
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scoring()
    before = session.project.scores(LabelKind.PSEUDO).copy()
    came: list[np.ndarray] = []
    session.first_labels_came.connect(came.append)
    told = []
    session.jobs.event_sent.connect(lambda event: told.append(type(event)))
    settings = session.project.settings.scoring
    session.jobs.start_scoring(type(settings)(encoder=settings.encoder, views="fast"))
    qtbot.waitUntil(lambda: PhotosLabelled in told, timeout=60_000)
    np.testing.assert_array_equal(session.project.scores(LabelKind.PSEUDO), before)
    assert not came
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.cancel()
