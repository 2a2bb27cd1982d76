"""Moving a class's cut by a few yes/no answers about photos near it.

The chance that a photo shows the class is taken to rise with its score along a logistic curve
(Platt 1999).  Before any answer the curve's middle is expected near the label-free cut; each
answer then narrows where it lies.  The posterior is held on a grid, so that precision and recall
come with intervals and no sampler is needed.  Which photos were asked about depends on their
scores alone, which a curve given the score may be fitted to; counts of yes and no may not be read
off such answers (see `measures.label_report` for those).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.thresholds import label_free_threshold
from cdul_app.method.arrays import FloatArray, IntArray, as_floats

# Ours, in units of the gap between the mean scores (as logits) on both sides of the label-free
# cut.  On RN50x64's scores of 2,858 VOC photos, softened for ranking, the curves fitted to all of
# the truth have their middle within 0.15 of that cut (standard deviation) and a slope of 8 to 18.
_MIDDLE_SPREAD = 0.15
_SLOPE = 12.0
_SLOPE_SPREAD = 0.5  # of its logarithm
_POOLED_WEIGHT = 5.0  # photos above the cut that weigh as much as what all classes share
# Scores of a class that no photo shows fall into two groups as well.  Until a first yes, its cut
# lies at half the pooled one at least: on 500 VOC photos OF1 rises from 59.2 to 67.6, macro-F1
# (which does not count absent classes) falls from 43.8 to 39.3; on RN50x64's scores no change.
_POOLED_FLOOR = 0.5

_MIDDLES = np.linspace(-3.5, 3.5, 41)
_SLOPES = np.linspace(-2.5, 2.5, 15)
_LOGIT_FLOOR = 1e-6
_LEVELS = 200  # places a score is told apart at: a photo more or less does not move the curve


@dataclass(frozen=True)
class CalibratedThreshold:
    """What is believed of one class after some answers."""

    threshold: float  # the score from which on a photo gets the label, in [0, 1]
    precision: Estimate  # of the labels at that threshold, as the curve has it
    recall: Estimate
    f1: Estimate
    question: int | None  # the photo whose answer would move the cut most; None: all are answered


def calibrate_threshold(
    scores: FloatArray, answers: IntArray, *, pooled_threshold: float | None = None
) -> CalibratedThreshold | None:
    """Choose the cut of one class with the highest expected F1.

    scores : (n_images,) in [0, 1], NaN where not scored; answers : (n_images,) of -1 unobserved,
    0 no, 1 yes; pooled_threshold : the label-free cut of all classes' scores together, towards
    which a class with few photos above its own cut is drawn.
    Returns None where fewer than two different scores are there.
    Raises ValueError for shapes that differ.
    """
    values, given = as_floats(scores).astype(np.float64), np.asarray(answers)
    if values.shape != given.shape or values.ndim != 1:
        raise ValueError(f"shapes differ: scores {values.shape}, answers {given.shape}")
    rows = np.flatnonzero(~np.isnan(values))
    if np.unique(values[rows]).size < 2:
        return None
    curve = _Curve(values[rows], pooled_threshold)
    observed = given[rows] != UNOBSERVED
    curve.learn(values[rows][observed], given[rows][observed] == YES)
    shown = (given[rows] == YES).any()
    floor = 0.0 if pooled_threshold is None or shown else _POOLED_FLOOR * pooled_threshold
    return curve.best_cut(rows, observed, floor)


class _Curve:
    """The posterior of middle and slope, and the photos by level of score."""

    def __init__(self, scores: NDArray[np.float64], pooled_threshold: float | None) -> None:
        """scores : (n_images,) without NaN, at least two different ones."""
        self._scores = scores
        self._logits = _logit(scores)
        center, gap = _center_and_gap(scores, self._logits, pooled_threshold)
        middles, slopes = np.meshgrid(_MIDDLES, _SLOPES, indexing="ij")
        self._log_weight = -(middles.ravel() ** 2 + slopes.ravel() ** 2) / 2
        self._middles = center + gap * _MIDDLE_SPREAD * middles.ravel()
        self._slopes = _SLOPE / gap * np.exp(_SLOPE_SPREAD * slopes.ravel())

    def learn(self, scores: NDArray[np.float64], yes: NDArray[np.bool_]) -> None:
        for logit, answer in zip(_logit(scores), yes, strict=True):
            height = self._slopes * (logit - self._middles)
            self._log_weight -= np.logaddexp(0, -height if answer else height)

    def best_cut(
        self, rows: IntArray, observed: NDArray[np.bool_], floor: float
    ) -> CalibratedThreshold:
        """The cut with the highest expected F1 among scores from `floor` on."""
        weight = np.exp(self._log_weight - self._log_weight.max())
        kept = weight > 1e-5
        weight = weight[kept] / weight[kept].sum()
        levels, counts = self._levels()  # (n_levels,), from the highest down
        heights = self._slopes[kept, None] * (levels[None, :] - self._middles[kept, None])
        chances = 0.5 * (1 + np.tanh(0.5 * heights))  # (n_curves, n_levels)
        hits = np.cumsum(chances * counts, axis=1)  # positives from each level on, by curve
        labelled = np.cumsum(counts)
        positives = np.maximum(hits[:, -1], 1e-9)  # a curve may lie above all photos
        f1 = 2 * hits / (labelled[None, :] + positives[:, None])
        allowed = int((levels >= _logit(np.array([floor]))[0]).sum())
        place = int((weight @ f1)[: max(1, allowed)].argmax())
        cut = max(floor, self._cut_below(levels, place))
        precision, recall = hits[:, place] / labelled[place], hits[:, place] / positives
        return CalibratedThreshold(
            threshold=cut,
            precision=Estimate.from_weighted(precision, weight),
            recall=Estimate.from_weighted(recall, weight),
            f1=Estimate.from_weighted(f1[:, place], weight),
            question=self._question(cut, rows, observed),
        )

    def _levels(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        distinct, counts = np.unique(self._logits, return_counts=True)
        if distinct.size > _LEVELS:
            edges = np.linspace(distinct[0], distinct[-1], _LEVELS + 1)
            counts, _ = np.histogram(self._logits, bins=edges)
            sums, _ = np.histogram(self._logits, bins=edges, weights=self._logits)
            used = counts > 0
            distinct, counts = sums[used] / counts[used], counts[used]
        return distinct[::-1], counts[::-1].astype(np.float64)

    def _cut_below(self, levels: NDArray[np.float64], place: int) -> float:
        """A score between this level and the next lower one."""
        if place + 1 == len(levels):
            return float(self._scores.min())
        middle = (levels[place] + levels[place + 1]) / 2
        return float(1 / (1 + np.exp(-middle)))

    def _question(self, cut: float, rows: IntArray, observed: NDArray[np.bool_]) -> int | None:
        """The unanswered photo nearest to the cut, where an answer is least foreseen."""
        left = np.flatnonzero(~observed)
        if not left.size:
            return None
        distance = np.abs(self._logits[left] - _logit(np.array([cut]))[0])
        return int(rows[left[distance.argmin()]])


def _logit(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(scores, _LOGIT_FLOOR, 1 - _LOGIT_FLOOR)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _center_and_gap(
    scores: NDArray[np.float64], logits: NDArray[np.float64], pooled_threshold: float | None
) -> tuple[float, float]:
    """Where the curve's middle is expected, and the distance of the two groups, as logits."""
    own = label_free_threshold(scores)
    above = scores >= own
    gap = float(logits[above].mean() - logits[~above].mean()) if above.any() else 0.0
    center = float(_logit(np.array([own]))[0])
    if pooled_threshold is not None:
        share = above.sum() / (above.sum() + _POOLED_WEIGHT)
        pooled = float(_logit(np.array([pooled_threshold]))[0])
        center = share * center + (1 - share) * pooled
    return center, max(gap, 1e-3)
