"""Why a photo got its scores: those of the whole photo and of each snippet."""

from dataclasses import dataclass

import numpy as np

from cdul_app.core.arrays import FloatArray
from cdul_app.core.similarity import class_similarities, view_cosines
from cdul_app.core.snippets import SnippetGrid


@dataclass(frozen=True)
class PhotoEvidence:
    grid: SnippetGrid
    global_similarity: FloatArray  # (n_classes,), sums to 1, to less beside background words
    local_similarities: FloatArray  # (n_snippets, n_classes), row by row of the grid
    encoder: str  # the identifier the encoder was loaded by


def view_similarities(
    views: FloatArray,
    class_embeddings: FloatArray,
    *,
    temperature: float,
    background_embeddings: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Scores of the whole photo and of its snippets, from stored embeddings (CDUL eq. 1-4).

    views : (..., 1 + n_snippets, dimension), the whole photo first; class_embeddings : (n_classes,
    dimension) unit; background_embeddings : (n_words, dimension) unit, see class_similarities.
    Returns global (..., n_classes) and local (..., n_snippets, n_classes).
    """
    texts, words = class_embeddings, 0
    if background_embeddings is not None:
        texts, words = np.concatenate([texts, background_embeddings]), len(background_embeddings)
    similarities = class_similarities(
        view_cosines(views, texts), temperature=temperature, background=words
    )  # (..., 1 + n_snippets, n_classes)
    return similarities[..., 0, :], similarities[..., 1:, :]
