"""What an encoder gave for one photo; known without torch, for it may come from a cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class EmbeddedPhoto:
    """One photo's embeddings."""

    key: int  # as it was given
    # (1 + snippets, dimension), unit norm; row 0 is the whole photo, where the plan is mirrored the
    # mean of it and its mirror image.
    views: NDArray[np.float16]
    width: int  # pixels of the upright photo in its file
    height: int
    note: str = ""  # where its file lacks something
