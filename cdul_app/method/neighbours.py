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
from cdul_app.method.half_vectors import widened

NEIGHBOURS = 10
# 500 photos and 15 views are compared with all of each other; beyond, a photo is compared with a
# seeded sample, so that time grows with the number of photos and not with its square.
MOST_REFERENCE_VIEWS = 10_000
# With such a sample, views are compared along so many of the directions in which its views vary
# most: half the time.  On 500 VOC photos 128 of 512 give nearly the same labels (correlation
# 0.9997): mAP of the mix of both voices changes by 0.0 [-0.2, 0.2], that of photos it was not
# taught on by -0.2 with 3x3 views and by 0.0 with `best`.
MOST_AXES = 128
_COSINES_AT_ONCE = 640_000  # 2.5 MB


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
    def axes(self) -> NDArray[np.float32] | None:
        """(dim, MOST_AXES) orthonormal; None where all numbers are compared: there are no more, or
        the photos are so few that they are all here."""
        _, view_count, dim = self.views.shape
        if dim <= MOST_AXES or len(self.views) < most_reference_photos(view_count):
            return None
        directions = _directions(self.views, self.centre).reshape(-1, self.views.shape[2])
        _, found = np.linalg.eigh(directions.T @ directions)  # by rising eigenvalue
        return np.ascontiguousarray(found[:, -MOST_AXES:])

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """(n_views * n_reference, n_axes), the first views of all, then the second ones, ..."""
        found = self.directions_of(self.views)
        return found.swapaxes(0, 1).reshape(-1, found.shape[2])

    def directions_of(self, views: NDArray[np.float16]) -> NDArray[np.float32]:
        """(..., n_axes) of views (..., dim): unit vectors from the centre, along the axes."""
        found = _directions(views, self.centre)
        return found if self.axes is None else np.asarray(found @ self.axes)


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
    size = max(1, _COSINES_AT_ONCE // (view_count * count))
    *further, first = reference.directions.reshape(-1, count, reference.directions.shape[1])
    found = np.empty((len(views), reference.labels.shape[1]), dtype=np.float32)
    for start in range(0, len(views), size):
        block = slice(start, min(start + size, len(views)))
        directions = reference.directions_of(views[block])
        asking = directions.reshape(-1, directions.shape[2])
        cosines = asking @ first.T
        for of_others in further:
            np.maximum(cosines, asking @ of_others.T, out=cosines)
        nearness = cosines.reshape(len(directions), view_count, count)
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
    moved = widened(views)
    moved -= centre
    moved /= np.maximum(np.sqrt(np.vecdot(moved, moved)), np.float32(1e-12))[..., None]
    return moved
