"""A trained classifier in Python, without its project."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cdul_app.api.run_names import place_of
from cdul_app.api.tables import Table, table_of
from cdul_app.measures.reviews import predicted_classes
from cdul_app.paths import absolute_path

if TYPE_CHECKING:
    from PIL import Image

    from cdul_app.models.classifier.classifier_files import Classifier as StoredClassifier
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.photos.photo_request import PhotoSource

Photo: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO | Image.Image"


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a classifier says of some photos, in the order they were given.

    Attributes:
        photos: the path of each, or “#3” for the fourth where it was given as bytes or an image.
        class_names: of the classifier.
        scores: (n_photos, n_classes) float32 in [0, 1]; NaN for a photo that cannot be read.
        thresholds: (n_classes,); a score that reaches it is a label.
        unreadable: by place, why a photo was left out.
    """

    photos: tuple[str, ...]
    class_names: tuple[str, ...]
    scores: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    unreadable: dict[int, str]

    @property
    def labels(self) -> list[list[str] | None]:
        """The classes in each photo; None for one that cannot be read."""
        present = predicted_classes(self.scores, self.thresholds)
        return [
            None
            if place in self.unreadable
            else [name for name, is_there in zip(self.class_names, row, strict=True) if is_there]
            for place, row in enumerate(present)
        ]

    def table(self) -> Table:
        """The scores as a pandas DataFrame, without pandas as a structured array."""
        return table_of(self.photos, self.class_names, self.scores)


class Classifier:
    """Labels photos by itself; made by `Classifier.load`."""

    def __init__(self, stored: "StoredClassifier | OnnxClassifier") -> None:
        self._stored = stored

    @classmethod
    def load(cls, place: str | os.PathLike[str], *, device: str = "auto") -> Self:
        """Read a classifier.

        Args:
            place: its folder (of a run, or one that was exported) or one of its files, also one
                in ONNX; or the name of a run of a project that is open here, such as “run-0002”.
            device: “auto”, “cpu”, “cuda” or “mps”; ONNX runs on the CPU.

        Raises:
            ClassifierError: there is none, or its files are damaged or of different runs.
        """
        from cdul_app.tasks.classifier_scores import load_any_classifier

        return cls(load_any_classifier(place_of(place), device=device))

    @property
    def class_names(self) -> tuple[str, ...]:
        return self._stored.class_names

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,) in [0, 1], those of the project when it was trained, or exported."""
        return self._stored.thresholds

    def predict(self, photos: Sequence[Photo]) -> Predictions:
        """Label photos.

        Args:
            photos: paths, the bytes of a file, files opened for reading in binary, or Pillow
                images, also mixed.

        Raises:
            TypeError: something else was given.
            UserError: the encoder that the classifier was trained with is not here any more.
        """
        from cdul_app.tasks.classifier_scores import score_photos

        if isinstance(photos, str | bytes | os.PathLike):
            raise TypeError("predict takes a list of photos: [photo]")
        sources = [_source(photo) for photo in photos]
        scores = np.full((len(sources), len(self.class_names)), np.nan, dtype=np.float32)
        unreadable: dict[int, str] = {}
        if sources:
            with closing(score_photos(self._stored, sources, encoder=self._encoder)) as items:
                for place, found in items:
                    if isinstance(found, str):
                        unreadable[place] = found
                    else:
                        scores[place] = found
        names = tuple(
            os.fspath(photo) if isinstance(photo, str | os.PathLike) else f"#{place}"
            for place, photo in enumerate(photos)
        )
        return Predictions(names, self.class_names, scores, self.thresholds, unreadable)

    @cached_property
    def _encoder(self) -> "Encoder | None":
        """Loaded once; None where the classifier reads photos itself."""
        from cdul_app.models.classifier.onnx_classifier import OnnxClassifier
        from cdul_app.tasks.feature_scores import load_encoder_of

        if isinstance(self._stored, OnnxClassifier) or not self._stored.reads_features:
            return None
        return load_encoder_of(self._stored)


def _source(photo: Photo) -> "PhotoSource":
    from PIL import Image

    if isinstance(photo, str | os.PathLike):
        return absolute_path(Path(photo))
    if isinstance(photo, bytes | Image.Image):
        return photo
    if hasattr(photo, "read"):
        return photo
    raise TypeError(
        f"a photo is a path, bytes, a file or a Pillow image, not {type(photo).__name__}"
    )
