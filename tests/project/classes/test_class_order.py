"""Which class a person is asked about next."""

import numpy as np

from cdul_app.measures.question_order import RECENT_ANSWERS
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.classes.class_order import class_to_ask, recent_corrections


def contradict(project, column: int, row: int) -> None:
    labelled = project.facts.predicted_row(row)[column]
    project.decisions.answer([row], column, NO if labelled else YES)


def agree(project, column: int, row: int) -> None:
    labelled = project.facts.predicted_row(row)[column]
    project.decisions.answer([row], column, YES if labelled else NO)


def test_an_answer_that_contradicts_what_was_shown_is_a_correction(project):
    agree(project, 0, 1)
    contradict(project, 0, 2)
    corrected, asked = recent_corrections(project)
    assert (corrected[0], asked[0]) == (1, 2)
    assert not asked[1:].any()


def test_what_was_taken_back_or_answered_anew_counts_as_it_stands(project):
    contradict(project, 0, 1)
    contradict(project, 0, 2)
    project.decisions.undo()
    assert [each[0] for each in recent_corrections(project)] == [1, 1]
    project.decisions.redo()
    assert [each[0] for each in recent_corrections(project)] == [2, 2]
    project.decisions.answer([1, 2], 0, UNOBSERVED)
    assert [each[0] for each in recent_corrections(project)] == [0, 0]


def test_a_class_is_left_for_one_that_needs_answers_more(project):
    first = class_to_ask(project)
    for row in range(len(project.photos) - 1):
        agree(project, first, row)
    second = class_to_ask(project)
    assert second != first
    rows = range(len(project.photos))
    contradict(project, second, next(r for r in rows if project.facts.predicted_row(r)[second]))
    assert class_to_ask(project) == second


def test_a_class_without_a_photo_left_is_not_asked_about(project):
    everything = np.arange(len(project.photos))
    for column in range(len(project.classes)):
        assert class_to_ask(project) is not None
        project.decisions.answer(everything, column, NO)
    assert class_to_ask(project) is None


def test_a_class_that_no_photo_has_comes_after_those_with_labels(project):
    empty = class_to_ask(project)
    project.decisions.set_threshold(empty, 1.0)
    assert not project.facts.class_counts()[empty]
    assert class_to_ask(project) != empty
    for column in range(len(project.classes)):
        if column != empty:
            project.decisions.answer(np.arange(len(project.photos)), column, NO)
    assert class_to_ask(project) == empty


def test_only_the_last_answers_count(project):
    for _ in range(2 * RECENT_ANSWERS):
        contradict(project, 0, 1)
    assert recent_corrections(project)[1][0] == 1  # one photo, however often


def test_before_scoring_there_is_nothing_to_ask(scanned_project):
    assert class_to_ask(scanned_project) is None
