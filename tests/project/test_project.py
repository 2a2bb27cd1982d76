"""An open project without a window: what it holds and shows."""

import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import FolderError, ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.paths import ProjectLocation
from cdul_app.project.exchange.export_table import export_preview
from cdul_app.project.labels.label_facts import REVIEW_STATES
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.tasks.score.label_photos import SCORED_KINDS


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
