"""Why a photo got its scores: those of the whole photo and of each snippet."""

from dataclasses import dataclass

from cdul_app.core.arrays import FloatArray
from cdul_app.core.similarity import class_similarities, view_cosines
from cdul_app.core.snippets import SnippetGrid


@dataclass(frozen=True)
class PhotoEvidence:
    grid: SnippetGrid
    global_similarity: FloatArray  # (n_classes,), sums to 1
    local_similarities: FloatArray  # (n_snippets, n_classes), row by row of the grid
    encoder: str  # the identifier the encoder was loaded by


def view_similarities(
    views: FloatArray, class_embeddings: FloatArray, *, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Scores of the whole photo and of its snippets, from stored embeddings (CDUL eq. 1-4).

    views : (..., 1 + n_snippets, dimension), the whole photo first; class_embeddings : (n_classes,
    dimension) unit.  Returns global (..., n_classes) and local (..., n_snippets, n_classes).
    """
    similarities = class_similarities(
        view_cosines(views, class_embeddings), temperature=temperature
    )  # (..., 1 + n_snippets, n_classes)
    return similarities[..., 0, :], similarities[..., 1:, :]
