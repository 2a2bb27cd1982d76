"""The snippets of a collection that look most like a class."""

from dataclasses import dataclass

import numpy as np

from cdul_app.method.arrays import FloatArray, IntArray
from cdul_app.method.view_plans import ViewBox


@dataclass(frozen=True)
class TopSnippet:
    photo_id: int
    snippet: int  # index into the boxes of the plan
    box: ViewBox
    score: float  # local similarity, in [0, 1]


def best_snippet_of_each(local: FloatArray) -> tuple[IntArray, FloatArray]:
    """One snippet a photo, so that no photo fills the list by itself.

    local : (n_images, n_snippets), in [0, 1].  Returns indices and scores, (n_images,) each.
    Raises ValueError for no snippet.
    """
    if local.ndim != 2 or not local.shape[1]:
        raise ValueError(f"local similarities must be (n_images, n_snippets), got {local.shape}")
    best = local.argmax(axis=1)
    return best, np.asarray(local[np.arange(len(local)), best])
