"""What the photos most like a photo are labelled, looked at part by part.

Ours.  A photo's snippet of a dog lies near other photos' dogs, whatever else these show: labels
that the encoder got wrong on one of them are outvoted by the others.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.arrays import IntArray

NEIGHBOURS = 10
# 500 photos and 15 views are compared with all of each other; beyond, a photo is compared with a
# seeded sample, so that time grows with the number of photos and not with its square.
MOST_REFERENCE_VIEWS = 10_000
_COSINES_AT_ONCE = 8_000_000  # 32 MB


@dataclass(frozen=True, eq=False)
class ReferencePhotos:
    """Those that others are compared with.

    >>> views = np.zeros((100, 10, 512), dtype=np.float16)
    >>> ReferencePhotos(views, np.zeros((100, 20), dtype=np.float32)).neighbours
    5
    """

    views: NDArray[np.float16]  # (n_reference, 1 + n_snippets, dim), row 0 the whole photo
    labels: NDArray[np.float32]  # (n_reference, n_classes) in [0, 1], initial pseudo labels

    @property
    def neighbours(self) -> int:
        """How many of them a view asks: 10, fewer in a small collection, where the tenth nearest
        is no longer near."""
        return int(np.clip(round(np.sqrt(len(self.views)) / 2), 1, NEIGHBOURS))

    @cached_property
    def centre(self) -> NDArray[np.float32]:
        """(dim,) mean of all their views: an encoder's vectors share most of their direction."""
        return np.asarray(self.views.mean(axis=(0, 1), dtype=np.float32))

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """(n_views * n_reference, dim) unit, from the centre; the first views of all, and so on."""
        return _directions(self.views.swapaxes(0, 1), self.centre).reshape(-1, self.views.shape[2])


def most_reference_photos(view_count: int) -> int:
    """view_count : of each photo.

    >>> most_reference_photos(10)
    1000
    """
    return max(1, MOST_REFERENCE_VIEWS // view_count)


def neighbour_labels(
    views: NDArray[np.float16], reference: ReferencePhotos, *, own: IntArray | None = None
) -> NDArray[np.float32]:
    """Labels as the reference photos give them: those nearest to the whole photo and those nearest
    to each snippet, joined as similarities are (CDUL eq. 5-7 with zeta 0).

    A reference photo is as near to a view as the nearest of its own views is.

    views : (n_photos, 1 + n_snippets, dim); own : (n_photos,) each photo's row in `reference`, -1
    for one that is not in it: no photo asks itself.
    Returns (n_photos, n_classes) in [0, 1].  Raises ValueError where a photo has no other to ask.

    >>> views = np.eye(4, dtype=np.float16)[[0, 0, 3]][:, None].repeat(2, axis=1)
    >>> reference = ReferencePhotos(views, np.array([[0.2], [0.8], [0.1]], dtype=np.float32))
    >>> neighbour_labels(views[:1], reference, own=np.array([0]))
    array([[0.8]], dtype=float32)
    """
    count = len(reference.views)
    if count < (1 if own is None or (np.asarray(own) < 0).all() else 2):
        raise ValueError("neighbours need another photo")
    asked, view_count = min(reference.neighbours, max(1, count - 1)), views.shape[1]
    size = max(1, _COSINES_AT_ONCE // (view_count * len(reference.directions)))
    found = np.empty((len(views), reference.labels.shape[1]), dtype=np.float32)
    for start in range(0, len(views), size):
        block = slice(start, min(start + size, len(views)))
        directions = _directions(views[block], reference.centre)
        cosines = directions.reshape(-1, views.shape[2]) @ reference.directions.T
        nearness = cosines.reshape(len(directions), view_count, -1, count).max(axis=2)
        if own is not None:
            itself = np.asarray(own)[block]
            known = np.flatnonzero(itself >= 0)
            nearness[known, :, itself[known]] = -np.inf
        nearest = np.argpartition(nearness, count - asked, axis=-1)[..., count - asked :]
        labels = reference.labels[nearest].mean(axis=2)  # (n_block, n_views, n_classes)
        snippets = labels[:, 1:] if view_count > 1 else labels
        found[block] = combine_global_local(labels[:, 0], snippets.max(axis=1))
    return found


def _directions(views: NDArray[np.float16], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., dim) unit vectors from the centre to the views."""
    moved = views.astype(np.float32) - centre
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(length, np.float32(1e-12)))
