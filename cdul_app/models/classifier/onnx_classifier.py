"""A classifier that left as ONNX, read without torch and without its encoder."""

import importlib.util
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ClassifierError
from cdul_app.input_files import open_input
from cdul_app.language import tr
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.photo_request import PhotoSource, Size
from cdul_app.photos.unreadable import NO_MEMORY, UnreadablePhoto

ONNX_NAME, CARD_NAME = "classifier.onnx", "classifier.json"
CARD_KEY = "cdul_app"  # of the graph's metadata
INPUT, OUTPUT = "pixels", "scores"
_READERS, _READ_AHEAD = 2, 4

Prediction = tuple[int, NDArray[np.float32] | str]  # which photo, and its scores or why none


@dataclass(frozen=True, eq=False)
class OnnxClassifier:
    """One graph for any photo."""

    class_names: tuple[str, ...]
    thresholds: NDArray[np.float32]  # (n_classes,) in [0, 1]
    smallest_photo: Size  # how many pixels a photo needs, as `read_photo` has it
    session: Any  # an onnxruntime.InferenceSession

    def predict(self, photos: Sequence[PhotoSource]) -> Generator[Prediction, None, None]:
        """Scores of photos, in their order; close it to cancel.

        Yields (index in `photos`, (n_classes,) float32 in [0, 1]), or the reason in place of
        scores.
        """
        items = read_ahead(self._pixels, photos, threads=_READERS, ahead=_READ_AHEAD)
        with closing(items):
            for index, pixels in enumerate(items):
                yield index, pixels if isinstance(pixels, str) else self.scores(pixels[None])[0]

    def scores(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """pixels : (n, h, w, 3) of upright photos of one size.  Returns (n, n_classes)."""
        (found,) = self.session.run([OUTPUT], {INPUT: pixels})
        return np.asarray(found)

    def _pixels(self, photo: PhotoSource) -> NDArray[np.uint8] | str:
        try:
            return np.asarray(decode_photo(photo, smallest=self.smallest_photo))
        except UnreadablePhoto as reason:
            return str(reason)
        except MemoryError:
            return NO_MEMORY


def can_write_onnx() -> bool:
    """Whether the packages are here that `write_onnx` needs."""
    return all(importlib.util.find_spec(name) for name in ("onnxruntime", "onnxscript"))


def onnx_file_of(place: Path) -> Path | None:
    """The ONNX file that `place` is, or that is all that its folder has of a classifier."""
    if place.is_dir():
        file = place / ONNX_NAME
        return file if file.is_file() and not (place / CARD_NAME).exists() else None
    return place if place.suffix.lower() == ".onnx" else None


def load_onnx_classifier(file: Path) -> OnnxClassifier:
    """Read what `write_onnx` has written.

    Raises ClassifierError where the file is absent, damaged or of something else, and where
    onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ClassifierError(
            tr(
                "A classifier in ONNX needs a package that is not installed: pip install "
                "onnxruntime, then try again."
            )
        ) from error
    try:
        with open_input(file):
            pass  # a regular file
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        card = json.loads(session.get_modelmeta().custom_metadata_map[CARD_KEY])
        names = tuple(str(name) for name in card["class_names"])
        thresholds = np.array(card["thresholds"], dtype=np.float32)
        width, height = (int(length) for length in card["smallest_photo"])
        shapes = [each.shape for each in (*session.get_inputs(), *session.get_outputs())]
        if (
            thresholds.shape != (len(names),)
            or not ((thresholds >= 0) & (thresholds <= 1)).all()
            or min(width, height) < 1
            or shapes != [["photos", "height", "width", 3], ["photos", len(names)]]
        ):
            raise ValueError("the card and the graph do not fit together")
    except FileNotFoundError as error:
        raise ClassifierError(
            tr("There is no classifier {file}: check its name.", file=file)
        ) from error
    except Exception as error:  # onnxruntime has errors of its own, of no common kind
        raise ClassifierError(
            tr(
                "{file} is not a classifier that this app has written as ONNX, or is damaged: "
                "export it again.",
                file=file,
            )
        ) from error
    return OnnxClassifier(names, thresholds, (width, height), session)
