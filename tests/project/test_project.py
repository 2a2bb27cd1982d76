"""An open project without a window: what it holds, and what is decided in it."""

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError, FolderError, ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.classes.class_warnings import class_warnings
from cdul_app.project.exchange.export_table import export_preview
from cdul_app.project.labels.label_facts import REVIEW_STATES
from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.label_photos import SCORED_KINDS
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.events import run_task

QUICK = TrainingConfig(epochs=3, warm_up_epochs=1, device="cpu")


def scan(project: Project) -> None:
    run_task(scan_project(project.location))
    project.reload()


def score(project: Project) -> None:
    run_task(score_project(project.location, project.settings.scoring))
    project.reload()


def train(project: Project) -> None:
    run_task(train_project(project.location, QUICK))
    project.reload()


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


def test_a_new_folder_is_an_empty_project(photo_folder: Path):
    project = Project.open_folder(photo_folder)
    assert len(project.photos) == 0
    assert project.classes == ()
    assert project.display_kind is None
    assert not project.scoring.is_stale
    assert not project.decisions.can_undo
    assert project.facts.labels.values().shape == project.answers.shape == (0, 0)
    assert export_preview(project, "csv") == ""
    project.close()


def test_folders_that_cannot_be_opened(tmp_path: Path):
    with pytest.raises(FolderError, match="does not exist"):
        Project.open_folder(tmp_path / "absent")
    (tmp_path / "project.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(ProjectError, match="is damaged"):
        Project.open_folder(tmp_path, tmp_path / "project.sqlite")


def test_all_scores_in_the_order_of_photos_and_classes(project: Project):
    assert project.photos.paths == sorted(project.photos.paths)
    assert project.display_kind is LabelKind.PSEUDO
    with ProjectStore(project.location.database) as store:
        for kind in SCORED_KINDS:
            stored = store.labels.read(kind)
            shown = project.scores(kind)
            assert stored is not None
            assert shown is not None
            by_photo = dict(zip(stored.photo_ids, stored.scores, strict=True))
            for row, photo in enumerate(project.photos.ids.tolist()):
                np.testing.assert_array_equal(shown[row], by_photo[photo])
    assert project.scores(LabelKind.CLASSIFIER) is None
    assert (project.photos.widths > 0).all()
    assert project.photos.absolute(3).is_file()


def test_evidence_is_what_the_scores_were_made_of(project: Project):
    shown = {kind: project.scores(kind) for kind in SCORED_KINDS}
    for row in range(len(project.photos)):
        evidence = project.scoring.evidence(row)
        assert evidence is not None
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        for kind, values in (
            (LabelKind.GLOBAL, evidence.global_similarity),
            (LabelKind.LOCAL_MAX, evidence.local_similarities.max(axis=0)),
            (LabelKind.LOCAL_MIN, evidence.local_similarities.min(axis=0)),
        ):
            np.testing.assert_allclose(values, shown[kind][row], atol=1e-5)


def test_evidence_of_overlapping_snippets_names_the_best(project: Project):
    project.settings.scoring = replace(project.settings.scoring, views="balanced")
    assert project.scoring.is_stale
    score(project)
    assert not project.scoring.is_stale
    best = project.scores(LabelKind.LOCAL_MAX)
    for row in range(len(project.photos)):
        evidence = project.scoring.evidence(row)
        assert evidence is not None
        assert len(evidence.boxes) == 25
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        np.testing.assert_allclose(evidence.snippet_similarities.max(axis=0), best[row], atol=1e-5)


def test_evidence_after_classes_changed_follows_the_columns(project: Project):
    old = project.scoring.evidence(0)
    assert old is not None
    dog = project.classes.column_of("dog")
    project.decisions.set_classes([ClassDefinition("unicorn"), ClassDefinition("dog")])
    new = project.scoring.evidence(0)
    assert new is not None
    assert np.isnan(new.global_similarity[0])
    assert np.isnan(new.local_similarities[:, 0]).all()
    assert new.global_similarity[1] == old.global_similarity[dog]
    np.testing.assert_array_equal(new.local_similarities[:, 1], old.local_similarities[:, dog])


def test_evidence_of_a_photo_that_was_not_encoded(project: Project):
    (project.location.folder / "new.jpg").write_bytes(b"")
    scan(project)
    assert project.scoring.evidence(project.photos.paths.index("new.jpg")) is None


def test_thresholds_decide_what_is_predicted(project: Project):
    scores = project.scores(LabelKind.PSEUDO)
    assert scores is not None
    told: list[str] = []
    project.changes.thresholds.add(lambda: told.append("thresholds"))
    project.decisions.set_threshold(3, 0.02)
    assert told == ["thresholds"]
    assert project.classes.thresholds[3] == pytest.approx(0.02)
    np.testing.assert_array_equal(
        project.facts.labels.values(), scores >= project.classes.thresholds[None, :]
    )
    for row in range(8):
        np.testing.assert_array_equal(
            project.facts.predicted_row(row), project.facts.labels.values()[row]
        )
    with pytest.raises(ValueError, match="threshold"):
        project.decisions.set_threshold(3, 2)
    expected = 1 - np.abs(scores - project.classes.thresholds[None, :]).min(axis=1)
    np.testing.assert_allclose(project.facts.uncertainty.values(), expected, atol=1e-6)


# ---- answers ----


def test_answers_win_and_are_taken_back(project: Project, scored_folder: Path):
    before = project.facts.labels.values()
    dog = project.classes.column_of("dog")
    changed: list[list[int]] = []
    project.changes.answers.add(lambda rows: changed.append(rows.tolist()))
    project.decisions.answer([2, 5], dog, YES)
    assert changed == [[2, 5]]
    project.decisions.answer([5], dog, NO)
    assert project.facts.labels.values()[2, dog]
    assert not project.facts.labels.values()[5, dog]
    names = project.photos.paths
    assert stored_answers(scored_folder) == {(names[2], "dog"): 1, (names[5], "dog"): 0}
    project.decisions.answer([2], dog, YES)  # as it is: no step to undo
    assert project.decisions.undo() == "Undid no for “dog” on 1 photo."
    assert project.answers[5, dog] == YES
    assert project.decisions.undo() == "Undid yes for “dog” on 2 photos."
    assert project.decisions.undo() is None
    np.testing.assert_array_equal(project.facts.labels.values(), before)
    assert stored_answers(scored_folder) == {}
    assert project.decisions.redo() == "Redid yes for “dog” on 2 photos."
    assert stored_answers(scored_folder) == {(names[2], "dog"): 1, (names[5], "dog"): 1}
    project.decisions.answer([0], dog, NO)
    assert project.decisions.redo() is None  # another path was taken
    project.decisions.answer([0, 2, 5], dog, UNOBSERVED)
    assert stored_answers(scored_folder) == {}


def test_review_states(project: Project):
    scores = project.scores(LabelKind.PSEUDO)
    assert scores is not None
    sure = int(scores[0].argmin())
    project.decisions.answer([0], sure, NO)
    project.decisions.answer([1], int(scores[1].argmin()), YES, follow=False)
    answers = {ReviewState.UNREVIEWED, ReviewState.ANSWERED, ReviewState.DISAGREEMENT}
    assert [project.facts.states_of(row) & answers for row in range(3)] == [
        {ReviewState.ANSWERED},
        {ReviewState.ANSWERED, ReviewState.DISAGREEMENT},
        {ReviewState.UNREVIEWED},
    ]
    for row, states in enumerate(project.facts.states.values()):
        holding = {state for state, holds in zip(REVIEW_STATES, states, strict=True) if holds}
        assert holding == project.facts.states_of(row)


def test_unlabelled_photos_are_neither_scored_nor_answered(scanned_project: Project):
    project = scanned_project
    project.decisions.set_classes([ClassDefinition("dog")])
    assert project.facts.in_state(ReviewState.UNLABELLED).all()
    project.decisions.answer([1], 0, NO)
    assert np.flatnonzero(~project.facts.in_state(ReviewState.UNLABELLED)).tolist() == [1]


def test_two_hundred_steps_are_undone_and_done_again(project: Project):
    states = [project.answers.copy()]
    for step in range(210):
        row, column = step % 8, step % 16
        project.decisions.answer([row], column, NO if project.answers[row, column] == YES else YES)
        states.append(project.answers.copy())
    for step in range(200):
        assert project.decisions.undo() is not None
        np.testing.assert_array_equal(project.answers, states[209 - step])
    assert not project.decisions.can_undo
    assert project.decisions.undo() is None
    for step in range(200):
        assert project.decisions.redo() is not None
        np.testing.assert_array_equal(project.answers, states[11 + step])
    assert not project.decisions.can_redo
    with ProjectStore(project.location.database) as store:
        assert store.answers.count() == np.count_nonzero(project.answers != UNOBSERVED)


def test_an_answer_that_cannot_be_written_is_not_shown_and_can_be_tried_again(
    project: Project,
):
    project.decisions.answer([0], 0, YES)
    connection = project.store.answers._database.conn
    connection.execute("PRAGMA query_only = ON")  # as a disk that takes no write
    for attempt in (
        lambda: project.decisions.answer([1], 0, YES),
        project.decisions.undo,
    ):
        with pytest.raises(ProjectError, match="what was saved is kept"):
            attempt()
    assert project.answers[:2, 0].tolist() == [YES, UNOBSERVED]
    connection.execute("PRAGMA query_only = OFF")
    assert project.decisions.undo() == "Undid yes for “house” on 1 photo."
    assert project.decisions.undo() is None


def test_answers_of_removed_classes_come_back_with_them(project: Project, scored_folder: Path):
    dog = project.classes.column_of("dog")
    project.decisions.answer([4], dog, YES)
    project.decisions.set_threshold(dog, 0.9)
    project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("bird")])
    assert (project.answers == UNOBSERVED).all()
    project.decisions.set_classes([ClassDefinition("Dog")])
    assert project.answers[4].tolist() == [YES]
    assert project.classes.thresholds.tolist() == pytest.approx([0.9])
    with pytest.raises(ClassListError):
        project.decisions.set_classes([])
    assert list(project.classes.names) == ["Dog"]


def test_everything_is_undone_in_its_order_also_after_a_restart(
    project: Project, scored_folder: Path
):
    names = list(project.classes.names)
    dog = project.classes.column_of("dog")
    first = float(project.classes.thresholds[dog])
    project.decisions.answer([4, 5], dog, YES)
    before = float(project.classes.thresholds[dog])  # it follows the answers
    project.decisions.flag([1], True)
    project.decisions.set_threshold(dog, 0.9)
    project.decisions.set_classes([ClassDefinition("cat")])
    project.close()
    with Project.open_folder(scored_folder) as later:
        assert later.flags.tolist() == [False, True, *[False] * 6]
        assert later.decisions.undo() == "Undid the list of classes."
        assert list(later.classes.names) == names
        assert later.decisions.undo() == "Undid threshold 0.90 for “dog”."
        assert float(later.classes.thresholds[dog]) == pytest.approx(before)
        assert later.classes[dog].threshold_origin.value == "automatic"
        assert later.decisions.undo() == "Undid flag on 1 photo."
        assert not later.flags.any()
        assert later.decisions.undo() == "Undid yes for “dog” on 2 photos."
        assert (later.answers == UNOBSERVED).all()
        assert float(later.classes.thresholds[dog]) == first
        assert later.decisions.undo() is None
    with Project.open_folder(scored_folder) as again:
        done = [again.decisions.redo() is not None for _ in range(5)]
        assert done == [True] * 4 + [False]
        assert again.flags[1]
        assert list(again.classes.names) == ["cat"]


def test_undo_of_an_answer_whose_class_is_gone_is_written_all_the_same(project: Project):
    dog = project.classes.column_of("dog")
    project.decisions.answer([4], dog, YES)
    identifier = project.classes[dog].identifier
    step = project.store.decisions.recent()[-1].identifier
    project.store.classes.replace([ClassDefinition("cat")])
    project.reload_classes()
    assert project.decisions.undo() == "Undid yes for “dog” on 1 photo."
    assert project.store.answers.count() == 0
    assert step
    assert project.decisions.redo() is not None
    assert [row[1] for row in project.store.answers.all()] == [identifier]


def test_a_decision_keeps_what_was_shown(project: Project):
    dog = project.classes.column_of("dog")
    scores = project.scores(LabelKind.PSEUDO)
    assert scores is not None
    project.decisions.answer([4], dog, NO)
    origin = project.decisions.answer_provenance(4, dog)
    assert origin is not None
    assert origin.score == pytest.approx(float(scores[4, dog]))
    assert origin.shown.labels == "pseudo"
    assert origin.shown.threshold == pytest.approx(float(project.classes.thresholds[dog]), abs=1e-4)
    assert project.decisions.answer_provenance(3, dog) is None
    run = project.runs.shown
    assert run is not None
    assert origin.shown.run == run.identifier
    assert (
        f"of run {run.identifier} at a threshold"
        in project.decisions.label_source(4, dog).describe()
    )


def test_undo_says_where_it_happened(project: Project):
    dog = project.classes.column_of("dog")
    told: list[tuple[list[int], int | None]] = []
    project.changes.decided_on.add(lambda rows, column: told.append((rows.tolist(), column)))
    project.decisions.answer([2, 6], dog, YES)
    project.decisions.undo()
    project.decisions.flag([3], True)
    project.decisions.undo()
    assert told == [([2, 6], dog), ([3], None)]


def test_a_flag_is_told_of_also_where_it_is_undone_and_done_again(project: Project):
    told: list[list[int]] = []
    project.changes.flags.add(lambda rows: told.append(rows.tolist()))
    project.decisions.flag([3, 5], True)
    project.decisions.undo()
    project.decisions.redo()
    assert told == [[3, 5]] * 3


# ---- what a list of classes is warned of, and what photos are sorted by ----


def test_the_list_of_classes_is_judged_by_what_is_known(project: Project):
    def said(*names: str) -> str:
        return " ".join(class_warnings(project, [ClassDefinition(name) for name in names]))

    assert "“dog” and “cat” alone" in said("dog", "cat")
    assert "every photo gets a score of 100 %" in said("dog")
    assert "“tv_monitor” and “TVMonitor” mean nearly the same" in said(
        "dog", "tv_monitor", "TVMonitor"
    )
    assert said("dog", "sofa", "unicorn") == ""  # a text that is not encoded yet tells nothing


def test_photos_are_sorted_by_the_ranking_score_until_there_is_a_classifier(
    project: Project,
):
    dog = project.classes.column_of("dog")
    ranking = project.scores(LabelKind.RANKING)
    assert ranking is not None
    np.testing.assert_array_equal(project.facts.sorting_scores(dog), ranking[:, dog])
    np.testing.assert_array_equal(project.facts.sorting_scores(None), ranking.max(axis=1))
    with ProjectStore(project.location.database) as store:
        initial = store.labels.read(LabelKind.INITIAL)
        assert initial is not None
        store.labels.write_set(
            LabelKind.CLASSIFIER,
            initial.class_ids,
            initial.photo_ids,
            1 - initial.scores,
            run_id=None,
        )
    project.reload()
    classifier = project.scores(LabelKind.CLASSIFIER)
    assert classifier is not None
    np.testing.assert_array_equal(project.facts.sorting_scores(dog), classifier[:, dog])
    project.decisions.set_classes([ClassDefinition("unicorn"), ClassDefinition("dog")])
    assert project.facts.sorting_scores(0) is None  # not scored yet
    np.testing.assert_array_equal(project.facts.sorting_scores(1), classifier[:, dog])


# ---- stale labels ----


def test_stale_says_whether_scoring_again_would_change_anything(project: Project):
    config = project.settings.scoring
    assert not project.scoring.is_stale
    for change in (
        {"zeta": 0.4},
        {"grid": SnippetGrid(2, 2)},
        {"views": "fast"},
        {"more_grids": (SnippetGrid(2, 2),)},
        {"temperature": 0.05},
        {"prompt": "one {}", "templates": "single"},
        {"templates": "single"},
        {"names": "raw"},
        {"encoder": "demo"},
    ):
        project.settings.scoring = replace(config, **change)
        assert project.scoring.is_stale, change
    project.settings.scoring = replace(config, device="auto", batch_size=7)
    assert not project.scoring.is_stale
    definitions = project.classes.definitions
    project.decisions.set_threshold(0, 0.7)
    assert not project.scoring.is_stale
    project.decisions.set_classes(definitions[1:])
    assert project.scoring.is_stale
    score(project)
    assert not project.scoring.is_stale
    project.decisions.set_classes([ClassDefinition("house", ("a hut",)), *definitions[2:]])
    assert project.scoring.is_stale


def test_likely_errors_need_a_classifier_and_pass_over_what_is_answered(project: Project):
    assert project.facts.likely_errors() is None
    train(project)
    doubts = project.facts.likely_errors()
    assert doubts is not None
    assert doubts.shape == (8,)
    assert ((doubts >= 0) & (doubts <= 1)).all()
    worst = int(doubts.argmax())
    for column in range(len(project.classes)):
        project.decisions.answer([worst], column, int(project.facts.predicted_row(worst)[column]))
    after = project.facts.likely_errors()
    assert after is not None
    assert after[worst] == 0
    assert np.array_equal(np.delete(after, worst), np.delete(doubts, worst))


def test_a_class_keeps_its_colour_when_the_list_is_edited(project: Project):
    before = {
        record.name: project.classes.color_index(c) for c, record in enumerate(project.classes)
    }
    project.decisions.set_classes([record.definition for record in reversed(project.classes[3:])])
    after = {
        record.name: project.classes.color_index(c) for c, record in enumerate(project.classes)
    }
    assert after == {name: before[name] for name in after}
    assert len(set(before.values())) == len(before)


def test_a_project_opens_while_another_program_holds_its_lock(scored: ProjectLocation):
    """The record of answers is behind, and is written another time."""
    with ProjectStore(scored.database) as store:
        photo, class_id = store.photos.all()[0].identifier, store.classes.all()[0].identifier
        store.answers.apply([AnswerChange(photo, class_id, UNOBSERVED, YES)])
    other = sqlite3.connect(scored.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with Project(scored) as project:
        assert project.store.answers.count() == 1
    assert time.monotonic() - begun < 10  # half a second for the lock; the machine may be busy
    other.close()
    with Project(scored) as project:
        end = project.store.journal.end()
        assert end is not None
        assert end.step == project.store.decisions.last()
