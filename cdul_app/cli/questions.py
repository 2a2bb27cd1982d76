"""Asking about photos in the terminal, one line an answer."""

import sys
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.cli.output import print_result
from cdul_app.errors import ClassListError, ProjectError
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import class_report, next_question
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, predicted_classes
from cdul_app.project.class_thresholds import ShownLabels, class_threshold, read_shown_labels
from cdul_app.project.project_report import ensure_design
from cdul_app.storage.answer_records import AnswerChange
from cdul_app.storage.project_store import ProjectStore

CALIBRATION, REPORT = "calibration", "report"
_ANSWERS = {"y": YES, "yes": YES, "n": NO, "no": NO}


def ask_questions(
    store: ProjectStore, folder: Path, class_name: str, *, purpose: str, count: int
) -> None:
    """Ask up to `count` times whether a class is in a photo; y, n, s (skip) or q a line.

    The end of the input ends the questions.  Raises ClassListError, ProjectError.
    """
    column = _column(_shown(store), class_name)
    passed: set[int] = set()
    asked = 0
    while asked < count:
        shown = _shown(store)
        row = _next_row(store, shown, column, purpose, passed)
        if row is None:
            print_result("Nothing is left to ask about this class.")
            break
        path = {photo.identifier: photo.path for photo in store.photos.all()}[shown.photo_ids[row]]
        print_result(f"{folder / path}\n{shown.classes[column].name}? [y/n/s/q]")
        answer = _read_answer(may_skip=purpose == CALIBRATION)
        if answer is None:
            break
        if answer == UNOBSERVED:
            passed.add(row)
            continue
        before = int(shown.answers[row, column])
        store.answers.apply(
            [AnswerChange(shown.photo_ids[row], shown.classes[column].identifier, before, answer)]
        )
        asked += 1
        _follow(store, column, purpose)
    _tell(store, column, purpose)


def _shown(store: ProjectStore) -> ShownLabels:
    shown = read_shown_labels(store)
    if shown is None:
        raise ProjectError("There are no labels to ask about yet: score the photos first.")
    return shown


def _column(shown: ShownLabels, class_name: str) -> int:
    for column, record in enumerate(shown.classes):
        if name_key(record.name) == name_key(class_name):
            return column
    names = ", ".join(record.name for record in shown.classes[:20])
    raise ClassListError(f"The project has no class “{class_name}”: choose one of {names}.")


def _next_row(
    store: ProjectStore, shown: ShownLabels, column: int, purpose: str, passed: set[int]
) -> int | None:
    if purpose == REPORT:
        return next_question(ensure_design(store, shown, column), shown.answers[:, column])
    scores = shown.scores.copy()
    scores[sorted(passed), column] = np.nan
    cut = class_threshold(scores, shown.answers, column)
    return None if cut is None else cut.question


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


def _follow(store: ProjectStore, column: int, purpose: str) -> None:
    """A calibration lets the cut follow each answer."""
    shown = _shown(store)
    cut = class_threshold(shown.scores, shown.answers, column) if purpose == CALIBRATION else None
    if cut is not None:
        identifier = shown.classes[column].identifier
        store.classes.set_automatic_thresholds({identifier: cut.threshold})


def _tell(store: ProjectStore, column: int, purpose: str) -> None:
    shown = _shown(store)
    record = shown.classes[column]
    print_result(f"{record.name}: threshold {record.threshold:.3f}")
    measures: list[Estimate | None]
    if purpose == REPORT:
        labels = predicted_classes(shown.scores, shown.thresholds)[:, column]
        design = ensure_design(store, shown, column)
        report = class_report(design, labels, shown.answers[:, column])
        measures = [report.precision, report.recall, report.f1]
    else:
        cut = class_threshold(shown.scores, shown.answers, column)
        measures = [None] * 3 if cut is None else [cut.precision, cut.recall, cut.f1]
    for name, estimate in zip(("precision", "recall", "F1"), measures, strict=True):
        print_result(f"{name:<10}{estimate_text(estimate)}")


def estimate_text(estimate: Estimate | None) -> str:
    """ "81.0 % (70.1 to 89.7)", or a dash."""
    if estimate is None:
        return "–"
    value, low, high = (100 * share for share in (estimate.value, estimate.low, estimate.high))
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"
