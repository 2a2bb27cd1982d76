"""What is decided in a project without a window: stored, shown, taken back and done again."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError, ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.paths import locate_project
from cdul_app.project.labels.label_sources import answer_provenance, label_source
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore


def stored_answers(folder: Path) -> dict[tuple[str, str], int]:
    with ProjectStore(locate_project(folder).database) as store:
        photos = {photo.identifier: photo.path for photo in store.photos.all()}
        names = {record.identifier: record.name for record in store.classes.all()}
        return {
            (photos[photo], names[class_id]): value
            for photo, class_id, value in store.answers.all()
            if photo in photos and class_id in names
        }


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
    origin = answer_provenance(project, 4, dog)
    assert origin is not None
    assert origin.score == pytest.approx(float(scores[4, dog]))
    assert origin.shown.labels == "pseudo"
    assert origin.shown.threshold == pytest.approx(float(project.classes.thresholds[dog]), abs=1e-4)
    assert answer_provenance(project, 3, dog) is None
    run = project.runs.shown
    assert run is not None
    assert origin.shown.run == run.identifier
    assert f"of run {run.identifier} at a threshold" in label_source(project, 4, dog).describe()


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
