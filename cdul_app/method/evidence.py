"""Why a photo got its scores: those of the whole photo and of each snippet."""

from dataclasses import dataclass

from cdul_app.method.arrays import FloatArray
from cdul_app.method.similarity import class_similarities, view_cosines
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewBox, ViewPlan


@dataclass(frozen=True)
class PhotoEvidence:
    plan: ViewPlan
    global_similarity: FloatArray  # (n_classes,), sums to 1
    snippet_similarities: FloatArray  # (n_snippets, n_classes), in the order of `boxes`
    encoder: str  # the identifier the encoder was loaded by

    @property
    def boxes(self) -> tuple[ViewBox, ...]:
        """Of every snippet that was scored, as fractions of the photo."""
        return self.plan.boxes

    @property
    def grid(self) -> SnippetGrid:
        """The finest plain grid: its snippets lie side by side, so they can be shown at once."""
        return self.plan.finest_grid

    @property
    def local_similarities(self) -> FloatArray:
        """(grid.snippet_count, n_classes), those of `grid`, row by row."""
        return self.snippet_similarities[self.plan.finest_snippets]


def view_similarities(
    views: FloatArray,
    class_embeddings: FloatArray,
    *,
    temperature: float,
) -> tuple[FloatArray, FloatArray]:
    """Scores of the whole photo and of its snippets, from stored embeddings (CDUL eq. 1-4).

    views : (..., 1 + n_snippets, dimension), the whole photo first; class_embeddings : (n_classes,
    dimension) unit.
    Returns global (..., n_classes) and local (..., n_snippets, n_classes).
    Raises ValueError as `class_similarities`.

    >>> import numpy as np
    >>> views = np.array([[0.8, 0.6], [1, 0], [0.6, 0.8]])  # the photo and two snippets
    >>> whole, snippets = view_similarities(views, np.eye(2), temperature=0.1)
    >>> whole.round(2), snippets.round(2)[:, 0]
    (array([0.88, 0.12], dtype=float32), array([1.  , 0.12], dtype=float32))
    """
    similarities = class_similarities(
        view_cosines(views, class_embeddings), temperature=temperature
    )  # (..., 1 + n_snippets, n_classes)
    return similarities[..., 0, :], similarities[..., 1:, :]
