"""The kinds of label scores a project can hold, by the names of the method."""

from enum import StrEnum
from typing import Self

from cdul_app.language import translatable


class LabelKind(StrEnum):
    """One (n_images, n_classes) matrix of scores in [0, 1] each; the values are stable names.

    >>> LabelKind("aggregated").heading
    'Aggregated'
    """

    GLOBAL = "global", translatable("Global")  # whole-image softmax
    LOCAL_MAX = "local_max", translatable("Snippet max")  # highest over snippets
    AGGREGATED = "aggregated", translatable("Aggregated")  # eq. 5-6
    # As INITIAL at a temperature that is soft in any case: for sorting, no target or threshold.
    RANKING = "ranking", translatable("Ranking score")
    # Initial pseudo labels, kept unchanged: for targets and thresholds.
    INITIAL = "initial", translatable("Initial pseudo label")
    PSEUDO = "pseudo", translatable("Pseudo label")  # current pseudo labels, moved by refinement
    CLASSIFIER = "classifier", translatable("Classifier")  # what the trained classifier says
    # What one trained without the photo says: for finding errors.
    OUT_OF_FOLD = "out_of_fold", translatable("Out of fold")

    heading: str

    def __new__(cls, value: str, heading: str = "") -> Self:
        kind = str.__new__(cls, value)
        kind._value_, kind.heading = value, heading
        return kind


# What `evaluate` reports, in the order of the method's steps: out of fold is for finding errors.
EVALUATED_KINDS: tuple[LabelKind, ...] = tuple(
    kind for kind in LabelKind if kind is not LabelKind.OUT_OF_FOLD
)
