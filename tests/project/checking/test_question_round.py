"""Questions about one class over a real project."""

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.project.checking.question_round import QuestionPurpose, QuestionRound


def test_a_calibration_lets_the_threshold_follow(project):
    project.decisions.set_threshold(4, 0.9)
    questions = QuestionRound(project, QuestionPurpose.CALIBRATION, 4)
    questions.begin()
    assert project.classes[4].threshold_origin is ThresholdOrigin.AUTOMATIC
    before = project.classes.thresholds[4]
    count = 0
    while (row := questions.next_row()) is not None:
        questions.answer(row, YES)
        count += 1
        assert project.answers[row, 4] == YES
        assert questions.answered == count
    assert project.classes.thresholds[4] < before
    for _ in range(count):
        project.decisions.undo()
    assert project.classes.thresholds[4] == before
    project.decisions.undo()  # that it follows is a step as well
    assert project.classes[4].threshold_origin is ThresholdOrigin.PERSON
    assert project.classes[4].threshold == 0.9


def test_a_skipped_photo_is_not_asked_again(project):
    questions = QuestionRound(project, QuestionPurpose.CALIBRATION, 0)
    asked = []
    while (row := questions.next_row()) is not None:
        asked.append(row)
        questions.skip(row)
    assert len(asked) == len(set(asked)) >= len(project.photos) - 1
    assert (project.answers[:, 0] == UNOBSERVED).all()


def test_a_report_asks_for_each_photo_of_its_sample_and_moves_no_threshold(project):
    questions = QuestionRound(project, QuestionPurpose.REPORT, 1)
    before = project.classes.thresholds.copy()
    row = questions.next_row()
    with pytest.raises(ValueError, match="skipped"):
        questions.skip(row)
    questions.answer(row, YES)
    assert np.array_equal(project.classes.thresholds, before)
    assert questions.report().answered == 1
    needed = questions.report().needed
    assert project.samples.report().classes[1].answered == 1
    while (row := questions.next_row()) is not None:
        assert questions.report().needed == needed
        questions.answer(row, NO)
        needed -= needed > 0
    assert questions.report().needed == needed == 0
    assert questions.report().left == questions.checked().left == 0


def test_a_removed_class_ends_its_questions(project):
    questions = QuestionRound(project, QuestionPurpose.REPORT, 0)
    project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert questions.column is None
    assert questions.next_row() is None
    assert questions.report() is None
    assert questions.checked() is None
    assert questions.estimates() is None


def test_a_report_tells_no_figures_before_it_has_answers_enough(project):
    questions = QuestionRound(project, QuestionPurpose.REPORT, 1)
    while questions.report().needed:
        assert questions.estimates() is None
        questions.answer(questions.next_row(), YES)
    assert questions.estimates().answered == min(ENOUGH_ANSWERS, len(project.photos))


def test_a_calibration_counts_what_was_answered_and_tells_no_figures(project):
    questions = QuestionRound(project, QuestionPurpose.CALIBRATION, 4)
    questions.begin()
    while (row := questions.next_row()) is not None:
        questions.answer(row, NO)
        checked = questions.checked()
        assert questions.estimates() is None
        assert checked.left == len(project.photos) - questions.answered
        assert checked.right == checked.missed == 0
    assert checked.left == 0
    assert project.samples.designs()[4] is None
