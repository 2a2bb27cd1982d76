"""The kinds of label scores a project can hold, by the names of the method."""

from enum import StrEnum


class LabelKind(StrEnum):
    """One (n_images, n_classes) matrix of scores in [0, 1] each; the values are stable names.

    >>> LabelKind("aggregated").heading
    'Aggregated'
    """

    GLOBAL = "global"  # whole-image softmax
    LOCAL_MAX = "local_max"  # highest over snippets
    LOCAL_MIN = "local_min"  # lowest over snippets
    AGGREGATED = "aggregated"  # eq. 5-6
    RANKING = "ranking"  # as INITIAL at a softer temperature: for sorting, no target or threshold
    INITIAL = "initial"  # initial pseudo labels, kept unchanged: for targets and thresholds
    PSEUDO = "pseudo"  # current pseudo labels, moved by refinement
    CLASSIFIER = "classifier"  # what the trained classifier says
    OUT_OF_FOLD = "out_of_fold"  # what one trained without the photo says; for finding errors

    @property
    def heading(self) -> str:
        return _HEADINGS[self]


_HEADINGS = {
    LabelKind.GLOBAL: "Global",
    LabelKind.LOCAL_MAX: "Snippet max",
    LabelKind.LOCAL_MIN: "Snippet min",
    LabelKind.AGGREGATED: "Aggregated",
    LabelKind.RANKING: "Ranking score",
    LabelKind.INITIAL: "Initial pseudo label",
    LabelKind.PSEUDO: "Pseudo label",
    LabelKind.CLASSIFIER: "Classifier",
    LabelKind.OUT_OF_FOLD: "Out of fold",
}

# What `evaluate` reports, in the order of the method's steps: the minimum ranks nothing, and out
# of fold is for finding errors.
EVALUATED_KINDS: tuple[LabelKind, ...] = tuple(
    kind for kind in LabelKind if kind not in (LabelKind.LOCAL_MIN, LabelKind.OUT_OF_FOLD)
)
