"""Moving a class's threshold by a few yes/no answers about photos near it.

The chance that a photo shows the class is taken to rise with its score along a logistic curve
(Platt 1999).  Before any answer the curve's middle is expected near the label-free threshold;
each answer then narrows where it lies.  The posterior is held on a grid, so that no sampler is
needed.  The curve chooses a threshold and a question, and claims nothing of how good the labels
are: where scores do not tell the class from others it is wrong, and would say so with confidence.
What is told of precision and recall is counted (see `measures.checked_labels`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cdul_app.measures.checked_labels import CheckedLabels, count_checked
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.thresholds import (
    PooledThreshold,
    label_free_threshold,
    lowest_threshold,
)
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray, as_floats
from cdul_app.method.refinement import logits_to_probabilities, probabilities_to_logits

# Ours, in units of the gap between the mean scores (as logits) on both sides of the label-free
# threshold.  On RN50x64's scores of 2,858 VOC photos, softened for ranking, the curves fitted to
# all of the truth have their middle within 0.15 of it (standard deviation) and a slope of 8 to 18.
# More spread lets answers move it where the encoder is worse: at 0.25, 400 answers about 500 VOC
# photos give an OF1 of 77.6 to 78.3 where 0.15 gives 74.8 to 77.1, and RN50x64 loses nothing.
_MIDDLE_SPREAD = 0.25
_SLOPE = 12.0
_SLOPE_SPREAD = 0.5  # of its logarithm
_REACH = 2  # times the photos down to the lowest yes: one answer does not label a hundred more
_POOLED_WEIGHT = 1.0  # photos above it that weigh as much as what all classes share

_MIDDLES = np.linspace(-3.5, 3.5, 41)
_SLOPES = np.linspace(-2.5, 2.5, 15)
_LOGIT_FLOOR = 1e-6
_NO_LABEL = 1e-3  # the expected F1 below which no photo is labelled: all are answered no
_GOLDEN = 0.618034  # steps by it fill an interval evenly
_ONE_BY_ONE = 2000  # answers that are learned from each at its own score
_LEVELS = 200  # places a score is told apart at: a photo more or less does not move the curve


@dataclass(frozen=True)
class CalibratedThreshold:
    """What is believed of one class after some answers."""

    threshold: float  # the score from which on a photo gets the label, in [0, 1]
    labels: CheckedLabels  # at that threshold, against the answers
    question: int | None  # the photo whose answer would move it most; None: all are answered

    @property
    def precision(self) -> Estimate:
        return self.labels.precision

    @property
    def recall(self) -> Estimate:
        return self.labels.recall

    @property
    def f1(self) -> Estimate:
        return self.labels.f1


def calibrate_threshold(
    scores: FloatArray, answers: IntArray, *, pooled_threshold: PooledThreshold | None = None
) -> CalibratedThreshold | None:
    """Choose the threshold of one class with the highest expected F1.

    scores : (n_images,) in [0, 1], NaN where not scored; answers : (n_images,) of -1 unobserved,
    0 no, 1 yes; pooled_threshold : what all classes' scores together say: a class with few photos
    above its own threshold is drawn towards that of all, and its threshold is not below
    `lowest_threshold` until a yes is found near it, since scores of a class that no photo shows
    fall into two groups as well.
    Returns None where fewer than two different scores are there.
    Raises ValueError for shapes that differ.

    >>> scores, answers = np.array([0.1, 0.2, 0.5, 0.8, 0.9]), np.array([-1, -1, 1, -1, -1])
    >>> found = calibrate_threshold(scores, answers)
    >>> round(found.threshold, 2), found.question
    (0.33, 1)
    """
    fitted = _fit(scores, answers, pooled_threshold)
    if fitted is None:
        return None
    curve, threshold = fitted
    values, given = as_floats(scores).astype(np.float64), np.asarray(answers)
    labels = count_checked(values >= threshold, ~np.isnan(values), given)
    left = np.flatnonzero(~np.isnan(values) & (given == UNOBSERVED))
    question = int(left[curve.question(threshold, values[left])]) if left.size else None
    return CalibratedThreshold(threshold, labels, question)


def best_threshold(
    scores: FloatArray, answers: IntArray, *, pooled_threshold: PooledThreshold | None = None
) -> float | None:
    """The threshold of `calibrate_threshold` alone."""
    fitted = _fit(scores, answers, pooled_threshold)
    return None if fitted is None else fitted[1]


def _fit(
    scores: FloatArray, answers: IntArray, pooled: PooledThreshold | None
) -> tuple["_Curve", float] | None:
    """The curve and its threshold; None where fewer than two different scores are there."""
    values, given = as_floats(scores), np.asarray(answers)
    if values.shape != given.shape or values.ndim != 1:
        raise ValueError(f"shapes differ: scores {values.shape}, answers {given.shape}")
    known = ~np.isnan(values)
    ordered = np.sort(values[known]).astype(np.float64)
    if ordered.size < 2 or ordered[0] == ordered[-1]:
        return None
    curve = _Curve(ordered, pooled)
    answered = np.flatnonzero(known & (given != UNOBSERVED))
    asked, shown = values[answered].astype(np.float64), given[answered] == YES
    curve.learn(asked, shown)
    floor = 0.0
    if pooled is not None:
        floor = min(lowest_threshold(ordered, pooled), _reach(ordered, asked[shown]))
    return curve, curve.best_threshold(floor)


class _Curve:
    """The posterior of middle and slope, and the photos by level of score."""

    def __init__(self, ordered: FloatArray, pooled_threshold: PooledThreshold | None) -> None:
        """ordered : (n_images,) scores, ascending, without NaN, at least two different ones."""
        self._lowest, self._highest = float(ordered[0]), float(ordered[-1])
        logits = _logit(ordered)
        self._starts, levels, photos = _levels(logits)
        self._levels, self._photos = levels[::-1], photos[::-1]  # from the highest down
        center, gap = _center_and_gap(ordered, logits, pooled_threshold)
        middles, slopes = np.meshgrid(_MIDDLES, _SLOPES, indexing="ij")
        self._log_weight = -(middles.ravel() ** 2 + slopes.ravel() ** 2) / 2
        self._middles = center + gap * _MIDDLE_SPREAD * middles.ravel()
        self._slopes = _SLOPE / gap * np.exp(_SLOPE_SPREAD * slopes.ravel())

    def learn(self, scores: FloatArray, yes: BoolArray) -> None:
        """Both (n_observed,), of the photos that are answered."""
        logits = _logit(scores)
        self._yes = yes
        self._places = len(self._starts) - np.searchsorted(self._starts, logits, side="right")
        if len(logits) > _ONE_BY_ONE:
            self._learn_by_level()
            return
        for logit, answer in zip(logits, yes, strict=True):
            height = self._slopes * (logit - self._middles)
            self._log_weight -= np.logaddexp(0, -height if answer else height)

    def _learn_by_level(self) -> None:
        """All answers of a level at once, at its mean: a million would take ten seconds."""
        heights = self._slopes * (self._levels[:, None] - self._middles)  # (n_levels, n_curves)
        for answer in (True, False):
            count = np.bincount(self._places[self._yes == answer], minlength=len(self._levels))
            self._log_weight -= count @ np.logaddexp(0, -heights if answer else heights)

    def best_threshold(self, floor: float) -> float:
        """The threshold with the highest expected F1 among scores from `floor` on.  What is
        answered counts as it is answered."""
        weight = np.exp(self._log_weight - self._log_weight.max())
        kept = weight > 1e-5
        weight = weight[kept] / weight[kept].sum()
        levels = self._levels  # (n_levels,), from the highest down
        heights = self._slopes[kept, None] * (levels[None, :] - self._middles[kept, None])
        chances = logits_to_probabilities(heights)  # (n_curves, n_levels)
        unasked = self._photos - np.bincount(self._places, minlength=len(levels))
        shown = np.bincount(self._places, weights=self._yes, minlength=len(levels))
        hits = np.cumsum(
            chances * unasked + shown, axis=1
        )  # positives from each level on, by curve
        labelled = np.cumsum(self._photos)
        positives = np.maximum(hits[:, -1], 1e-9)  # a curve may lie above all photos
        f1 = 2 * hits / (labelled[None, :] + positives[:, None])
        self._best_levels = np.bincount(f1.argmax(axis=1), weights=weight, minlength=len(levels))
        allowed = max(1, int((levels >= _logit(floor)).sum()))
        expected = (weight @ f1)[:allowed]
        if expected.max() < _NO_LABEL:
            return max(floor, (self._highest + 1) / 2)
        return max(floor, self._threshold_below(levels, int(expected.argmax())))

    def question(self, threshold: float, scores: FloatArray) -> int:
        """Which of the unanswered photos, (n_left,) scores, lies where the best threshold may:
        after a first yes, in turn over the likelier half of its places (a golden-ratio sequence);
        until then nearest to it.

        The order of a review (`question_order.photos_to_ask`) corrects more labels and finds the
        threshold less well: macro-F1 85.3 in place of 85.6 after 10 answers a class on RN50x64's
        scores of VOC.
        """
        asked = _logit(threshold)
        if self._yes.any():
            share = 0.25 + (0.5 + _GOLDEN * self._yes.size) % 1 / 2
            place = int(np.searchsorted(self._best_levels.cumsum(), share))
            asked = self._levels[min(place, len(self._levels) - 1)]
        return int(np.abs(_logit(scores) - asked).argmin())

    def _threshold_below(self, levels: FloatArray, place: int) -> float:
        """A score between this level and the next lower one."""
        if place + 1 == len(levels):
            return self._lowest
        return float(logits_to_probabilities((levels[place] + levels[place + 1]) / 2))


def _reach(ordered: FloatArray, shown: FloatArray) -> float:
    """How low a threshold may go by answers: it labels at most _REACH times as many photos as
    reach the lowest score of a yes.  `ordered` : (n_images,) ascending; `shown` : (n_yes,) of
    them; 1.0 where there is none."""
    if not shown.size:
        return 1.0
    most = _REACH * int(ordered.size - np.searchsorted(ordered, shown.min()))
    if most >= ordered.size:
        return 0.0
    return float((ordered[-most] + ordered[-most - 1]) / 2)


def _levels(ordered: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Where each level begins, its mean logit and how many photos are in it: (n_levels,) each,
    ascending.  `ordered` : (n_images,) logits, ascending, at least two different ones."""
    firsts = np.flatnonzero(np.diff(ordered, prepend=-np.inf))
    if len(firsts) <= _LEVELS:
        starts = ordered[firsts]
        return starts, starts, np.diff(firsts, append=ordered.size)
    starts = np.linspace(ordered[0], ordered[-1], _LEVELS + 1)[:-1]
    firsts = np.searchsorted(ordered, starts)
    photos = np.diff(firsts, append=ordered.size)
    kept = photos > 0
    means = np.add.reduceat(ordered, firsts[kept]) / photos[kept]
    return starts[kept], means, photos[kept]


def _logit(scores: ArrayLike) -> FloatArray:
    return probabilities_to_logits(np.asarray(scores, dtype=np.float64), floor=_LOGIT_FLOOR)


def _center_and_gap(
    ordered: FloatArray, logits: FloatArray, pooled_threshold: PooledThreshold | None
) -> tuple[float, float]:
    """Where the curve's middle is expected, and the distance of the two groups, as logits."""
    own = label_free_threshold(ordered)
    first = int(np.searchsorted(ordered, own))
    above = ordered.size - first
    gap = float(logits[first:].mean() - logits[:first].mean()) if above else 0.0
    center = float(_logit(own))
    if pooled_threshold is not None:
        share = above / (above + _POOLED_WEIGHT)
        pooled = float(_logit(pooled_threshold.value))
        center = share * center + (1 - share) * pooled
    return center, max(gap, 1e-3)
