"""Which photos, and which class, an answer is worth most for."""

import numpy as np

from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.stable_order import stable_order
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

# Ours.  Of a class's last so many answers, those that corrected a label tell what the next ones
# will; more of them remember what is done with.
RECENT_ANSWERS = 20
# Between the two aims: for OF1 every label counts the same, for macro-F1 as much more as its class
# has fewer.  0 is best for OF1, 0.5 for macro-F1 (tests.benchmarks.bench_answers).
_RARITY = 0.2
_FEW = 5  # labels: below that, fewer tell nothing
# A class that nobody has looked at is worth what one is of whose answers two in three correct:
# every class is looked at once before any is gone through.
_FIRST_CORRECTED, _FIRST_ASKED = 2, 3


def photos_to_ask(scores: FloatArray, answers: IntArray, threshold: float) -> IntArray:
    """The photos without an answer from the threshold outwards: the nearest above it, the nearest
    below, the next above, and so on.

    There a yes is as likely to surprise as a no.  By place and not by distance: scores lie closer
    together below, and all questions would be about those.
    scores : (n_images,) in [0, 1], NaN where not scored; answers : (n_images,) of -1 unobserved,
    0 no, 1 yes.  Returns rows, the first to ask first.

    >>> photos_to_ask(np.array([0.1, 0.2, 0.6, 0.9]), np.full(4, -1), 0.5)
    array([2, 1, 3, 0])
    """
    left = np.flatnonzero((answers == UNOBSERVED) & ~np.isnan(scores))
    ordered = left[stable_order(scores[left], descending=True)]
    above = int((scores[ordered] >= threshold).sum())
    places = np.arange(len(ordered)) - above  # -1 is the first above, 0 the first below
    return np.asarray(ordered[np.argsort(np.abs(places + 0.75), kind="stable")])


def worth_of_answers(corrected: IntArray, asked: IntArray, labelled: IntArray) -> FloatArray:
    """How much the next answers about each class are worth, to choose the class by.

    corrected, asked : (n_classes,), of the last RECENT_ANSWERS answers those that contradicted the
    label that was shown, and how many there were; labelled : (n_classes,), photos with the label.
    Returns (n_classes,): the share that will be corrected, from these and the few that every class
    begins with; less for a class with many labels, of which each counts for less.

    >>> worth_of_answers(np.array([0, 9]), np.array([20, 20]), np.array([11, 11])).round(2)
    array([0.05, 0.27])
    """
    share = (np.asarray(corrected) + _FIRST_CORRECTED) / (np.asarray(asked) + _FIRST_ASKED)
    return np.asarray(share / (np.asarray(labelled) + _FEW) ** _RARITY)


def corrections(scores: FloatArray, threshold: float, answers: IntArray) -> BoolArray:
    """Where an answer contradicts the label that the score made.

    scores : (n,) in [0, 1]; answers : (n,) of 0 no, 1 yes.  Returns (n,).
    """
    return np.asarray((scores >= threshold) != (answers == YES))
