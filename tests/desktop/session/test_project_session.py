from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import JobBusyError, ProjectSession
from cdul_app.errors import ClassListError, FolderError, ProjectError, TruthError
from cdul_app.events import EpochFinished, Event, Outcome, Progressed, Skipped, Started
from cdul_app.formats.truth import read_truth_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import locate_project
from cdul_app.project.export_preview import export_preview
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.label_photos import SCORED_KINDS
from tests.drawn_photos import copy_photos

QUICK = TrainingConfig(epochs=3, warm_up_epochs=1, device="cpu")


def finish(qtbot: QtBot, session: ProjectSession, start: Callable[[], None]) -> JobResult:
    """Start a job and wait for its end."""
    with qtbot.waitSignal(session.job_finished, timeout=60_000) as ended:
        start()
    return ended.args[0]


def column_of(session: ProjectSession, name: str) -> int:
    return [record.name for record in session.classes].index(name)


def stored_answers(folder: Path) -> dict[tuple[str, str], int]:
    with ProjectStore(locate_project(folder).database) as store:
        photos = {photo.identifier: photo.path for photo in store.photos.all()}
        names = {record.identifier: record.name for record in store.classes.all()}
        return {
            (photos[photo], names[class_id]): value
            for photo, class_id, value in store.answers.all()
            if photo in photos and class_id in names
        }


# ---- opening and what is shown ----


def test_a_new_folder_is_an_empty_project(photo_folder: Path, qapp: QCoreApplication):
    session = ProjectSession.open_folder(photo_folder)
    assert len(session.photos) == 0
    assert session.classes == ()
    assert session.display_kind is None
    assert session.evaluation() is None
    assert not session.is_stale
    assert not session.can_undo
    assert session.predicted().shape == session.answers.shape == (0, 0)
    assert export_preview(session, "csv") == ""
    session.close()
    session.close()  # again does nothing


def test_folders_that_cannot_be_opened(tmp_path: Path, qapp: QCoreApplication):
    with pytest.raises(FolderError, match="does not exist"):
        ProjectSession.open_folder(tmp_path / "absent")
    (tmp_path / "project.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(ProjectError, match="cannot be opened"):
        ProjectSession.open_folder(tmp_path, tmp_path / "project.sqlite")


def test_all_scores_in_the_order_of_photos_and_classes(session: ProjectSession):
    assert session.photos.paths == sorted(session.photos.paths)
    assert session.display_kind is LabelKind.PSEUDO
    with ProjectStore(session.location.database) as store:
        for kind in SCORED_KINDS:
            stored = store.labels.read(kind)
            shown = session.scores(kind)
            assert stored is not None
            assert shown is not None
            by_photo = dict(zip(stored.photo_ids, stored.scores, strict=True))
            for row, photo in enumerate(session.photos.ids.tolist()):
                np.testing.assert_array_equal(shown[row], by_photo[photo])
    assert session.scores(LabelKind.CLASSIFIER) is None
    assert (session.photos.widths > 0).all()
    assert session.photos.absolute(3).is_file()


def test_evidence_is_what_the_scores_were_made_of(session: ProjectSession):
    shown = {kind: session.scores(kind) for kind in SCORED_KINDS}
    for row in range(len(session.photos)):
        evidence = session.evidence(row)
        assert evidence is not None
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        for kind, values in (
            (LabelKind.GLOBAL, evidence.global_similarity),
            (LabelKind.LOCAL_MAX, evidence.local_similarities.max(axis=0)),
            (LabelKind.LOCAL_MIN, evidence.local_similarities.min(axis=0)),
        ):
            np.testing.assert_allclose(values, shown[kind][row], atol=1e-5)


def test_evidence_of_overlapping_snippets_names_the_best(session: ProjectSession, qtbot: QtBot):
    session.set_scoring_config(replace(session.scoring_config, views="balanced"))
    assert session.is_stale
    finish(qtbot, session, session.start_scoring)
    assert not session.is_stale
    best = session.scores(LabelKind.LOCAL_MAX)
    for row in range(len(session.photos)):
        evidence = session.evidence(row)
        assert evidence is not None
        assert len(evidence.boxes) == 25
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        np.testing.assert_allclose(evidence.snippet_similarities.max(axis=0), best[row], atol=1e-5)


def test_evidence_after_classes_changed_follows_the_columns(session: ProjectSession):
    old = session.evidence(0)
    assert old is not None
    dog = column_of(session, "dog")
    session.set_classes([ClassDefinition("unicorn"), ClassDefinition("dog")])
    new = session.evidence(0)
    assert new is not None
    assert np.isnan(new.global_similarity[0])
    assert np.isnan(new.local_similarities[:, 0]).all()
    assert new.global_similarity[1] == old.global_similarity[dog]
    np.testing.assert_array_equal(new.local_similarities[:, 1], old.local_similarities[:, dog])


def test_evidence_of_a_photo_that_was_not_encoded(session: ProjectSession, qtbot: QtBot):
    (session.location.folder / "new.jpg").write_bytes(b"")
    finish(qtbot, session, session.start_scan)
    assert session.evidence(session.photos.paths.index("new.jpg")) is None


def test_thresholds_decide_what_is_predicted(session: ProjectSession, qtbot: QtBot):
    scores = session.scores(LabelKind.PSEUDO)
    assert scores is not None
    with qtbot.waitSignal(session.thresholds_changed):
        session.set_threshold(3, 0.02)
    assert session.thresholds[3] == pytest.approx(0.02)
    np.testing.assert_array_equal(session.predicted(), scores >= session.thresholds[None, :])
    for row in range(8):
        np.testing.assert_array_equal(session.predicted_row(row), session.predicted()[row])
    with pytest.raises(ValueError, match="threshold"):
        session.set_threshold(3, 2)
    expected = 1 - np.abs(scores - session.thresholds[None, :]).min(axis=1)
    np.testing.assert_allclose(session.uncertainty(), expected, atol=1e-6)


# ---- answers ----


def test_answers_win_and_are_taken_back(session: ProjectSession, qtbot: QtBot, scored_folder: Path):
    before = session.predicted()
    dog = column_of(session, "dog")
    with qtbot.waitSignal(session.answers_changed) as changed:
        session.answer([2, 5], dog, YES)
    np.testing.assert_array_equal(changed.args[0], [2, 5])
    session.answer([5], dog, NO)
    assert session.predicted()[2, dog]
    assert not session.predicted()[5, dog]
    names = session.photos.paths
    assert stored_answers(scored_folder) == {(names[2], "dog"): 1, (names[5], "dog"): 0}
    session.answer([2], dog, YES)  # as it is: no step to undo
    assert session.undo() == "Undid no for “dog” on 1 photo."
    assert session.answers[5, dog] == YES
    assert session.undo() == "Undid yes for “dog” on 2 photos."
    assert session.undo() is None
    np.testing.assert_array_equal(session.predicted(), before)
    assert stored_answers(scored_folder) == {}
    assert session.redo() == "Did yes for “dog” on 2 photos again."
    assert stored_answers(scored_folder) == {(names[2], "dog"): 1, (names[5], "dog"): 1}
    session.answer([0], dog, NO)
    assert session.redo() is None  # another path was taken
    session.answer([0, 2, 5], dog, UNOBSERVED)
    assert stored_answers(scored_folder) == {}


def test_review_states(session: ProjectSession):
    scores = session.scores(LabelKind.PSEUDO)
    assert scores is not None
    sure = int(scores[0].argmin())
    session.answer([0], sure, NO)
    session.answer([1], int(scores[1].argmin()), YES)
    states = session.review_states().tolist()
    assert states[:3] == [
        ReviewState.ANSWERED.value,
        ReviewState.DISAGREEMENT.value,
        ReviewState.UNREVIEWED.value,
    ]
    assert states == [session.review_state(row).value for row in range(8)]


def test_two_hundred_steps_are_undone_and_done_again(session: ProjectSession):
    states = [session.answers.copy()]
    for step in range(210):
        row, column = step % 8, step % 16
        session.answer([row], column, NO if session.answers[row, column] == YES else YES)
        states.append(session.answers.copy())
    for step in range(200):
        assert session.undo() is not None
        np.testing.assert_array_equal(session.answers, states[209 - step])
    assert not session.can_undo
    assert session.undo() is None
    for step in range(200):
        assert session.redo() is not None
        np.testing.assert_array_equal(session.answers, states[11 + step])
    assert not session.can_redo
    with ProjectStore(session.location.database) as store:
        assert store.answers.count() == np.count_nonzero(session.answers != UNOBSERVED)


def test_an_answer_that_cannot_be_written_is_not_shown_and_can_be_tried_again(
    session: ProjectSession,
):
    session.answer([0], 0, YES)
    connection = session._store.answers._database.conn
    connection.execute("PRAGMA query_only = ON")  # as a disk that takes no write
    for attempt in (lambda: session.answer([1], 0, YES), session.undo):
        with pytest.raises(ProjectError, match="what was saved is kept"):
            attempt()
    assert session.answers[:2, 0].tolist() == [YES, UNOBSERVED]
    connection.execute("PRAGMA query_only = OFF")
    assert session.undo() == "Undid yes for “house” on 1 photo."
    assert session.undo() is None


def test_answers_of_removed_classes_come_back_with_them(
    session: ProjectSession, scored_folder: Path
):
    dog = column_of(session, "dog")
    session.answer([4], dog, YES)
    session.set_threshold(dog, 0.9)
    session.set_classes([ClassDefinition("cat"), ClassDefinition("bird")])
    assert (session.answers == UNOBSERVED).all()
    session.set_classes([ClassDefinition("Dog")])
    assert session.answers[4].tolist() == [YES]
    assert session.thresholds.tolist() == pytest.approx([0.9])
    with pytest.raises(ClassListError):
        session.set_classes([])
    assert [record.name for record in session.classes] == ["Dog"]


def test_everything_is_undone_in_its_order_also_after_a_restart(
    session: ProjectSession, scored_folder: Path
):
    names = [record.name for record in session.classes]
    dog = column_of(session, "dog")
    cut = float(session.thresholds[dog])
    session.answer([4, 5], dog, YES)
    session.flag([1], True)
    session.set_threshold(dog, 0.9)
    session.set_classes([ClassDefinition("cat")])
    session.close()
    later = ProjectSession.open_folder(scored_folder)
    try:
        assert later.flags.tolist() == [False, True, *[False] * 6]
        assert later.undo() == "Undid the list of classes."
        assert [record.name for record in later.classes] == names
        assert later.undo() == "Undid threshold 0.90 for “dog”."
        assert float(later.thresholds[dog]) == pytest.approx(cut)
        assert later.classes[dog].threshold_origin.value == "automatic"
        assert later.undo() == "Undid flag on 1 photo."
        assert not later.flags.any()
        assert later.undo() == "Undid yes for “dog” on 2 photos."
        assert (later.answers == UNOBSERVED).all()
        assert later.undo() is None
    finally:
        later.close()
    again = ProjectSession.open_folder(scored_folder)
    try:
        assert [again.redo() is not None for _ in range(5)] == [True] * 4 + [False]
        assert again.flags[1]
        assert [record.name for record in again.classes] == ["cat"]
    finally:
        again.close()


def test_undo_of_an_answer_whose_class_is_gone_is_written_all_the_same(session: ProjectSession):
    dog = column_of(session, "dog")
    session.answer([4], dog, YES)
    identifier = session.classes[dog].identifier
    step = session._store.decisions.recent()[-1].identifier
    session._store.classes.replace([ClassDefinition("cat")])
    session._load_classes()
    assert session.undo() == "Undid yes for “dog” on 1 photo."
    assert session._store.answers.count() == 0
    assert step
    assert session.redo() is not None
    assert [row[1] for row in session._store.answers.all()] == [identifier]


def test_a_decision_keeps_what_was_shown(session: ProjectSession):
    dog = column_of(session, "dog")
    scores = session.scores(LabelKind.PSEUDO)
    assert scores is not None
    session.answer([4], dog, NO)
    origin = session.answer_origin(4, dog)
    assert origin is not None
    assert origin.score == pytest.approx(float(scores[4, dog]))
    assert origin.shown["labels"] == "pseudo"
    assert origin.shown["threshold"] == pytest.approx(float(session.thresholds[dog]), abs=1e-4)
    assert session.answer_origin(3, dog) is None
    run = session.shown_run
    assert run is not None
    assert origin.shown["run"] == run.identifier
    assert f"of run {run.identifier} at a threshold" in session.label_source(4, dog).describe()


def test_undo_says_where_it_happened(session: ProjectSession, qtbot: QtBot):
    dog = column_of(session, "dog")
    session.answer([2, 6], dog, YES)
    with qtbot.waitSignal(session.decided_on) as told:
        session.undo()
    assert (told.args[0].tolist(), told.args[1]) == ([2, 6], dog)
    session.flag([3], True)
    with qtbot.waitSignal(session.decided_on) as told:
        session.undo()
    assert (told.args[0].tolist(), told.args[1]) == ([3], None)


# ---- what a list of classes is warned of, and what photos are sorted by ----


def test_the_list_of_classes_is_judged_by_what_is_known(session: ProjectSession):
    def said(*names: str) -> str:
        return " ".join(session.class_warnings([ClassDefinition(name) for name in names]))

    session.set_scoring_config(replace(session.scoring_config, background=True))
    assert said("dog", "cat") == ""
    assert "background words alone" in said("dog")
    assert "“tv_monitor” and “TVMonitor” mean nearly the same" in said(
        "dog", "tv_monitor", "TVMonitor"
    )
    assert said("dog", "sofa", "unicorn") == ""  # a text that is not encoded yet tells nothing
    session.set_scoring_config(replace(session.scoring_config, background=False))
    assert "“dog” and “cat” alone" in said("dog", "cat")


def test_photos_are_sorted_by_the_ranking_score_until_there_is_a_classifier(
    session: ProjectSession,
):
    dog = column_of(session, "dog")
    ranking = session.scores(LabelKind.RANKING)
    assert ranking is not None
    np.testing.assert_array_equal(session.sorting_scores(dog), ranking[:, dog])
    np.testing.assert_array_equal(session.sorting_scores(None), ranking.max(axis=1))
    with ProjectStore(session.location.database) as store:
        initial = store.labels.read(LabelKind.INITIAL)
        assert initial is not None
        store.labels.write_set(
            LabelKind.CLASSIFIER,
            initial.class_ids,
            initial.photo_ids,
            1 - initial.scores,
            run_id=None,
        )
    session.set_classes([*(record.definition for record in session.classes)])  # reads anew
    classifier = session.scores(LabelKind.CLASSIFIER)
    assert classifier is not None
    np.testing.assert_array_equal(session.sorting_scores(dog), classifier[:, dog])
    session.set_classes([ClassDefinition("unicorn"), ClassDefinition("dog")])
    assert session.sorting_scores(0) is None  # not scored yet
    np.testing.assert_array_equal(session.sorting_scores(1), classifier[:, dog])


# ---- stale labels ----


def test_stale_says_whether_scoring_again_would_change_anything(
    session: ProjectSession, qtbot: QtBot
):
    config = session.scoring_config
    assert not session.is_stale
    for change in (
        {"zeta": 0.4},
        {"grid": SnippetGrid(2, 2)},
        {"views": "fast"},
        {"more_grids": (SnippetGrid(2, 2),)},
        {"temperature": 0.05},
        {"prompt": "one {}", "templates": "single"},
        {"templates": "single"},
        {"names": "raw"},
        {"background": True},
        {"encoder": "demo"},
    ):
        session.set_scoring_config(replace(config, **change))
        assert session.is_stale, change
    session.set_scoring_config(replace(config, device="auto", batch_size=7))
    assert not session.is_stale
    definitions = [record.definition for record in session.classes]
    session.set_threshold(0, 0.7)
    assert not session.is_stale
    session.set_classes(definitions[1:])
    assert session.is_stale
    result = finish(qtbot, session, session.start_scoring)
    assert result.outcome is Outcome.DONE
    assert not session.is_stale
    session.set_classes([ClassDefinition("house", ("a hut",)), *definitions[2:]])
    assert session.is_stale


# ---- jobs ----


def test_scoring_and_training_reach_the_window(session: ProjectSession, qtbot: QtBot):
    events: list[Event] = []
    session.job_event.connect(events.append)
    started: list[JobKind] = []
    session.job_started.connect(started.append)
    changed: list[str] = []
    session.scores_changed.connect(lambda: changed.append("scores"))
    session.runs_changed.connect(lambda: changed.append("runs"))
    session.photos_changed.connect(lambda: changed.append("photos"))
    config = replace(session.scoring_config, zeta=0.2)
    result = finish(qtbot, session, lambda: session.start_labeling(config, QUICK))
    assert result.kind is JobKind.LABEL
    assert result.outcome is Outcome.DONE
    assert started == [JobKind.LABEL]
    assert not session.is_busy
    assert {"scores", "runs", "photos"} <= set(changed)
    classifier = session.scores(LabelKind.CLASSIFIER)
    assert classifier is not None
    assert np.isfinite(classifier).all()
    epochs = [event for event in events if isinstance(event, EpochFinished)]
    assert [epoch.epoch for epoch in epochs] == [1, 2, 3]
    newest = session.runs()[0]
    assert newest.kind == "train"
    assert session.run_history(newest.identifier) == epochs
    assert session.scoring_config == config
    assert session.training_config == QUICK


def test_one_job_at_a_time(session: ProjectSession, qtbot: QtBot):
    before = session.scoring_config
    with qtbot.waitSignal(session.job_finished, timeout=60_000):
        session.start_training(QUICK)
        assert session.is_busy
        assert session.job_kind is JobKind.TRAIN
        with pytest.raises(JobBusyError, match="Training is still running"):
            session.start_scoring(replace(before, zeta=0.9))
    assert session.scoring_config == before
    assert session.job_kind is None
    session.cancel_job()  # nothing runs: nothing happens


def test_a_job_that_fails_says_why_and_leaves_the_session_usable(
    session: ProjectSession, qtbot: QtBot
):
    session.set_classes([ClassDefinition("unicorn")])
    result = finish(qtbot, session, lambda: session.start_training(QUICK))
    assert result.outcome is Outcome.FAILED
    assert "score again" in result.message
    assert finish(qtbot, session, session.start_scan).outcome is Outcome.DONE


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
    copy_photos(session.location.folder, 60, start=8)
    with qtbot.waitSignal(session.job_event, check_params_cb=EncodingReached(12), timeout=60_000):
        session.start_scoring()
    with qtbot.waitSignal(session.job_finished, timeout=60_000) as ended:
        session.cancel_job()
    assert ended.args[0].outcome is Outcome.CANCELLED
    scores = session.scores(LabelKind.PSEUDO)
    assert scores is not None
    assert len(session.photos) == 68
    assert 12 <= np.isfinite(scores).all(axis=1).sum() < 68


def test_closing_in_the_middle_of_a_job_waits_and_keeps_what_was_done(
    scored_folder: Path, qtbot: QtBot, drawn_photos_dir: Path
):
    session = ProjectSession.open_folder(scored_folder)
    copy_photos(session.location.folder, 60, start=8)
    with qtbot.waitSignal(session.job_event, check_params_cb=EncodingReached(12), timeout=60_000):
        session.start_scoring()
    late: list[object] = []
    session.job_event.connect(late.append)
    session.job_finished.connect(late.append)
    session.close()
    assert not session.is_busy
    QCoreApplication.processEvents()
    assert late == []  # nothing reaches windows that are gone
    with ProjectStore(session.location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED
        labels = store.labels.read(LabelKind.PSEUDO)
    assert labels is not None
    assert 12 <= len(labels.photo_ids) < 68


def test_answers_given_while_a_job_writes_are_all_kept(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path
):
    copy_photos(session.location.folder, 30, start=8)
    cells = [(row, column) for row in range(8) for column in range(16)]

    def answer_one(event: Event) -> None:
        if cells:
            row, column = cells.pop()
            session.answer([row], column, YES)

    session.job_event.connect(answer_one)
    config = replace(session.scoring_config, zeta=0.3)
    result = finish(qtbot, session, lambda: session.start_labeling(config, QUICK))
    assert result.outcome is Outcome.DONE, result.message
    count = 128 - len(cells)
    assert count > 10
    assert np.count_nonzero(session.answers == YES) == count
    with ProjectStore(session.location.database) as store:
        assert store.answers.count() == count


def test_photos_that_come_and_go_take_their_answers_along(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path
):
    dog = column_of(session, "dog")
    first, last = session.photos.absolute(0), session.photos.paths[7]
    session.answer([7], dog, YES)
    session.answer([0], dog, NO)
    content = first.read_bytes()
    first.unlink()
    (session.location.folder / "000 bad.jpg").write_bytes(b"")
    (other,) = copy_photos(session.location.folder, 1, start=8)
    other.rename(session.location.folder / "000 good.jpg")
    skipped: list[Event] = []
    session.job_event.connect(lambda event: skipped.append(event))
    finish(qtbot, session, session.start_scoring)
    assert Skipped("000 bad.jpg", "The file is empty.") in skipped
    paths = session.photos.paths
    assert len(paths) == 9
    assert first.name not in paths
    assert session.answers[paths.index(last), dog] == YES
    assert np.count_nonzero(session.answers != UNOBSERVED) == 1
    assert session.review_state(0) is ReviewState.ERROR
    assert session.review_states()[0] == ReviewState.ERROR.value
    assert session.undo() == "Undid no for “dog” on 1 photo."  # of the photo that is gone
    assert session.redo() is not None
    first.write_bytes(content)
    finish(qtbot, session, session.start_scan)
    assert session.answers[session.photos.paths.index(first.name), dog] == NO


def test_exports_and_predictions_are_jobs(
    session: ProjectSession, qtbot: QtBot, tmp_path: Path, photo_folder: Path
):
    session.answer([0], column_of(session, "flower"), YES)
    output = tmp_path / "labels.csv"
    preview = export_preview(session, "csv", photos=3)
    assert finish(qtbot, session, lambda: session.start_export("csv", output)).outcome is (
        Outcome.DONE
    )
    text = output.read_text(encoding="utf-8")
    assert text.startswith(preview)
    assert preview.count("\n") == 4
    result = finish(
        qtbot, session, lambda: session.start_export("csv", tmp_path / "no" / "labels.csv")
    )
    assert result.outcome is Outcome.FAILED
    assert "choose another place" in result.message
    finish(qtbot, session, lambda: session.start_training(QUICK))
    other = tmp_path / "other.csv"
    result = finish(qtbot, session, lambda: session.start_prediction(photo_folder, other))
    assert result.details == {"output": str(other)}
    assert len(read_truth_csv(other).image_names) == 6


# ---- truth ----


def test_truth_is_loaded_measured_and_cleared(
    session: ProjectSession, qtbot: QtBot, drawn_photos_dir: Path, tmp_path: Path
):
    with pytest.raises(TruthError):
        session.load_truth(tmp_path / "absent.csv")
    assert session.truth_file is None
    with qtbot.waitSignal(session.truth_changed):
        session.load_truth(drawn_photos_dir / "truth.csv")
    result = session.evaluation()
    assert result is not None
    assert result["images"] == 8
    session.clear_truth()
    assert session.evaluation() is None


def test_likely_errors_need_a_classifier_and_pass_over_what_is_answered(
    session: ProjectSession, qtbot: QtBot
):
    assert session.likely_errors() is None
    finish(qtbot, session, lambda: session.start_training(QUICK))
    doubts = session.likely_errors()
    assert doubts is not None
    assert doubts.shape == (8,)
    assert ((doubts >= 0) & (doubts <= 1)).all()
    worst = int(doubts.argmax())
    for column in range(len(session.classes)):
        session.answer([worst], column, int(session.predicted_row(worst)[column]))
    after = session.likely_errors()
    assert after is not None
    assert after[worst] == 0
    assert np.array_equal(np.delete(after, worst), np.delete(doubts, worst))


def test_precision_and_recall_of_a_class(session: ProjectSession, drawn_photos_dir: Path):
    assert session.precision_recall("dog") == {}
    session.load_truth(drawn_photos_dir / "truth.csv")
    evaluation = session.evaluation()
    assert evaluation is not None
    average = evaluation["labels"]["pseudo"]["AP"]
    for name in session.classes:
        curves = session.precision_recall(name.name)
        if average[name.name] is None:
            assert curves == {}
            continue
        curve = curves[LabelKind.PSEUDO]
        area = (curve.precision * np.diff(curve.recall, prepend=0)).sum()
        assert 100 * area == pytest.approx(average[name.name], abs=1e-3)
    assert session.precision_recall("no such class") == {}


def test_a_session_may_be_dropped_as_soon_as_its_job_is_done(photo_folder, qtbot: QtBot):
    for _ in range(5):
        session = ProjectSession.open_folder(photo_folder)
        with qtbot.waitSignal(session.job_finished, timeout=30_000):
            session.start_scan()
        session.close()
        del session


def test_a_class_keeps_its_colour_when_the_list_is_edited(session: ProjectSession):
    before = {record.name: session.color_index(c) for c, record in enumerate(session.classes)}
    session.set_classes([record.definition for record in reversed(session.classes[3:])])
    after = {record.name: session.color_index(c) for c, record in enumerate(session.classes)}
    assert after == {name: before[name] for name in after}
    assert len(set(before.values())) == len(before)
