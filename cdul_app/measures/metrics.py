"""How good rankings, labels and scores as probabilities are, given the truth."""

from typing import NamedTuple

import numpy as np

from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

CALIBRATION_BINS = 15


def average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> float:
    """All-point, tie-aware average precision of one class, equal to scikit-learn's.

    truth : (n_images,), 0/1; scores : (n_images,), higher is more likely.
    Returns a value in [0, 1], NaN where truth has no positive.
    Raises ValueError for shapes that differ, an empty input, truth outside 0/1 or NaN scores.

    >>> round(average_precision(np.array([1, 0, 1]), np.array([0.9, 0.8, 0.1])), 3)
    0.833
    """
    positives, values = _checked_pair(truth, scores, axes=1)
    return _average_precision(positives, values)


def per_class_average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> FloatArray:
    """`average_precision` of each column.

    truth, scores : (n_images, n_classes).  Returns (n_classes,), NaN where a class has no positive.

    >>> truth = np.array([[1, 0], [0, 0], [1, 1]])
    >>> per_class_average_precision(truth, np.array([[0.9, 0.1], [0.8, 0.9], [0.1, 0.3]])).round(3)
    array([0.833, 0.5  ])
    """
    positives, values = _checked_pair(truth, scores, axes=2)
    columns = zip(positives.T, values.T, strict=True)
    return np.array([_average_precision(*column) for column in columns])


def mean_average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> float:
    """Mean of the average precisions over the classes with a positive, in [0, 1].

    truth, scores : (n_images, n_classes).  NaN where no class has a positive.

    >>> truth = np.array([[1, 0], [0, 0], [1, 1]])
    >>> scores = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.3]])
    >>> round(mean_average_precision(truth, scores), 3)
    0.917
    """
    return _mean_of_known(per_class_average_precision(truth, scores))


def per_class_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> FloatArray:
    """F1 of each column, in [0, 1]; NaN where a class has no positive in truth.

    truth, predicted : (n_images, n_classes), 0/1.  Returns (n_classes,).

    >>> per_class_f1(np.array([[1, 0], [1, 0]]), np.array([[1, 0], [0, 1]])).round(2)
    array([0.67,  nan])
    """
    hits, labelled, positive = _class_counts(truth, predicted)
    return np.where(positive > 0, 2 * hits / np.maximum(labelled + positive, 1), np.nan)


def macro_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """Mean of the F1 of the classes with a positive, in [0, 1]; NaN where there is none.

    truth, predicted : (n_images, n_classes), 0/1.

    >>> round(macro_f1(np.array([[1, 0], [1, 1]]), np.array([[1, 0], [0, 1]])), 2)
    0.83
    """
    return _mean_of_known(per_class_f1(truth, predicted))


def per_class_precision_recall(
    truth: IntArray | BoolArray, predicted: IntArray | BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Precision and recall of each column, in [0, 1].

    truth, predicted : (n_images, n_classes), 0/1.  Returns two arrays (n_classes,).
    A class that is never predicted has precision 0 (as scikit-learn's zero_division=0); a class
    without a positive in truth is NaN in both.  Raises ValueError as `average_precision`.

    >>> per_class_precision_recall(np.array([[1, 0], [1, 1]]), np.array([[1, 1], [0, 1]]))
    (array([1. , 0.5]), array([0.5, 1. ]))
    """
    hits, labelled, positive = _class_counts(truth, predicted)
    precision = np.where(positive > 0, hits / np.maximum(labelled, 1), np.nan)
    return precision, hits / np.where(positive > 0, positive, np.nan)


def class_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """CF1: harmonic mean of the classes' mean precision and mean recall, in [0, 1].

    truth, predicted : (n_images, n_classes), 0/1.  Means are over the classes with a positive;
    NaN where there is none.  Not macro-F1, which is the mean of the classes' own F1.
    Source: J. Wang et al., "CNN-RNN: A Unified Framework for Multi-label Image Classification",
    CVPR 2016, section 4 (there C-P, C-R and C-F1).

    >>> class_f1(np.array([[1, 0], [1, 1]]), np.array([[1, 1], [0, 1]]))
    0.75
    """
    precision, recall = map(_mean_of_known, per_class_precision_recall(truth, predicted))
    return 2 * precision * recall / (precision + recall) if precision + recall != 0 else 0.0


def overall_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """OF1, or micro-F1: F1 over all (photo, class) pairs, in [0, 1]; NaN without a positive.

    truth, predicted : (n_images, n_classes), 0/1.  Source: as `class_f1` (there O-F1).

    >>> round(overall_f1(np.array([[1, 0], [1, 1]]), np.array([[1, 1], [0, 1]])), 2)
    0.67
    """
    hits, labelled, positive = (counts.sum() for counts in _class_counts(truth, predicted))
    return float(2 * hits / (labelled + positive)) if positive else float("nan")


def calibration_error(
    truth: IntArray | BoolArray, scores: FloatArray, *, bins: int = CALIBRATION_BINS
) -> float:
    """How far scores are from being probabilities, in [0, 1]: classwise expected calibration error.

    Scores of a class fall into `bins` of equal width; the error of the class is the mean over its
    photos of |share of positives in the bin - mean score in the bin|.  Returned is the mean over
    the classes.  A collection where most classes are absent from most photos has a low value
    whatever the scores, so compare it between kinds of label only.
    Source: M. P. Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015 (binary error); M. Kull et al., "Beyond temperature scaling", NeurIPS 2019, eq. 4
    (its mean over classes).

    truth : (n_images, n_classes) 0/1; scores : the same shape, in [0, 1].
    Raises ValueError for scores outside [0, 1], no bins, and as `average_precision`.

    >>> round(calibration_error(np.array([[1], [0]]), np.array([[0.7], [0.7]])), 3)
    0.2
    """
    positives, values = _checked_pair(truth, scores, axes=2)
    if values.min() < 0 or values.max() > 1:
        raise ValueError("scores must lie in [0, 1]")
    if bins < 1:
        raise ValueError(f"at least one bin is needed, got {bins}")
    places = np.minimum((values * bins).astype(np.int64), bins - 1)
    errors = []
    for column, place in enumerate(places.T):
        difference = positives[:, column].astype(np.float64) - values[:, column]
        # |sum| of a bin's differences is its photos times the gap of its means.
        errors.append(np.abs(np.bincount(place, weights=difference, minlength=bins)).sum())
    return float(np.mean(errors) / len(values))


class PrecisionRecall(NamedTuple):
    """A curve with one point for each different score, from the highest score to the lowest."""

    thresholds: FloatArray  # (n_points,), falling
    precision: FloatArray  # (n_points,), in [0, 1]
    recall: FloatArray  # (n_points,), rising to 1


def precision_recall_curve(truth: IntArray | BoolArray, scores: FloatArray) -> PrecisionRecall:
    """Precision and recall of "score >= threshold" for one class.

    truth : (n_images,) 0/1, with a positive; scores : (n_images,).
    Raises ValueError where truth has no positive, and as `average_precision`.

    >>> precision_recall_curve(np.array([1, 0, 1]), np.array([0.9, 0.8, 0.8])).recall
    array([0.5, 1. ])
    """
    positives, values = _checked_pair(truth, scores, axes=1)
    if not positives.any():
        raise ValueError("truth has no positive")
    return _curve(positives, values)


def best_thresholds(truth: IntArray | BoolArray, scores: FloatArray) -> FloatArray:
    """The threshold of each class with the highest F1: what thresholds could give at best.

    truth, scores : (n_images, n_classes).  Returns (n_classes,), half way between two scores (the
    lowest score where all are above); NaN where a class has no positive.

    >>> best_thresholds(np.array([[1], [1], [0]]), np.array([[0.9], [0.6], [0.2]]))
    array([0.4])
    """
    positives, values = _checked_pair(truth, scores, axes=2)
    thresholds = np.full(values.shape[1], np.nan)
    for column in np.flatnonzero(positives.any(axis=0)):
        curve = _curve(positives[:, column], values[:, column])
        together = np.maximum(curve.precision + curve.recall, 1e-12)
        place = int((curve.precision * curve.recall / together).argmax())
        last = min(place + 1, len(curve.thresholds) - 1)
        thresholds[column] = (curve.thresholds[place] + curve.thresholds[last]) / 2
    return thresholds


def _curve(positives: BoolArray, values: FloatArray) -> PrecisionRecall:
    """One point for each distinct score, since equal scores cannot be told apart.

    positives, values : (n_images,), with a positive.
    """
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(positives[order])[ends]
    return PrecisionRecall(ordered[ends], hits / (ends + 1), hits / hits[-1])


def _average_precision(positives: BoolArray, values: FloatArray) -> float:
    if not positives.any():
        return float("nan")
    curve = _curve(positives, values)
    return float(np.sum(curve.precision * np.diff(curve.recall, prepend=0)))


def _class_counts(
    truth: IntArray | BoolArray, predicted: IntArray | BoolArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Photos with the label that show the class, with the label, and that show it: (n_classes,)."""
    positives, labels = _checked_pair(truth, np.asarray(predicted).astype(np.float64), axes=2)
    chosen = labels > 0.5
    return (chosen & positives).sum(axis=0), chosen.sum(axis=0), positives.sum(axis=0)


def _mean_of_known(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _checked_pair(
    truth: IntArray | BoolArray, scores: FloatArray, *, axes: int
) -> tuple[BoolArray, FloatArray]:
    """Truth as bool and scores as float64.  Raises ValueError; see `average_precision`."""
    labels = np.asarray(truth)
    values = np.asarray(scores, dtype=np.float64)
    if labels.shape != values.shape:
        raise ValueError(f"shapes differ: truth {labels.shape}, scores {values.shape}")
    if labels.ndim != axes or labels.size == 0:
        raise ValueError(f"expected {axes} non-empty axes, got shape {labels.shape}")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("truth must hold 0 and 1 only")
    if np.isnan(values).any():
        raise ValueError("scores must not be NaN")
    return labels.astype(bool), values
