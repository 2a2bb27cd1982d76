"""Why a photo got its scores: those of the whole photo and of each snippet."""

from dataclasses import dataclass

from cdul_app.core.arrays import FloatArray
from cdul_app.core.similarity import class_similarities, view_cosines
from cdul_app.core.snippets import SnippetGrid
from cdul_app.core.view_plans import ViewBox, ViewPlan


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
