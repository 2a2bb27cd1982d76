"""How good a ranking or a set of labels is, given the truth."""

import numpy as np

from cdul_app.method.arrays import BoolArray, FloatArray, IntArray


def average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> float:
    """All-point, tie-aware average precision of one class, equal to scikit-learn's.

    truth : (n_images,), 0/1; scores : (n_images,), higher is more likely.
    Returns a value in [0, 1], NaN where truth has no positive.
    Raises ValueError for shapes that differ, an empty input, truth outside 0/1 or NaN scores.
    """
    positives, values = checked_pair(truth, scores, axes=1)
    total = int(positives.sum())
    if total == 0:
        return float("nan")
    order = np.argsort(-values, kind="stable")
    ranked = positives[order]
    sorted_values = values[order]
    # One point of the curve for each distinct score: equal scores cannot be told apart.
    ends = np.append(np.flatnonzero(np.diff(sorted_values)), len(values) - 1)
    hits = np.cumsum(ranked)[ends]
    precision = hits / (ends + 1)
    recall_steps = np.diff(hits, prepend=0) / total
    return float(np.sum(precision * recall_steps))


def per_class_average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> FloatArray:
    """`average_precision` of each column.

    truth, scores : (n_images, n_classes).  Returns (n_classes,), NaN where a class has no positive.
    """
    positives, values = checked_pair(truth, scores, axes=2)
    return np.array(
        [average_precision(positives[:, c], values[:, c]) for c in range(positives.shape[1])]
    )


def mean_average_precision(truth: IntArray | BoolArray, scores: FloatArray) -> float:
    """Mean of the average precisions over the classes with a positive, in [0, 1].

    truth, scores : (n_images, n_classes).  NaN where no class has a positive.
    """
    values = per_class_average_precision(truth, scores)
    counted = values[~np.isnan(values)]
    return float(counted.mean()) if counted.size else float("nan")


def per_class_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> FloatArray:
    """F1 of each column, in [0, 1]; NaN where a class has no positive in truth.

    truth, predicted : (n_images, n_classes), 0/1.  Returns (n_classes,).
    """
    positives, labels = checked_pair(truth, np.asarray(predicted).astype(np.float64), axes=2)
    chosen = labels > 0.5
    hits = (chosen & positives).sum(axis=0)
    either = chosen.sum(axis=0) + positives.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * hits / either
    return np.where(positives.any(axis=0), f1, np.nan)


def macro_f1(truth: IntArray | BoolArray, predicted: IntArray | BoolArray) -> float:
    """Mean of the F1 of the classes with a positive, in [0, 1]; NaN where there is none."""
    values = per_class_f1(truth, predicted)
    counted = values[~np.isnan(values)]
    return float(counted.mean()) if counted.size else float("nan")


def checked_pair(
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
