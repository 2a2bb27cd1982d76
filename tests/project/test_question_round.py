"""Questions about one class over a real project."""

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.project.question_round import QuestionPurpose, QuestionRound


def test_a_calibration_lets_the_cut_follow(session):
    session.project.decisions.set_threshold(4, 0.9)
    questions = QuestionRound(session.project, QuestionPurpose.CALIBRATION, 4)
    questions.follow()
    assert session.project.classes[4].threshold_origin is ThresholdOrigin.AUTOMATIC
    before = session.project.classes.thresholds[4]
    count = 0
    while (row := questions.next_row()) is not None:
        questions.answer(row, YES)
        questions.follow()
        count += 1
        assert session.project.answers[row, 4] == YES
        assert questions.answered == count
    assert session.project.classes.thresholds[4] < before
    for _ in range(count):
        session.project.decisions.undo()
    questions.follow()
    assert session.project.classes.thresholds[4] == pytest.approx(before)


def test_a_photo_passed_over_is_not_asked_again(session):
    questions = QuestionRound(session.project, QuestionPurpose.CALIBRATION, 0)
    asked = []
    while (row := questions.next_row()) is not None:
        asked.append(row)
        questions.pass_over(row)
    assert len(asked) == len(set(asked)) >= len(session.project.photos) - 1
    assert (session.project.answers[:, 0] == UNOBSERVED).all()


def test_a_report_asks_for_each_photo_of_its_sample_and_moves_no_cut(session):
    questions = QuestionRound(session.project, QuestionPurpose.REPORT, 1)
    before = session.project.classes.thresholds.copy()
    row = questions.next_row()
    with pytest.raises(ValueError, match="passed over"):
        questions.pass_over(row)
    questions.answer(row, YES)
    questions.follow()
    assert np.array_equal(session.project.classes.thresholds, before)
    assert questions.report().answered == 1
    assert questions.answers_needed() >= 0
    assert session.project.samples.report().classes[1].answered == 1
    while (row := questions.next_row()) is not None:
        questions.answer(row, NO)
    assert questions.answers_needed() == 0


def test_a_removed_class_ends_its_questions(session):
    questions = QuestionRound(session.project, QuestionPurpose.REPORT, 0)
    session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert questions.column is None
    assert questions.next_row() is None
    assert questions.report() is None
    assert questions.cut() is None
