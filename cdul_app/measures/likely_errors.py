"""Likely label errors: labels that a trained classifier believes least."""

import numpy as np

from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray, as_floats

# Weight of the worst label; the best of 0.6-1.0 in the source's own comparison.
WORST_LABEL_WEIGHT = 0.8


def label_doubt(
    labels: BoolArray | IntArray, predictions: FloatArray, answers: IntArray | None = None
) -> FloatArray:
    """How little a prediction believes each label, in [0, 1]: 1 - self-confidence.

    labels : (n_images, n_classes) 0/1, as shown; predictions : the same shape, probability that
    the class is there, NaN where there is none; answers : the same shape, -1 unobserved; a label
    that a person has answered is not in doubt (0).
    Returns the same shape, NaN where there is no prediction.
    Raises ValueError for shapes that differ or predictions outside [0, 1].
    Source: A. Thyagarajan et al., "Identifying incorrect annotations in multi-label classification
    data", arXiv 2211.13895, section 3 (cleanlab's `multilabel_classification`).

    >>> label_doubt(np.array([[1, 0]]), np.array([[0.3, 0.2]])).round(2)
    array([[0.7, 0.2]])
    """
    given, predicted = np.asarray(labels).astype(bool), as_floats(predictions)
    if given.shape != predicted.shape:
        raise ValueError(f"shapes differ: labels {given.shape}, predictions {predicted.shape}")
    with np.errstate(invalid="ignore"):
        if (predicted < 0).any() or (predicted > 1).any():
            raise ValueError("predictions must lie in [0, 1]")
    doubt = np.where(given, 1 - predicted, predicted)
    if answers is None:
        return doubt
    return np.where(np.asarray(answers) == UNOBSERVED, doubt, 0)


def photo_doubt(doubt: FloatArray, *, weight: float = WORST_LABEL_WEIGHT) -> FloatArray:
    """One figure a photo: its labels' doubts averaged from the least to the worst, each new one
    counting `weight` and what came before 1 - `weight`.

    doubt : (n_images, n_classes) in [0, 1], NaN is left out.  Returns (n_images,) in [0, 1], NaN
    where a photo has none at all.  Raises ValueError for weight outside (0, 1].
    Source: as `label_doubt`, its exponential moving average over sorted scores.

    Measured (average precision for "this label is wrong" over all labels; the order by closeness
    to the threshold in brackets): 500 VOC photos 69.8 (25.1), five demo seeds 48.5 (34.3); wrong
    labels on the first tenth of the photos: 4.3 (2.5) and 3.4 (2.5).

    >>> photo_doubt(np.array([[0.7, 0.2], [0.2, 0.2]])).round(2)
    array([0.6, 0.2])
    """
    if not 0 < weight <= 1:
        raise ValueError(f"weight must lie in (0, 1], got {weight}")
    values = as_floats(doubt)
    if values.ndim != 2:
        raise ValueError(f"doubt must be (n_images, n_classes), got {values.shape}")
    missing = np.isnan(values)
    ordered = np.sort(np.where(missing, 0, values), axis=1)
    later = np.arange(values.shape[1] - 1, -1, -1)  # how many labels are averaged in after each
    # The average begins at the least label, as if one more had come before it; a missing one is a
    # 0 before all others, which adds nothing.
    least = np.fmin.reduce(values, axis=1, initial=np.nan)
    began = (1 - weight) ** (~missing).sum(axis=1) * least
    return np.asarray(ordered @ (weight * (1 - weight) ** later).astype(values.dtype) + began)
