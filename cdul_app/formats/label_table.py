"""Labels as they leave the project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.reviews import UNOBSERVED


@dataclass(frozen=True)
class LabelTable:
    """Labels of photos, with what they were decided from."""

    paths: tuple[str, ...]  # relative to the folder
    class_names: tuple[str, ...]
    labels: NDArray[np.bool_]  # (n_photos, n_classes), what is exported as yes
    scores: NDArray[np.float32]  # (n_photos, n_classes), in [0, 1], NaN where not scored
    answers: NDArray[np.int8]  # (n_photos, n_classes), -1 unobserved, 0 no, 1 yes
    thresholds: NDArray[np.float32]  # (n_classes,)
    provenance: Mapping[str, object]
    threshold_origins: tuple[str, ...] = ()  # of each class; empty where it is not known
    # Of each label the snippet that spoke for it most: (n_photos, n_classes), -1 where none is
    # known, and the boxes that it counts, (left, top, right, bottom) as fractions of the photo.
    snippets: NDArray[np.int16] | None = None
    snippet_boxes: tuple[tuple[float, float, float, float], ...] = ()
    # Of answers, by (row, column): when they were given and what was shown.
    answered: Mapping[tuple[int, int], Mapping[str, object]] = field(default_factory=dict)
    folder: Path = Path()  # that the paths are relative to
    sizes: NDArray[np.int32] | None = None  # (n_photos, 2), width and height, 0 where not known
    splits: tuple[str, ...] = ()  # of each photo; empty where all are one
    card: str = ""  # Markdown on what this is, for a README.md beside it

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n_photos, n_classes) whether a label is decided: answered, or scored."""
        return np.asarray((self.answers != UNOBSERVED) | ~np.isnan(self.scores))

    def names(self, row: int) -> list[str]:
        """The labels of a photo."""
        return [self.class_names[column] for column in np.flatnonzero(self.labels[row])]

    def split(self, row: int) -> str:
        """The part that a photo belongs to; “train” where all are one."""
        return self.splits[row] if self.splits else "train"
