"""Review state of photos, from the answers and the predictions."""

from enum import StrEnum

import numpy as np

from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

UNOBSERVED, NO, YES = -1, 0, 1


def answer_counts(answers: IntArray) -> IntArray:
    """How many photos have an answer of each class: the one count that every page shows.

    answers : (n_images, n_classes) of -1 unobserved, 0 no, 1 yes.  Returns (n_classes,).
    """
    yes, no = yes_and_no_counts(answers)
    return yes + no


def yes_and_no_counts(answers: IntArray) -> tuple[IntArray, IntArray]:
    """As `answer_counts`, apart: (n_classes,) of yes and of no."""
    # Few photos of many are answered: the others are not counted through.
    given = answers[(answers != UNOBSERVED).any(axis=1)]
    yes, no = (np.asarray(np.count_nonzero(given == value, axis=0)) for value in (YES, NO))
    return yes, no


class ReviewState(StrEnum):
    """What is true of a photo; several can be."""

    UNREVIEWED = "unreviewed"  # can be read, and no class is answered
    ANSWERED = "answered"  # at least one class answered
    DISAGREEMENT = "disagreement"  # an answer contradicts what the machine predicts
    UNSURE = "unsure"  # holds a suggested label that is unsure and not answered
    UNLABELLED = "unlabelled"  # can be read, and is neither scored nor answered
    ERROR = "error"  # the photo could not be read


def uncertainty(scores: FloatArray, thresholds: FloatArray) -> FloatArray:
    """How close the closest class is to its threshold, in [0, 1]; 1 lies on it.

    scores : (n_images, n_classes) in [0, 1], NaN where there is none; thresholds : (n_classes,).
    Returns (n_images,), NaN where a row has no score at all.

    >>> uncertainty(np.array([[0.9, 0.25], [0.9, 0.05]]), np.array([0.4, 0.3])).round(2)
    array([0.95, 0.75])
    """
    distance = np.abs(scores - thresholds[None, :])  # (n_images, n_classes)
    nearest = np.min(distance, axis=1, initial=np.inf)  # twice as quick as one that knows NaN
    some = ~np.isfinite(nearest)
    nearest[some] = np.fmin.reduce(distance[some], axis=1, initial=np.nan)
    return np.asarray(1 - nearest)


def predicted_classes(
    scores: FloatArray, thresholds: FloatArray, answers: IntArray | None = None
) -> BoolArray:
    """Labels for display and export: the score reaches its class's threshold, or the answer.

    scores : (n_images, n_classes), NaN counts as no; thresholds : (n_classes,);
    answers : (n_images, n_classes) of -1 unobserved, 0 no, 1 yes, which always win.
    Returns (n_images, n_classes) bool.

    >>> answers = np.array([[-1, 0], [1, -1]])
    >>> predicted_classes(np.array([[0.9, 0.6], [0.1, 0.2]]), np.array([0.5, 0.5]), answers)
    array([[ True, False],
           [ True, False]])
    """
    with np.errstate(invalid="ignore"):
        labels = np.asarray(np.asarray(scores) >= thresholds[None, :], dtype=bool)
    if answers is not None:
        labels |= answers == YES
        labels &= answers != NO
    return labels


def disagreements(scores: FloatArray, thresholds: FloatArray, answers: IntArray) -> BoolArray:
    """Photos with an answer that contradicts the machine's label.  Returns (n_images,) bool."""
    result = np.zeros(len(answers), dtype=bool)
    # Few photos and classes of many are answered: the others have nothing to contradict.
    given = answers != UNOBSERVED
    rows, columns = np.flatnonzero(given.any(axis=1)), np.flatnonzero(given.any(axis=0))
    machine = predicted_classes(scores[:, columns][rows], thresholds[columns])
    given = answers[:, columns][rows]
    result[rows] = ((given != UNOBSERVED) & (machine != (given == YES))).any(axis=1)
    return result
