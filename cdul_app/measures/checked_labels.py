"""What a person's answers say of one class's labels, counted.

Calibration asks about photos near the threshold.  No share of such answers may be taken for a share
of all photos, and a curve fitted to them is wrong where scores do not tell the class from others.
So nothing is assumed of a photo that is not answered: the bounds hold whatever it shows (the
worst-case bounds of C. F. Manski, "Anatomy of the Selection Problem", 1989).  They start from no
claim, hold every time, and close as the photos are answered.
"""

import math
from dataclasses import dataclass

import numpy as np

from cdul_app.language import ntr, tr
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.method.arrays import BoolArray, IntArray
from cdul_app.progress import percent

_WORTH_TELLING = 0.5  # "at least 3 %" is true and tells nothing


@dataclass(frozen=True)
class CheckedLabels:
    """Photos of one class by what its scores say (a label or none) and what a person said."""

    labelled: int  # photos whose score reaches the threshold
    checked: int  # of these, answered
    right: int  # of those, yes
    others: int  # scored photos without the label
    others_checked: int
    missed: int  # of those, yes

    @property
    def left(self) -> int:
        """Scored photos without an answer."""
        return self.labelled + self.others - self.checked - self.others_checked

    @property
    def precision(self) -> Estimate:
        """Of the labels, those that are right."""
        low, high = self._hits
        return _between(_share(low, self.labelled, 0), _share(high, self.labelled, 1))

    @property
    def recall(self) -> Estimate:
        """Of the photos that show the class, those with the label."""
        low, high = self._hits
        most_shown = low + self.missed + self.others - self.others_checked
        return _between(_share(low, most_shown, 0), _share(high, high + self.missed, 1))

    @property
    def f1(self) -> Estimate:
        low, high = self._hits
        most_shown = low + self.missed + self.others - self.others_checked
        return _between(
            _share(2 * low, self.labelled + most_shown, 0),
            _share(2 * high, self.labelled + high + self.missed, 1),
        )

    @property
    def _hits(self) -> tuple[int, int]:
        return self.right, self.right + self.labelled - self.checked

    def sentences(self, name: str) -> list[str]:
        """The counts in words, and what follows from them where that is worth telling."""
        told = [self._about_labels(name)]
        if self.others:
            told.append(self._about_others(name))
        return told

    def _about_labels(self, name: str) -> str:
        if not self.labelled:
            return tr("The app labelled no photo {name}.", name=name)
        n = self.labelled
        labelled = ntr(
            "The app labelled {n} photo {name}", "The app labelled {n} photos {name}", n, name=name
        )
        if not self.checked:
            return tr("{labelled}; you have checked none of them.", labelled=labelled)
        right = (
            ntr("{n} was right", "{n} were right", self.right)
            if self.right
            else tr("none was right")
        )
        told = (
            tr("{labelled}; you checked all: {right}.", labelled=labelled, right=right)
            if self.checked == n
            else tr(
                "{labelled}; you checked {checked}: {right}.",
                labelled=labelled,
                checked=self.checked,
                right=right,
            )
        )
        if floor := _floor(self.precision):
            told += " " + tr("At least {share} of these labels are right.", share=floor)
        return told

    def _about_others(self, name: str) -> str:
        n = self.others
        if not self.others_checked:
            return ntr(
                "You have checked none of the {n} photo without it.",
                "You have checked none of the {n} photos without it.",
                n,
            )
        missed = (
            ntr("{n} shows {name}", "{n} show {name}", self.missed, name=name)
            if self.missed
            else tr("none shows {name}", name=name)
        )
        told = (
            ntr(
                "Of the {n} photo without it you checked all: {missed}.",
                "Of the {n} photos without it you checked all: {missed}.",
                n,
                missed=missed,
            )
            if self.others_checked == n
            else ntr(
                "Of the {n} photo without it you checked {checked}: {missed}.",
                "Of the {n} photos without it you checked {checked}: {missed}.",
                n,
                checked=self.others_checked,
                missed=missed,
            )
        )
        if floor := _floor(self.recall):
            told += " " + tr(
                "At least {share} of all {name} photos have the label.", share=floor, name=name
            )
        return told


def count_checked(labels: BoolArray, scored: BoolArray, answers: IntArray) -> CheckedLabels:
    """labels : (n_images,) bool, whether the score reaches the threshold; scored : (n_images,)
    bool, others count nowhere; answers : (n_images,) of -1 unobserved, 0 no, 1 yes.

    >>> labels, scored = np.array([True, True, False, False]), np.ones(4, dtype=bool)
    >>> found = count_checked(labels, scored, np.array([1, -1, 0, -1]))
    >>> found.precision.low, found.precision.high, found.left
    (0.5, 1.0, 2)
    """
    given, yes = scored & (answers != UNOBSERVED), scored & (answers == YES)

    def counts(photos: BoolArray) -> list[int]:
        return [int(np.count_nonzero(photos & part)) for part in (scored, given, yes)]

    return CheckedLabels(*counts(labels), *counts(~labels))


def _share(part: int, whole: int, without: float) -> float:
    """`without` : what is claimed of nothing."""
    return part / whole if whole else without


def _between(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high)


def _floor(bounds: Estimate) -> str:
    """The share that holds whatever the photos that are left show; empty where it tells little."""
    if bounds.low < _WORTH_TELLING:
        return ""
    # Rounded down: a floor is never below itself.
    return percent(math.floor(100 * bounds.low + 1e-9) / 100)
