"""How good the labels are, from answers about a stratified random sample of photos.

A *part* is the photos of one band of a class's sample that have the label, or that have not.  How
many of a part show the class is told by those that were asked about (the stratified estimator,
W. G. Cochran, "Sampling Techniques", 1977, ch. 5), and the answers that are still to come are drawn
from the ones that came: the Polya posterior (M. Ghosh and G. Meeden, "Bayesian Methods for Finite
Population Sampling", 1997), with the variance of that estimator.  It has no prior whose mean would
add up over the parts of many classes, so its middle is the unbiased figure.

Of a part with equal answers it knows no doubt.  So an end of an interval has one answer more in the
part where that moves the count most, once for all parts: what M. P. Fay and E. J. Feuer do for
weighted sums of counts ("Confidence intervals for directly standardized rates", 1997).  Of one
class it is half an answer, the mid-p form (M. P. Fay and S. Kim, 2017), since its few parts give
few different counts, and exact ends would hold the truth more often than they say.  A part that
was not asked about claims nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.sample_design import (
    SampleDesign,
    answers_needed,
    bands_of,
    sampled_rows,
)
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

_EXTRA, _EXTRA_OF_ONE_CLASS = 1.0, 0.5  # answers
_DRAWS = 2000
_LEAST = 1e-3  # a beta distribution wants more than nothing


@dataclass(frozen=True)
class ClassReport:
    """Of one class, or of all together."""

    answered: int  # answers that count
    needed: int  # how many more until the figures below are worth telling
    left: int  # scored photos without an answer
    precision: Estimate | None  # None where no photo has the label
    recall: Estimate
    f1: Estimate

    @property
    def is_known(self) -> bool:
        """Whether the figures may be told; before that there are only counts.  Of a class without
        a scored photo no answer is needed, and nothing is known."""
        return self.needed == 0 and self.answered > 0


def class_report(
    design: SampleDesign, labels: BoolArray, answers: IntArray, *, seed: int = 0
) -> ClassReport:
    """Precision, recall and F1 of a class's labels, whatever the threshold is by now.

    labels : (n_images,) bool, what is exported as yes before a person's answers; answers :
    (n_images,) of -1 unobserved, 0 no, 1 yes.

    >>> from cdul_app.measures import draw_design
    >>> scores = np.linspace(1, 0, 200)
    >>> labels, answers = scores >= 0.8, (scores >= 0.85).astype(int)  # each photo is answered
    >>> found = class_report(draw_design(scores, 0.8, seed=0), labels, answers)
    >>> found.precision.value, found.recall.value
    (0.75, 1.0)
    """
    return overall_report([design], labels[:, None], answers[:, None], seed=seed)


def overall_report(
    designs: Sequence[SampleDesign], labels: BoolArray, answers: IntArray, *, seed: int = 0
) -> ClassReport:
    """The same for the labels of several classes together (micro average).

    designs : one a class; labels, answers : (n_images, n_classes).
    """
    with_label: list[_Part] = []
    without: list[_Part] = []
    labelled, answered, needed, left = 0, 0, 0, 0
    for column, design in enumerate(designs):
        given, scored = answers[:, column], design.bands >= 0
        has_label, counted = labels[:, column], sampled_rows(design, given)
        for rows in bands_of(design):
            # Where the threshold has moved since the design, a band holds both.
            with_label.append(_part(rows[has_label[rows]], counted, given))
            without.append(_part(rows[~has_label[rows]], counted, given))
        labelled += int(has_label[scored].sum())
        answered += int(counted.sum())
        needed += answers_needed(design, given)
        left += int((scored & (given == UNOBSERVED)).sum())
    random = np.random.default_rng(seed)
    extra = _EXTRA_OF_ONE_CLASS if len(designs) == 1 else _EXTRA
    hits, missed = (_estimated(parts, extra, random) for parts in (with_label, without))
    return ClassReport(
        answered,
        needed,
        left,
        Estimate.from_draws(hits.value / labelled, hits.low / labelled, hits.high / labelled)
        if labelled
        else None,
        _of_all_shown(hits, missed),
        _of_all_shown(hits, missed, labelled=labelled),
    )


@dataclass(frozen=True)
class _Part:
    """Photos of a band with or without the label; each had the same chance to be asked about."""

    photos: int
    asked: int
    yes: int

    def would_move(self, equal: int) -> float:
        """What one more answer, unlike the `equal` ones, changes in the photos that show it."""
        waiting = self.photos - self.asked
        return waiting * equal / (self.asked * (self.asked + 1)) if self.asked else 0.0

    def draws(self, yes: float, no: float, random: np.random.Generator) -> FloatArray:
        """(n_draws,) counts of the photos that show it, as if that many had been answered."""
        if yes <= 0 or no <= 0:
            return np.full(_DRAWS, float(self.photos if yes > 0 else 0))
        shares = random.beta(yes, no, _DRAWS)
        return self.yes + random.binomial(self.photos - self.asked, shares).astype(np.float64)


def _part(rows: IntArray, counted: BoolArray, answers: IntArray) -> _Part:
    given = answers[rows[counted[rows]]]
    return _Part(len(rows), len(given), int((given == YES).sum()))


@dataclass(frozen=True)
class _Photos:
    """A number of photos that is not known exactly."""

    value: float  # unbiased
    low: FloatArray  # (n_draws,), of the lower end of its interval
    high: FloatArray  # (n_draws,), of the upper end


def _estimated(parts: Sequence[_Part], extra: float, random: np.random.Generator) -> _Photos:
    """How many photos of all parts together show the class, with `extra` answers at each end."""
    value, low, high = 0.0, np.zeros(_DRAWS), np.zeros(_DRAWS)
    falls = max(parts, key=lambda part: part.would_move(part.yes), default=None)
    rises = max(parts, key=lambda part: part.would_move(part.asked - part.yes), default=None)
    for part in parts:
        if not part.asked:
            value += part.photos / 2
            high += part.photos
            continue
        yes, no = part.yes, part.asked - part.yes
        value += part.photos * yes / part.asked
        # Of two answers that differ the draws lie at both ends, as that variance wants it.
        weight = max(part.asked - 2, _LEAST) / part.asked
        drawn = part.draws(weight * yes, weight * no, random)
        low += part.draws(yes, no + extra, random) if part is falls else drawn
        high += part.draws(yes + extra, no, random) if part is rises else drawn
    return _Photos(value, low, high)


def _of_all_shown(hits: _Photos, missed: _Photos, *, labelled: int | None = None) -> Estimate:
    """Recall; F1 where it is said how many photos have the label."""

    def share(of_hits: FloatArray, of_missed: FloatArray, without: float) -> FloatArray:
        shown = of_hits + of_missed
        part, whole = (of_hits, shown) if labelled is None else (2 * of_hits, labelled + shown)
        return np.where(whole > 0, part / np.maximum(whole, 1e-9), without)

    value = share(np.array(hits.value), np.array(missed.value), 0.0)
    lower, upper = share(hits.low, missed.high, 0.0), share(hits.high, missed.low, 1.0)
    return Estimate.from_draws(float(value), lower, upper)
