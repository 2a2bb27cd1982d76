"""Asking about photos in the terminal, one line an answer."""

import sys

from cdul_app.cli.output import print_result, say_note
from cdul_app.errors import ProjectError
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.progress import percent
from cdul_app.project.checking.question_round import QuestionPurpose, QuestionRound
from cdul_app.project.classes.class_order import class_to_ask
from cdul_app.project.project import Project

_ANSWERS = {"y": YES, "yes": YES, "n": NO, "no": NO}

_ELSEWHERE = "This photo was answered in another program meanwhile, and that answer stays."


def ask_questions(
    project: Project, class_name: str | None, *, purpose: QuestionPurpose, count: int
) -> None:
    """Ask up to `count` times whether a class is in a photo; y, n, s (skip) or q a line.

    class_name : None for the class whose answers are worth most.
    The end of the input ends the questions.  Raises ClassListError, ProjectError.
    """
    if project.shown_labels() is None:
        raise ProjectError("There are no labels to ask about yet: label the photos first.")
    if class_name is None:
        column = class_to_ask(project)
        if column is None:
            print_result("Nothing is left to ask about any class.")
            return
    else:
        column = project.classes.column_of(class_name)
    project.changes.decided_elsewhere.add(lambda: say_note(_ELSEWHERE))
    questions = QuestionRound(project, purpose, column)
    questions.begin()
    asked = 0
    while asked < count:
        row = questions.next_row()
        if row is None:
            print_result("Nothing is left to ask about this class.")
            break
        print_result(f"{project.photos.absolute(row)}\n{project.classes[column].name}? [y/n/s/q]")
        answer = _read_answer(may_skip=questions.may_skip)
        if answer is None:
            break
        if answer == UNOBSERVED:
            questions.skip(row)
            continue
        questions.answer(row, answer)
        asked += 1
    record = project.classes[column]
    print_result(f"{record.name}: threshold {record.threshold:.3f}")
    checked = questions.checked()
    for sentence in () if checked is None else checked.sentences(record.name):
        print_result(sentence)
    if purpose is QuestionPurpose.CALIBRATION:
        return
    found = questions.estimates()
    for name in ("precision", "recall", "f1"):
        estimate = None if found is None else getattr(found, name)
        print_result(f"{name.replace('f1', 'F1'):<10}{estimate_text(estimate)}")


def _read_answer(*, may_skip: bool) -> int | None:
    """YES, NO, UNOBSERVED to skip, None to end."""
    for line in sys.stdin:
        word = line.strip().lower()
        if word in _ANSWERS:
            return _ANSWERS[word]
        if word in ("s", "skip") and may_skip:
            return UNOBSERVED
        if word in ("q", "quit"):
            return None
        print_result(
            "Write y for yes, n for no, "
            + ("s to skip, " if may_skip else "")
            + "q to end."
            + ("" if may_skip else " A photo of a random sample cannot be skipped.")
        )
    return None


def estimate_text(estimate: Estimate | None) -> str:
    """ "81.0 % (70.1 to 89.7)", or a dash."""
    if estimate is None:
        return "–"
    low, high = 100 * estimate.low, 100 * estimate.high
    return f"{percent(estimate.value, 1)} ({low:.1f} to {high:.1f})"
