"""Arrays as blobs: little-endian, C order, the shape known from the row's context."""

import numpy as np
from numpy.typing import NDArray

# One cell that a step changed; -1 unobserved, 0 no, 1 yes.
CELL_CHANGE = np.dtype(
    [
        ("photo", "<i8"),
        ("class", "<i8"),  # -1 for a flag
        ("before", "<i1"),
        ("after", "<i1"),
        ("score", "<f4"),  # that was shown, NaN where none was
        ("earlier", "<i8"),  # the step that the answer before came from, 0 where none did
    ]
)
_NUMBER = np.dtype("<i8")
_HALF = np.dtype("<f2")
_SINGLE = np.dtype("<f4")
HALF_BYTES = _HALF.itemsize


def views_to_blob(views: NDArray[np.float16]) -> bytes:
    """(n_views, dimension) float16."""
    return np.ascontiguousarray(views, dtype=_HALF).tobytes()


def blob_to_views(blob: bytes, *, dimension: int) -> NDArray[np.float16]:
    """Returns (n_views, dimension), read-only."""
    return np.frombuffer(blob, dtype=_HALF).reshape(-1, dimension)


def scores_to_blob(scores: NDArray[np.float32]) -> bytes:
    """(n,) or (n, m) float32: scores, or an embedding of prompts."""
    return np.ascontiguousarray(scores, dtype=_SINGLE).tobytes()


def blob_to_scores(blob: bytes) -> NDArray[np.float32]:
    """Returns (n,), read-only."""
    return np.frombuffer(blob, dtype=_SINGLE)


def photos_to_blob(photos: NDArray[np.int64]) -> bytes:
    """(n,) identifiers."""
    return np.ascontiguousarray(photos, dtype=_NUMBER).tobytes()


def blob_to_photos(blob: bytes) -> NDArray[np.int64]:
    """Returns (n,), read-only."""
    return np.frombuffer(blob, dtype=_NUMBER)
