"""Joining snippet scores with the score of the whole photo (CDUL section 3.1)."""

import numpy as np

from cdul_app.method.arrays import FloatArray, as_floats


def aggregate_local(local_similarities: FloatArray, *, zeta: float) -> FloatArray:
    """Reduce snippet similarities to one score per class (CDUL eq. 5-6).

    Per class, the maximum over snippets where it reaches `zeta`, else the minimum; zeta 0 is
    always the maximum.

    local_similarities : (n_snippets, n_classes) or (n_images, n_snippets, n_classes), each row
    sums to 1.
    Returns (n_classes,) or (n_images, n_classes), in [0, 1].
    Raises ValueError for an empty snippet axis or zeta outside [0, 1].

    >>> aggregate_local(np.array([[0.8, 0.2], [0.6, 0.4]]), zeta=0.5)
    array([0.8, 0.2])
    """
    values = as_floats(local_similarities)
    if values.ndim not in (2, 3):
        raise ValueError(f"local_similarities must have 2 or 3 axes, got {values.ndim}")
    if values.shape[-2] == 0:
        raise ValueError("local_similarities has no snippets")
    return aggregate_extremes(values.max(axis=-2), values.min(axis=-2), zeta=zeta)


def aggregate_extremes(
    local_maximum: FloatArray,
    local_minimum: FloatArray,
    *,
    zeta: float,
    seen: FloatArray | None = None,
) -> FloatArray:
    """`aggregate_local` from the extremes over snippets, which is all it depends on.

    Both (..., n_classes), in [0, 1].  seen : the same shape, what is compared with zeta, for
    extremes on another scale (default the maximum).  Returns the same shape.
    Raises ValueError for zeta outside [0, 1] or shapes that differ.
    """
    if not 0 <= zeta <= 1:
        raise ValueError(f"zeta must lie in [0, 1], got {zeta}")
    maximum, minimum = as_floats(local_maximum), as_floats(local_minimum)
    compared = maximum if seen is None else as_floats(seen)
    if not maximum.shape == minimum.shape == compared.shape:
        raise ValueError(f"shapes differ: {maximum.shape}, {minimum.shape}, {compared.shape}")
    return np.where(compared >= zeta, maximum, minimum)


def combine_global_local(
    global_similarity: FloatArray, aggregated_similarity: FloatArray
) -> FloatArray:
    """Initial pseudo labels: the mean of both scores (CDUL eq. 7).

    Both (n_classes,) or (n_images, n_classes), in [0, 1].  Returns the same shape, in [0, 1].
    Raises ValueError for shapes that differ.

    >>> combine_global_local(np.array([0.6, 0.4]), np.array([0.8, 0.2])).round(2)
    array([0.7, 0.3])
    """
    whole, local = as_floats(global_similarity), as_floats(aggregated_similarity)
    if whole.shape != local.shape:
        raise ValueError(f"shapes differ: {whole.shape} and {local.shape}")
    return (whole + local) / 2
