"""Questions about one class over a real project."""

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.question_round import QuestionPurpose, QuestionRound, session_report
from cdul_app.project.threshold_origin import ThresholdOrigin


def test_a_calibration_lets_the_cut_follow(session):
    session.set_threshold(4, 0.9)
    questions = QuestionRound(session, QuestionPurpose.CALIBRATION, 4)
    questions.follow()
    assert session.classes[4].threshold_origin is ThresholdOrigin.AUTOMATIC
    before = session.thresholds[4]
    count = 0
    while (row := questions.next_row()) is not None:
        questions.answer(row, YES)
        questions.follow()
        count += 1
        assert session.answers[row, 4] == YES
        assert questions.answered == count
    assert session.thresholds[4] < before
    for _ in range(count):
        session.undo()
    questions.follow()
    assert session.thresholds[4] == pytest.approx(before)


def test_a_photo_passed_over_is_not_asked_again(session):
    questions = QuestionRound(session, QuestionPurpose.CALIBRATION, 0)
    asked = []
    while (row := questions.next_row()) is not None:
        asked.append(row)
        questions.pass_over(row)
    assert len(asked) == len(set(asked)) >= len(session.photos) - 1
    assert (session.answers[:, 0] == UNOBSERVED).all()


def test_a_report_asks_for_each_photo_of_its_sample_and_moves_no_cut(session):
    questions = QuestionRound(session, QuestionPurpose.REPORT, 1)
    before = session.thresholds.copy()
    row = questions.next_row()
    with pytest.raises(ValueError, match="passed over"):
        questions.pass_over(row)
    questions.answer(row, YES)
    questions.follow()
    assert np.array_equal(session.thresholds, before)
    assert questions.report().answered == 1
    assert questions.answers_needed() >= 0
    assert session_report(session).classes[1].answered == 1
    while (row := questions.next_row()) is not None:
        questions.answer(row, NO)
    assert questions.answers_needed() == 0


def test_a_removed_class_ends_its_questions(session):
    questions = QuestionRound(session, QuestionPurpose.REPORT, 0)
    session.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert questions.column is None
    assert questions.next_row() is None
    assert questions.report() is None
    assert questions.cut() is None
