"""What the labels of a whole collection look like."""

from dataclasses import dataclass

import numpy as np

from cdul_app.measures.reviews import NO, UNOBSERVED, YES, predicted_classes
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

_ROWS_PER_PRODUCT = 20_000  # photos in a matrix product: what they take stays in the cache


@dataclass(frozen=True)
class ClassStatistics:
    """Of each class, (n_classes,)."""

    labelled: IntArray  # photos with the label, as it is shown
    yes: IntArray  # answers
    no: IntArray
    agreed: IntArray  # answers that say what the machine's label says

    @property
    def answered(self) -> IntArray:
        return np.asarray(self.yes + self.no)

    @property
    def agreement(self) -> FloatArray:
        """In [0, 1], NaN for a class without answers."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.agreed / np.where(self.answered, self.answered, np.nan))


def class_statistics(
    scores: FloatArray, thresholds: FloatArray, answers: IntArray
) -> ClassStatistics:
    """How many photos have each label, and what the answers say of it.

    scores : (n_images, n_classes) in [0, 1], NaN where there is none; thresholds : (n_classes,);
    answers : (n_images, n_classes) of -1 unobserved, 0 no, 1 yes.

    >>> found = class_statistics(np.array([[0.9], [0.8]]), np.array([0.5]), np.array([[0], [-1]]))
    >>> found.labelled, found.agreement
    (array([1]), array([0.]))
    """
    machine = predicted_classes(scores, thresholds)
    given = answers != UNOBSERVED
    said_yes = answers == YES
    known = given & ~np.isnan(scores)
    return ClassStatistics(
        labelled=np.where(given, said_yes, machine).sum(axis=0),
        yes=said_yes.sum(axis=0),
        no=(answers == NO).sum(axis=0),
        agreed=(known & (machine == said_yes)).sum(axis=0),
    )


def labels_per_photo(labels: BoolArray, *, most: int = 6) -> IntArray:
    """How many photos have 0, 1, 2 ... labels; the last counts those with `most` and more.

    labels : (n_images, n_classes) bool.  Returns (most + 1,), which sums to n_images.
    """
    counts = np.minimum(labels.sum(axis=1), most)
    return np.bincount(counts, minlength=most + 1)


def co_occurrence(labels: BoolArray) -> IntArray:
    """How many photos have both labels; on the diagonal, how many have the label.

    labels : (n_images, n_classes) bool.  Returns (n_classes, n_classes), symmetric.

    >>> co_occurrence(np.array([[True, True], [True, False], [True, False]]))
    array([[3, 1],
           [1, 1]])
    """
    classes = labels.shape[1]
    total = np.zeros((classes, classes), dtype=np.int64)
    for start in range(0, len(labels), _ROWS_PER_PRODUCT):
        part = labels[start : start + _ROWS_PER_PRODUCT].astype(np.float32)
        total += np.rint(part.T @ part).astype(np.int64)  # exact: counts below 2**24
    return total
