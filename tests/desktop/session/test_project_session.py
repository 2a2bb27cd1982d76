from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_jobs import JobBusyError
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import EpochFinished, Event, Outcome, Progressed, Skipped, Started
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.project.exchange.export_table import export_preview
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.predict import PredictionResult
from tests.drawn_photos import copy_photos

QUICK = TrainingConfig(device="cpu")


def finish(qtbot: QtBot, session: ProjectSession, start: Callable[[], None]) -> JobResult:
    """Start a job and wait for its end."""
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as ended:
        start()
    return ended.args[0]


def column_of(session: ProjectSession, name: str) -> int:
    return list(session.project.classes.names).index(name)


# ---- opening and closing ----


def test_closing_again_does_nothing(photo_folder: Path, qapp: QCoreApplication):
    session = ProjectSession.open_folder(photo_folder)
    session.close()
    session.close()


def test_changes_of_the_project_are_signals(session: ProjectSession, qtbot: QtBot):
    decisions = session.project.decisions
    with qtbot.waitSignals([session.answers_changed, session.undo_changed]):
        decisions.answer([2, 6], 1, YES)
    with qtbot.waitSignal(session.decided_on) as told:
        decisions.undo()
    assert (told.args[0].tolist(), told.args[1]) == ([2, 6], 1)
    with qtbot.waitSignal(session.flags_changed) as flagged:
        decisions.flag([3], True)
    assert flagged.args[0].tolist() == [3]
    with qtbot.waitSignals([session.thresholds_changed, session.undo_changed]):
        decisions.set_threshold(3, 0.02)
    with qtbot.waitSignals([session.classes_changed, session.undo_changed]):
        decisions.set_classes([ClassDefinition("cat")])


# ---- jobs ----


def test_scoring_and_training_reach_the_window(session: ProjectSession, qtbot: QtBot):
    events: list[Event] = []
    session.jobs.event_sent.connect(events.append)
    started: list[JobKind] = []
    session.jobs.started.connect(started.append)
    changed: list[str] = []
    session.scores_changed.connect(lambda: changed.append("scores"))
    session.runs_changed.connect(lambda: changed.append("runs"))
    session.photos_changed.connect(lambda: changed.append("photos"))
    config = replace(session.project.settings.scoring, zeta=0.2)
    result = finish(qtbot, session, lambda: session.jobs.start_scoring_and_training(config, QUICK))
    assert result.kind is JobKind.SCORE_AND_TRAIN
    assert result.outcome is Outcome.DONE
    assert started == [JobKind.SCORE_AND_TRAIN]
    assert not session.jobs.is_busy
    assert {"scores", "runs", "photos"} <= set(changed)
    classifier = session.project.scores(LabelKind.CLASSIFIER)
    assert classifier is not None
    assert np.isfinite(classifier).all()
    epochs = [event for event in events if isinstance(event, EpochFinished)]
    assert [epoch.epoch for epoch in epochs] == [1]
    newest = session.project.runs.all()[0]
    assert [run.kind for run in session.project.runs.all()] == ["train", "score", "score"]
    assert session.project.runs.history(newest.identifier) == epochs
    assert session.project.settings.scoring == config
    assert session.project.settings.training == QUICK


def test_one_job_at_a_time(session: ProjectSession, qtbot: QtBot):
    before = session.project.settings.scoring
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_training(QUICK)
        assert session.jobs.is_busy
        assert session.jobs.kind is JobKind.TRAIN
        with pytest.raises(JobBusyError, match="Training is still running"):
            session.jobs.start_scoring(replace(before, zeta=0.9))
    assert session.project.settings.scoring == before
    assert session.project.settings.training == QUICK
    assert session.jobs.kind is None
    session.jobs.cancel()  # nothing runs: nothing happens


def test_a_job_that_fails_says_why_and_leaves_the_session_usable(
    session: ProjectSession, qtbot: QtBot
):
    session.project.decisions.set_classes([ClassDefinition("unicorn")])
    result = finish(qtbot, session, lambda: session.jobs.start_training(QUICK))
    assert result.outcome is Outcome.FAILED
    assert "score again" in result.message
    assert finish(qtbot, session, session.jobs.start_scan).outcome is Outcome.DONE


class EncodingReached:
    """Waits for a number of encoded photos."""

    def __init__(self, photos: int) -> None:
        self.photos = photos
        self.encoding = False

    def __call__(self, event: Event) -> bool:
        if isinstance(event, Started):
            self.encoding = event.title == "Encoding photos"
        return self.encoding and isinstance(event, Progressed) and event.done >= self.photos


def test_a_cancelled_job_keeps_what_was_done(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path
):
    copy_photos(session.project.location.folder, 60, start=8)
    with qtbot.waitSignal(
        session.jobs.event_sent, check_params_cb=EncodingReached(12), timeout=60_000
    ):
        session.jobs.start_scoring()
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as ended:
        session.jobs.cancel()
    assert ended.args[0].outcome is Outcome.CANCELLED
    scores = session.project.scores(LabelKind.PSEUDO)
    assert scores is not None
    assert len(session.project.photos) == 68
    assert 12 <= np.isfinite(scores).all(axis=1).sum() < 68


def test_closing_in_the_middle_of_a_job_waits_and_keeps_what_was_done(
    scored_folder: Path, qtbot: QtBot, drawn_photos_dir: Path
):
    session = ProjectSession.open_folder(scored_folder)
    copy_photos(session.project.location.folder, 60, start=8)
    with qtbot.waitSignal(
        session.jobs.event_sent, check_params_cb=EncodingReached(12), timeout=60_000
    ):
        session.jobs.start_scoring()
    late: list[object] = []
    session.jobs.event_sent.connect(late.append)
    session.jobs.finished.connect(late.append)
    session.close()
    assert not session.jobs.is_busy
    QCoreApplication.processEvents()
    assert late == []  # nothing reaches windows that are gone
    with ProjectStore(session.project.location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED
        labels = store.labels.read(LabelKind.PSEUDO)
    assert labels is not None
    assert 12 <= len(labels.photo_ids) < 68


def test_answers_given_while_a_job_writes_are_all_kept(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path
):
    copy_photos(session.project.location.folder, 30, start=8)
    cells = [(row, column) for row in range(8) for column in range(16)]

    def answer_one(event: Event) -> None:
        if cells:
            row, column = cells.pop()
            session.project.decisions.answer([row], column, YES)

    session.jobs.event_sent.connect(answer_one)
    config = replace(session.project.settings.scoring, zeta=0.3)
    result = finish(qtbot, session, lambda: session.jobs.start_scoring_and_training(config, QUICK))
    assert result.outcome is Outcome.DONE, result.message
    count = 128 - len(cells)
    assert count > 10
    assert np.count_nonzero(session.project.answers == YES) == count
    with ProjectStore(session.project.location.database) as store:
        assert store.answers.count() == count


def test_photos_that_come_and_go_take_their_answers_along(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path
):
    dog = column_of(session, "dog")
    first, last = session.project.photos.absolute(0), session.project.photos.paths[7]
    session.project.decisions.answer([7], dog, YES)
    session.project.decisions.answer([0], dog, NO)
    content = first.read_bytes()
    first.unlink()
    (session.project.location.folder / "000 bad.jpg").write_bytes(b"")
    (other,) = copy_photos(session.project.location.folder, 1, start=8)
    other.rename(session.project.location.folder / "000 good.jpg")
    skipped: list[Event] = []
    session.jobs.event_sent.connect(lambda event: skipped.append(event))
    finish(qtbot, session, session.jobs.start_scoring)
    assert Skipped("000 bad.jpg", "The file is empty.") in skipped
    paths = session.project.photos.paths
    assert len(paths) == 9
    assert first.name not in paths
    assert session.project.answers[paths.index(last), dog] == YES
    assert np.count_nonzero(session.project.answers != UNOBSERVED) == 1
    assert session.project.facts.states_of(0) == {ReviewState.ERROR}
    assert (
        session.project.decisions.undo() == "Undid no for “dog” on 1 photo."
    )  # of the photo that is gone
    assert session.project.decisions.redo() is not None
    first.write_bytes(content)
    finish(qtbot, session, session.jobs.start_scan)
    assert session.project.answers[session.project.photos.paths.index(first.name), dog] == NO


def test_exports_and_predictions_are_jobs(
    session: ProjectSession, qtbot: QtBot, tmp_path: Path, photo_folder: Path
):
    session.project.decisions.answer([0], column_of(session, "flower"), YES)
    output = tmp_path / "labels.csv"
    preview = export_preview(session.project, "csv", photos=3)
    assert finish(qtbot, session, lambda: session.jobs.start_export("csv", output)).outcome is (
        Outcome.DONE
    )
    text = output.read_text(encoding="utf-8")
    assert text.startswith(preview)
    assert preview.count("\n") == 4
    result = finish(
        qtbot, session, lambda: session.jobs.start_export("csv", tmp_path / "no" / "labels.csv")
    )
    assert result.outcome is Outcome.FAILED
    assert "choose another place" in result.message
    finish(qtbot, session, lambda: session.jobs.start_training(QUICK))
    other = tmp_path / "other.csv"
    result = finish(qtbot, session, lambda: session.jobs.start_prediction(photo_folder, other))
    assert isinstance(result.value, PredictionResult)
    assert result.value.output == other
    assert len(read_wide_csv(other).image_names) == 6


def test_a_session_may_be_dropped_as_soon_as_its_job_is_done(photo_folder, qtbot: QtBot):
    for _ in range(5):
        session = ProjectSession.open_folder(photo_folder)
        with qtbot.waitSignal(session.jobs.finished, timeout=30_000):
            session.jobs.start_scan()
        session.close()
        del session
