"""What comes of one photo that was given to an encoder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray


@dataclass(frozen=True)
class UnreadableItem:
    """One photo that was left out."""

    key: int
    reason: str


def photo_vectors(vectors: FloatArray, *, mirrored: bool) -> NDArray[np.float16]:
    """What is kept of the vectors of a photo's inputs.

    vectors : (inputs, dimension), or (1, views, dimension) where one pass gives them all; where the
    photo is mirrored, the last one is of its mirror image and goes into the first one's.
    Returns (views, dimension).
    """
    if mirrored:
        whole = vectors[0] + vectors[-1]
        vectors = np.concatenate([whole[None] / np.linalg.norm(whole), vectors[1:-1]])
    return vectors.astype(np.float16).reshape(-1, vectors.shape[-1])
