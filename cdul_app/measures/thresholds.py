"""The threshold from which on a score is a label, found without labels."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cdul_app.method.arrays import FloatArray, as_floats
from cdul_app.method.refinement import probabilities_to_logits

# Ours, for a class that has no scores yet.  Of fixed thresholds of the initial pseudo labels of
# RN50x64 on 2,858 VOC 2012 photos, 0.3 gave the best macro-F1 (80.8 %, against 77.8 % at 0.5): a
# class seen in one snippet only scores at most 0.5 before the whole photo adds to it.
DEFAULT_THRESHOLD = 0.3

_POOLED_SCORES = 200_000  # looked at in some milliseconds: they are, anew after each answer

# Ours.  Scores of which a photo's highest is smaller are shares of a soft softmax, whose sum says
# nothing of how many labels there are.
_SHARP = 0.35
_SOFT_FLOOR = 0.5  # of the pooled threshold, then
# Below the floor, a class may have its best photos: so many of all, three at least.
_BEST_SHARE, _FEWEST_BEST = 0.025, 3
# A class is seen whose best score reaches this share of the floor, or stands out from its others
# by so many deviations (of a normal distribution, by the median one; of logits).  Measured by
# tests.benchmarks.bench_cuts: a third to a half costs no macro-F1 and gains OF1.
_SEEN_FROM, _STANDS_OUT = 1 / 3, 4.0


class ThresholdOrigin(StrEnum):
    DEFAULT = "default"  # no scores were there yet
    AUTOMATIC = "automatic"  # found from the scores and what answers there were
    PERSON = "person"  # moved by hand: no machine step overwrites it


@dataclass(frozen=True)
class PooledThreshold:
    """What the scores of all classes together say of each class's threshold."""

    value: float  # the label-free threshold of all scores, in [0, 1]
    floor: float  # in [0, 1]; see `lowest_threshold`


def label_free_threshold(scores: FloatArray) -> float:
    """The threshold that splits scores into the two most compact groups (Otsu 1979).

    scores : (n_images,), NaN counts as absent.  Returns a value half way between two scores;
    DEFAULT_THRESHOLD where fewer than two different scores are there.
    Measured (macro-F1, per cent; fixed 0.3 in brackets): RN50x64 on 2,858 VOC photos 81.1 (80.8),
    with softened scores 83.5; a small encoder on 500 photos 45.4 (34.7).
    Source: N. Otsu, "A threshold selection method from gray-level histograms", 1979, on the
    values themselves in place of a histogram.

    >>> label_free_threshold(np.array([0.1, 0.2, 0.8, 0.9]))
    0.5
    """
    ordered = _ordered(scores)
    if ordered.size < 2 or ordered[0] == ordered[-1]:
        return DEFAULT_THRESHOLD
    between = _between_groups(ordered)
    place = int(between.argmax())
    return float((ordered[place] + ordered[place + 1]) / 2)


def separability(scores: FloatArray) -> float:
    """How clearly each class's scores fall into two groups, mean over classes.

    scores : (n_images, n_classes), NaN counts as absent.  Returns a value in [0, 1]: the share of
    the variance that lies between the groups of `label_free_threshold` (Otsu's eta); 0 where no
    class has two different scores.

    >>> separability(np.array([[0.1, 0.9], [0.1, 0.1], [0.9, 0.1]]))
    1.0
    """
    shares = [_separability(_ordered(column)) for column in as_floats(scores).T]
    return float(np.mean(shares)) if shares else 0.0


def pooled_threshold(scores: FloatArray) -> PooledThreshold:
    """`label_free_threshold` of all classes' scores together, and the floor of each threshold.

    A photo's scores say how much of it is each class: their sum over all photos is about how many
    labels there are.  The floor is the score that as many scores reach.  Measured (labels a photo
    by that sum, and by truth): photo-clip on 500 VOC photos 1.9 and 1.9, the demo's encoder on
    scenes 3.0 and 3.2, and for 83 colours of things 3.4 and 3.2.

    scores : (n_images, n_classes), NaN counts as absent; of many photos, an even sample counts.

    >>> found = pooled_threshold(np.array([[0.1, 0.8], [0.2, 0.1], [0.9, 0.2]]))
    >>> round(found.value, 2), found.floor
    (0.5, 0.8)
    """
    values = as_floats(scores)
    values = values[:: max(1, values.size // _POOLED_SCORES)]
    pooled = label_free_threshold(values.ravel())
    known = np.nan_to_num(values[~np.isnan(values).all(axis=1)], nan=0.0)
    if not known.size or np.median(known.max(axis=1)) < _SHARP:
        return PooledThreshold(pooled, _SOFT_FLOOR * pooled)
    labels = min(known.size, max(1, round(float(known.sum()))))
    floor = float(np.partition(known.ravel(), known.size - labels)[known.size - labels])
    return PooledThreshold(pooled, min(floor, 1.0))


def lowest_threshold(scores: FloatArray, pooled: PooledThreshold) -> float:
    """How low a class's threshold may lie while no photo is known to show the class.

    At the floor, or lower where fewer photos reach that than the class's best: 2.5 % of the photos,
    three at least, and no more than its scores sum to.  A class that is not seen (see `is_seen`)
    has no best ones, and its threshold lies at the floor.

    scores : (n_images,), at least two different ones, none NaN.  Returns a value in [0, 1].
    """
    if not is_seen(scores, pooled):
        return pooled.floor
    ordered = _ordered(scores)[::-1]
    most = min(max(_FEWEST_BEST, _BEST_SHARE * ordered.size), float(ordered.sum()))
    best = min(max(1, round(most)), ordered.size - 1)
    return min(pooled.floor, float((ordered[best - 1] + ordered[best]) / 2))


def is_seen(scores: FloatArray, pooled: PooledThreshold) -> bool:
    """Whether some photo's score of a class says more than chance: it comes near to where labels
    of other classes begin, or stands out from all others of the class.

    scores : (n_images,), NaN counts as absent.  False where there is none.
    """
    values = as_floats(scores)
    highest = float(np.fmax.reduce(values, initial=np.nan))
    if np.isnan(highest):
        return False
    if highest >= _SEEN_FROM * pooled.floor:
        return True
    logits = probabilities_to_logits(values[~np.isnan(values)].astype(np.float64), floor=1e-6)
    distances = np.abs(logits - np.median(logits))
    deviation = 1.4826 * float(np.median(distances))  # of a normal distribution
    return bool(deviation > 0 and distances[logits.argmax()] >= _STANDS_OUT * deviation)


def same_rank(before: FloatArray, after: FloatArray, threshold: float) -> float:
    """The threshold of other scores of the same photos that as many of them reach.

    Both (n_images,) in [0, 1], at least one image, none NaN.  Returns a value in [0, 1].
    Raises ValueError for shapes that differ.

    >>> same_rank(np.array([0.1, 0.8, 0.9]), np.array([0.2, 0.3, 0.4]), 0.5)
    0.25
    """
    if np.shape(before) != np.shape(after):
        raise ValueError(f"shapes differ: {np.shape(before)} and {np.shape(after)}")
    ordered = np.sort(np.asarray(after, dtype=np.float64))[::-1]
    reach = int((np.asarray(before) >= threshold).sum())
    lower = 0.0 if reach == ordered.size else ordered[reach]
    upper = 1.0 if reach == 0 else ordered[reach - 1]
    return float((lower + upper) / 2)


def _ordered(scores: FloatArray) -> FloatArray:
    """(n,) ascending, without NaN; what is in order already is not sorted again."""
    values = as_floats(scores)
    if values.size < 2 or not (values[1:] >= values[:-1]).all():  # as with any that is NaN
        values = np.sort(values[~np.isnan(values)])  # singles in a third of the time of doubles
    return values.astype(np.float64)


def _between_groups(ordered: FloatArray) -> FloatArray:
    """(n - 1,) how far the groups below and above each place lie apart; -1 between equal scores,
    which cannot be told apart.  `ordered` : (n,), at least two."""
    below = np.arange(1, ordered.size)  # photos below each possible threshold
    above = ordered.size - below
    sums = np.cumsum(ordered)
    lower_mean = sums[:-1] / below
    upper_mean = (sums[-1] - sums[:-1]) / above
    between = below * above * (upper_mean - lower_mean) ** 2
    between[np.diff(ordered) == 0] = -1
    return np.asarray(between)


def _separability(ordered: FloatArray) -> float:
    if ordered.size < 2 or ordered[0] == ordered[-1]:
        return 0.0
    share = _between_groups(ordered).max() / (ordered.size**2 * ordered.var())
    return float(min(1.0, share))
