"""What a classifier is trained on, as arrays: no folder, database or window is known here."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ClassifierError
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray

_SAMPLED_ROWS = 512


@dataclass(frozen=True)
class FeatureInputs:
    """Stored embeddings, for the feature head."""

    views: NDArray[np.float16]  # (n_images, 1 + n_snippets, dim), row 0 the whole photo, unit norm

    def __len__(self) -> int:
        return len(self.views)


@dataclass(frozen=True)
class PhotoInputs:
    """Files, for a classifier that reads photos."""

    paths: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True)
class TrainingData:
    inputs: FeatureInputs | PhotoInputs
    pseudo_labels: FloatArray  # (n_images, n_classes) in [0, 1]; a row with NaN is not trained on
    answers: IntArray  # (n_images, n_classes) int8: -1 unobserved, 0 no, 1 yes; never move
    class_names: tuple[str, ...]
    class_embeddings: FloatArray | None = None  # (n_classes, dim), unit norm
    temperature: float | None = None  # of the encoder; with class_embeddings, or neither
    truth: IntArray | None = None  # (n_images, n_classes) 0/1, -1 unknown; for mAP in events only

    def __post_init__(self) -> None:
        shape = (len(self.inputs), len(self.class_names))
        for name in ("pseudo_labels", "answers", "truth"):
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
        labels = self.pseudo_labels[self.trainable]
        if labels.size and not (labels.min() >= 0 and labels.max() <= 1):
            raise ValueError("pseudo_labels must lie in [0, 1]")
        if not np.isin(self.answers, (UNOBSERVED, 0, 1)).all():
            raise ValueError("answers must be -1, 0 or 1")
        if isinstance(self.inputs, FeatureInputs):
            self._check_features(self.inputs)

    def _check_features(self, inputs: FeatureInputs) -> None:
        if inputs.views.ndim != 3 or inputs.views.shape[1] < 1:
            raise ValueError(f"views must be (n_images, n_views, dim), got {inputs.views.shape}")
        if self.class_embeddings is None:
            return
        expected = (len(self.class_names), inputs.views.shape[2])
        if self.class_embeddings.shape != expected:
            raise ClassifierError(
                f"The class embeddings have shape {self.class_embeddings.shape}, the photos' "
                f"embeddings need {expected}: score the photos again with one encoder, then train."
            )

    @property
    def trainable(self) -> BoolArray:
        """(n_images,) which photos have pseudo labels."""
        return np.asarray(np.isfinite(self.pseudo_labels).all(axis=1))

    def fingerprint(self) -> str:
        """A digest that changes when anything that training starts from changes.

        Embeddings count by their shape and an even sample of 512 photos, files by path, size and
        time of change, so that a large collection is not read twice.
        """
        digest = hashlib.sha256()
        for array in (self.pseudo_labels, self.answers, self.class_embeddings):
            if array is not None:
                digest.update(f"{array.shape} {array.dtype}".encode())
                digest.update(np.ascontiguousarray(array).data)
        digest.update(repr((self.class_names, self.temperature)).encode())
        if isinstance(self.inputs, FeatureInputs):
            views = self.inputs.views
            digest.update(f"{views.shape} {views.dtype}".encode())
            count = min(_SAMPLED_ROWS, len(views))
            for row in np.linspace(0, max(0, len(views) - 1), count).astype(np.int64):
                digest.update(np.ascontiguousarray(views[row]).data)
        else:
            for path in self.inputs.paths:
                digest.update(repr((str(path), _size_and_time(path))).encode())
        return digest.hexdigest()


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
