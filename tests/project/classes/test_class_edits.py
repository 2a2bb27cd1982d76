"""Renaming, merging, removing and dressing classes: nothing is lost, all can be undone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.classes.class_edits import (
    add_class,
    merge_classes,
    move_class,
    remove_classes,
    rename_class,
    set_class_color,
    set_class_key,
)
from cdul_app.project.project import Project


@pytest.fixture
def project(scored_folder: Path):
    with Project.open_folder(scored_folder) as project:
        yield project


def state(project: Project) -> tuple:
    return (
        [(each.name, each.identifier, each.color, each.key) for each in project.classes],
        project.classes.thresholds.tolist(),
        project.answers.tolist(),
        project.shown_scores().round(5).tolist(),
    )


def test_a_renamed_class_keeps_answers_scores_threshold_and_key(project):
    project.decisions.answer([0, 1], 2, YES)
    project.decisions.set_threshold(2, 0.77)
    set_class_key(project, 2, 15)
    before, names = state(project), project.classes.names

    rename_class(project, 2, "  Something   else ")

    assert project.classes.names[2] == "Something else"
    after = state(project)
    assert [each[1:] for each in after[0]] == [each[1:] for each in before[0]]
    assert after[1:] == before[1:]
    assert project.decisions.undo() == f"Undid the name “Something else” for “{names[2]}”."
    assert state(project) == before
    project.decisions.redo()
    assert project.classes.names[2] == "Something else"


def test_a_name_of_another_class_is_refused_and_the_way_out_is_said(project):
    first, second = project.classes.names[:2]
    with pytest.raises(ClassListError, match="merge the two"):
        rename_class(project, 0, second.upper())
    with pytest.raises(ClassListError, match="needs a name"):
        rename_class(project, 0, "  ")
    assert project.classes.names[0] == first


def test_two_classes_can_swap_names_in_one_list(project):
    project.decisions.answer([0], 0, YES)
    listed = [record.listed for record in project.classes]
    first, second = listed[0].definition, listed[1].definition
    listed[0] = listed[0].__class__(second, listed[0].identifier)
    listed[1] = listed[1].__class__(first, listed[1].identifier)
    project.decisions.edit_classes(listed, "two names")
    assert project.classes.names[:2] == (second.name, first.name)
    assert project.answers[0, 0] == YES


def test_the_name_of_a_removed_class_can_be_given_to_another_and_both_keep_their_answers(project):
    project.decisions.answer([0], 0, YES)
    project.decisions.answer([1], 1, NO)
    before, gone = state(project), project.classes.names[0]
    remove_classes(project, [0])
    rename_class(project, 0, gone)
    assert project.answers[:2, 0].tolist() == [UNOBSERVED, NO]
    project.decisions.undo()
    project.decisions.undo()
    assert state(project) == before


def test_merging_carries_a_yes_over_but_no_answer_is_replaced(project):
    project.decisions.answer([0, 1, 2], 0, YES)
    project.decisions.answer([3], 0, NO)
    project.decisions.answer([1], 1, NO)
    before, whole = state(project), project.classes[1]

    merge_classes(project, 0, 1)

    column = project.classes.column_of(whole.name)
    assert project.answers[:4, column].tolist() == [YES, NO, YES, UNOBSERVED]
    assert len(project.classes) == len(before[0]) - 1
    project.decisions.undo()
    assert state(project) == before
    project.decisions.redo()
    assert project.answers[:4, column].tolist() == [YES, NO, YES, UNOBSERVED]
    with pytest.raises(ClassListError, match="with itself"):
        merge_classes(project, 1, 1)


def test_a_merge_is_one_step_also_after_a_restart(project, scored_folder):
    project.decisions.answer([0], 0, YES)
    before = state(project)
    merge_classes(project, 0, 1)
    project.close()
    with Project.open_folder(scored_folder) as again:
        again.decisions.undo()
        assert state(again) == before
        assert again.decisions.undo() == f"Undid yes for “{again.classes[0].name}” on 1 photo."


def test_the_last_class_cannot_be_removed(project):
    with pytest.raises(ClassListError):
        remove_classes(project, range(len(project.classes)))


def test_a_class_is_added_once(project):
    count = len(project.classes)
    assert add_class(project, "a  new one") == count
    assert add_class(project, "A NEW ONE") == count
    assert len(project.classes) == count + 1


def test_keys_follow_the_order_but_for_those_a_person_chose(project):
    count = len(project.classes)
    assert project.classes.keys == tuple(range(count))
    set_class_key(project, 3, 0)
    assert project.classes.keys[:4] == (1, 2, 3, 0)
    assert project.classes.column_of_key(0) == 3
    set_class_key(project, 1, 0)  # taken from the other
    assert project.classes.column_of_key(0) == 1
    assert len(set(project.classes.keys)) == count
    move_class(project, 1, 0)
    assert project.classes.column_of_key(0) == 0


def test_a_chosen_color_is_kept_and_taken_back(project):
    own = project.classes.color_index(1)
    set_class_color(project, 1, 6)
    assert project.classes.color_index(1) == 6
    set_class_color(project, 1, None)
    assert project.classes.color_index(1) == own


def test_a_list_that_was_changed_elsewhere_is_not_overwritten(project, scored_folder):
    with Project.open_folder(scored_folder) as other:
        rename_class(other, 0, "meanwhile")
    with pytest.raises(ClassListError, match="Another program has changed the classes"):
        rename_class(project, 1, "mine")


@settings(max_examples=25, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from("rmdck"), st.integers(0, 4), st.integers(0, 4))))
def test_any_edits_are_taken_back_to_where_they_began(acts):
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Project.open_folder(Path(folder)) as project:
        project.decisions.set_classes([ClassDefinition(name) for name in "abcde"])
        before, steps = state(project), 0
        for act, one, other in acts:
            count = len(project.classes)
            one, other = one % count, other % count
            known = project.decisions._history.next_undo
            try:
                match act:
                    case "r":
                        rename_class(project, one, f"{'abcde'[other]}")
                    case "m":
                        merge_classes(project, one, other)
                    case "d":
                        remove_classes(project, [one])
                    case "c":
                        set_class_color(project, one, other)
                    case "k":
                        set_class_key(project, one, other)
            except ClassListError:
                pass
            steps += project.decisions._history.next_undo != known
        identifiers = [each.identifier for each in project.classes]
        assert len(set(identifiers)) == len(identifiers)
        assert len(set(project.classes.keys)) == len(project.classes)
        for _ in range(steps):
            assert project.decisions.undo() is not None
        assert state(project) == before
        assert np.array_equal(project.answers, np.zeros((0, 5)))
