"""From cosines to similarities (CDUL eq. 1-4)."""

from collections.abc import Sequence

import numpy as np

from cdul_app.method.arrays import FloatArray, as_floats
from cdul_app.method.half_vectors import widened

# Ours: softer scores rank photos better, sharp ones are better targets.  mAP of 1, 1.5, 2 and 3
# times the encoder's temperature: RN50x64 on 2,858 VOC photos 88.5, 89.2, 89.7, 90.1; photo-clip
# on 500 photos 57.8, 57.8, 57.9, 57.4; the demo's encoder on six sets of scenes 73.4, 73.7, 74.1,
# 73.5.
RANKING_SOFTENING = 2.0

# Ours: thresholds cut softer scores better where classes separate, and ruin labels where they do
# not.  Macro-F1 / OF1 at automatic thresholds, at the encoder's temperature and at 5 times that:
# RN50x64 on 2,858 VOC photos 81.7 / 77.8 and 83.5 / 83.3, photo-clip on 500 photos 44.0 / 66.7
# and 37.4 / 41.8 (tests.benchmarks.bench_cuts).
LABEL_SOFTENING = 5.0


def class_similarities(cosines: FloatArray, *, temperature: float) -> FloatArray:
    """Softmax over classes of `cosines / temperature` (CDUL eq. 2 and 4).

    cosines : (..., n_classes), in [-1, 1]; temperature : > 0, for CLIP `1 / logit_scale.exp()`,
    about 0.01.
    Returns (..., n_classes), in [0, 1]; the last axis sums to 1.
    Raises ValueError for an empty class axis, a temperature that is not positive, or values that
    are not finite.

    >>> class_similarities(np.array([0.26, 0.25, 0.20]), temperature=0.01).round(2)
    array([0.73, 0.27, 0.  ])
    """
    values = as_floats(cosines)
    if values.ndim == 0 or not values.shape[-1]:
        raise ValueError("class_similarities needs at least one class")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature must be positive, got {temperature}")
    if not np.isfinite(values).all():
        raise ValueError("cosines must be finite")
    found = values / temperature
    found -= found.max(axis=-1, keepdims=True)
    np.exp(found, out=found)
    found /= found.sum(axis=-1, keepdims=True)
    return found


def view_cosines(view_embeddings: FloatArray, class_embeddings: FloatArray) -> FloatArray:
    """Cosines between unit views (..., dim) and unit class embeddings (n_classes, dim).

    Returns (..., n_classes) float32 in [-1, 1] up to rounding.  Views stored as float16 are
    normalised again, since rounding moves their length by some 1e-4.

    >>> view_cosines(np.array([[0.6, 0.8]]), np.array([[1, 0], [0, 1]])).round(2)
    array([[0.6, 0.8]], dtype=float32)
    """
    if view_embeddings.dtype == np.float16:
        views = widened(view_embeddings)
    else:
        views = np.asarray(view_embeddings, dtype=np.float32)
    lengths = np.sqrt(np.vecdot(views, views))[..., None]
    # One product: of a stack numpy makes one a photo, and scoring for 200 classes took four times
    # as long (tests.benchmarks.bench_again).
    flat = views.reshape(-1, views.shape[-1]) @ np.asarray(class_embeddings, dtype=np.float32).T
    products = flat.reshape(*views.shape[:-1], -1)
    products /= np.maximum(lengths, np.float32(1e-12))  # fewer numbers than the views have
    return np.asarray(products)


def mean_direction(vectors: Sequence[FloatArray]) -> FloatArray:
    """One unit vector (dim,) of several texts of a class: the mean of theirs, made as long again.

    >>> mean_direction([np.array([1.0, 0.0]), np.array([0.0, 1.0])]).round(2)
    array([0.71, 0.71])
    """
    mean = np.mean(vectors, axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12))
