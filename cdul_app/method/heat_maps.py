"""Where in a photo a class scores high: snippet scores spread over the photo's area."""

from collections.abc import Sequence

import numpy as np

from cdul_app.method.arrays import FloatArray, as_floats
from cdul_app.method.view_plans import ViewBox

HEAT_MAP_SIZE = 48  # cells a side: finer than any snippet, coarse enough to be painted at once


def heat_map(
    boxes: Sequence[ViewBox], scores: FloatArray, *, size: int = HEAT_MAP_SIZE
) -> FloatArray:
    """The weighted mean, at each cell, of the snippets around it (ours).

    A snippet weighs most at its centre and nothing one snippet's size away from it; between the
    snippets of one plain grid this is bilinear interpolation.  Overlapping snippets, and those of
    several grids, are averaged, which shows finer detail.

    boxes : of the snippets, as fractions of the photo; scores : (n_snippets,), in [0, 1].
    Returns (size, size), rows from the top, in [min(scores), max(scores)].
    Raises ValueError for no snippet, other lengths, or scores that are not finite.

    >>> left, right = ViewBox(0, 0, 0.5, 1), ViewBox(0.5, 0, 1, 1)
    >>> heat_map([left, right], np.array([0.8, 0.2]), size=4)[0].round(2)
    array([0.8 , 0.65, 0.35, 0.2 ])
    """
    values = as_floats(scores)
    if values.ndim != 1 or not len(values) or len(values) != len(boxes):
        raise ValueError(f"{len(boxes)} boxes and scores of shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite")
    edges = np.array(
        [[float(b.left), float(b.top), float(b.right), float(b.bottom)] for b in boxes]
    )
    centres = (np.arange(size) + 0.5) / size  # of the cells
    across = _nearness(centres, edges[:, 0], edges[:, 2])  # (n_snippets, size)
    down = _nearness(centres, edges[:, 1], edges[:, 3])
    total = np.einsum("sr,sc->rc", down, across)
    weighted = np.einsum("s,sr,sc->rc", values, down, across)
    return np.asarray(np.clip(weighted / total, values.min(), values.max()))


def _nearness(cells: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """(n_snippets, n_cells): 1 at the middle of a snippet, 0 its size away; beyond the middle of
    one at the photo's edge there is nothing else, so that a little is left everywhere."""
    middle, width = (low + high) / 2, high - low
    distance = np.abs(cells[None, :] - middle[:, None]) / width[:, None]
    return np.asarray(np.maximum(1 - distance, 1e-6))
