"""Measures of thresholded labels and of scores as probabilities, given the truth."""

from typing import NamedTuple

import numpy as np

from cdul_app.measures.metrics import checked_pair
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

CALIBRATION_BINS = 15


def per_class_precision_recall(
    truth: IntArray | BoolArray, predicted: IntArray | BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Precision and recall of each column, in [0, 1].

    truth, predicted : (n_images, n_classes), 0/1.  Returns two arrays (n_classes,).
    A class that is never predicted has precision 0 (as scikit-learn's zero_division=0); a class
    without a positive in truth is NaN in both.  Raises ValueError as `metrics.average_precision`.
    """
    positives, labels = checked_pair(truth, np.asarray(predicted).astype(np.float64), axes=2)
    chosen = labels > 0.5
    hits = (chosen & positives).sum(axis=0)
    known = positives.any(axis=0)
    precision = hits / np.maximum(chosen.sum(axis=0), 1)
    recall = hits / np.maximum(positives.sum(axis=0), 1)
    return np.where(known, precision, np.nan), np.where(known, recall, np.nan)


def class_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """CF1: harmonic mean of the classes' mean precision and mean recall, in [0, 1].

    truth, predicted : (n_images, n_classes), 0/1.  Means are over the classes with a positive;
    NaN where there is none.  Not macro-F1, which is the mean of the classes' own F1.
    Source: J. Wang et al., "CNN-RNN: A Unified Framework for Multi-label Image Classification",
    CVPR 2016, section 4 (there C-P, C-R and C-F1).
    """
    precision, recall = per_class_precision_recall(truth, predicted)
    known = ~np.isnan(precision)
    if not known.any():
        return float("nan")
    return _harmonic_mean(float(precision[known].mean()), float(recall[known].mean()))


def overall_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """OF1, or micro-F1: F1 over all (photo, class) pairs, in [0, 1]; NaN without a positive.

    truth, predicted : (n_images, n_classes), 0/1.  Source: as `class_f1` (there O-F1).
    """
    positives, labels = checked_pair(truth, np.asarray(predicted).astype(np.float64), axes=2)
    chosen = labels > 0.5
    total = int(positives.sum())
    if total == 0:
        return float("nan")
    return float(2 * (chosen & positives).sum() / (chosen.sum() + total))


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
    Raises ValueError for scores outside [0, 1], no bins, and as `metrics.average_precision`.
    """
    positives, values = checked_pair(truth, scores, axes=2)
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
    Raises ValueError where truth has no positive, and as `metrics.average_precision`.
    """
    positives, values = checked_pair(truth, scores, axes=1)
    total = int(positives.sum())
    if total == 0:
        raise ValueError("truth has no positive")
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(positives[order])[ends]
    return PrecisionRecall(ordered[ends], hits / (ends + 1), hits / total)


def best_thresholds(truth: IntArray | BoolArray, scores: FloatArray) -> FloatArray:
    """The cut of each class with the highest F1: what thresholds could give at best.

    truth, scores : (n_images, n_classes).  Returns (n_classes,), half way between two scores (the
    lowest score where all are above); NaN where a class has no positive.
    """
    positives, values = checked_pair(truth, scores, axes=2)
    cuts = np.full(values.shape[1], np.nan)
    for column in range(values.shape[1]):
        if not positives[:, column].any():
            continue
        curve = precision_recall_curve(positives[:, column], values[:, column])
        together = np.maximum(curve.precision + curve.recall, 1e-12)
        place = int((curve.precision * curve.recall / together).argmax())
        last = min(place + 1, len(curve.thresholds) - 1)
        cuts[column] = (curve.thresholds[place] + curve.thresholds[last]) / 2
    return cuts


def _harmonic_mean(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second > 0 else 0.0
