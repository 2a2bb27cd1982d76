"""What a classifier is trained on, as arrays: no folder, database or window is known here."""

import hashlib
from dataclasses import dataclass

import numpy as np

from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray
from cdul_app.photos.files import PhotoFile, size_and_time


@dataclass(frozen=True)
class TrainingData:
    paths: tuple[PhotoFile, ...]  # of the photos
    pseudo_labels: FloatArray  # (n_images, n_classes) in [0, 1]; a row with NaN is not trained on
    answers: IntArray  # (n_images, n_classes) int8: -1 unobserved, 0 no, 1 yes; never move
    class_names: tuple[str, ...]
    truth: IntArray | None = None  # (n_images, n_classes) 0/1, -1 unknown; for mAP in events only

    def __post_init__(self) -> None:
        shape = (len(self.paths), len(self.class_names))
        for name in ("pseudo_labels", "answers", "truth"):
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
        labels = self.pseudo_labels[self.trainable]
        if labels.size and not (labels.min() >= 0 and labels.max() <= 1):
            raise ValueError("pseudo_labels must lie in [0, 1]")
        if not np.isin(self.answers, (UNOBSERVED, 0, 1)).all():
            raise ValueError("answers must be -1, 0 or 1")

    @property
    def trainable(self) -> BoolArray:
        """(n_images,) which photos have pseudo labels."""
        return np.asarray(np.isfinite(self.pseudo_labels).all(axis=1))

    def fingerprint(self) -> str:
        """A digest that changes when anything that training starts from changes.

        Photos count by path, size and time of change, so that a large collection is not read twice.
        """
        digest = hashlib.sha256()
        for array in (self.pseudo_labels, self.answers):
            digest.update(f"{array.shape} {array.dtype}".encode())
            digest.update(np.ascontiguousarray(array).data)
        digest.update(repr(self.class_names).encode())
        for path in self.paths:
            digest.update(repr((str(path), size_and_time(path))).encode())
        return digest.hexdigest()
