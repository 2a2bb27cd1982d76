"""A classifier that reads photos as one ONNX graph, from squashed pixels to scores."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cdul_app.errors import ClassifierError
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.prediction import sigmoid_scores
from cdul_app.photos.unreadable import UnreadablePhoto

ONNX_NAME = "classifier.onnx"
CARD_KEY = "cdul_app"  # of the graph's metadata
TOLERANCE = 1e-3  # of a score; float32 kernels sum in another order
_CHECKED_PHOTOS = 8


class _Scores(nn.Module):
    """pixels (n, size, size, 3) uint8, as Pillow gives them, to scores (n, n_classes)."""

    def __init__(self, classifier: PhotoClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, pixels: Tensor) -> Tensor:
        return torch.sigmoid(self.classifier(pixels.permute(0, 3, 1, 2)))


def write_onnx(classifier: Classifier, file: Path) -> None:
    """Write the graph, with classes, thresholds and size in its metadata; any number of photos.

    Raises ClassifierError for a classifier of stored embeddings, and where what writes ONNX is not
    installed or cannot write this network.
    """
    module = classifier.module
    if not isinstance(module, PhotoClassifier):
        raise ClassifierError(
            "This classifier reads stored embeddings, and leaves as ONNX not yet: train one that "
            "reads photos (resnet101), or export it without ONNX."
        )
    try:
        import onnxruntime  # noqa: F401 - what is written is checked with it
        import onnxscript  # noqa: F401 - torch's exporter is built on it
    except ImportError as error:
        raise ClassifierError(
            "ONNX needs packages that are not installed: pip install “cdul-app[onnx]”, then export "
            "again."
        ) from error
    transform = module.transform
    shape = (2, transform.image_size, transform.image_size, 3)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, of its exporter
            program = torch.onnx.export(
                _Scores(module).eval(),
                (torch.zeros(shape, dtype=torch.uint8, device=classifier.device),),
                dynamo=True,
                input_names=["pixels"],
                output_names=["scores"],
                dynamic_shapes=({0: torch.export.Dim("photos")},),
                verbose=False,
            )
    except Exception as error:  # whatever an exporter meets in one of 1,000 networks
        raise ClassifierError(
            f"torch cannot write “{classifier.name}” as ONNX: export it without, or train another "
            "one, such as resnet101."
        ) from error
    assert program is not None
    card = {
        "class_names": list(classifier.class_names),
        "thresholds": [round(float(each), 4) for each in classifier.thresholds],
        "image_size": transform.image_size,
        "interpolation": transform.interpolation,
    }
    program.model.metadata_props[CARD_KEY] = json.dumps(card, ensure_ascii=False)
    program.save(file, external_data=False)


def onnx_difference(classifier: Classifier, file: Path, photos: Sequence[Path]) -> float:
    """The largest difference of a score between ONNX and torch, on the first eight photos that can
    be read.  Raises ClassifierError where it is above TOLERANCE."""
    import onnxruntime

    module = classifier.module
    assert isinstance(module, PhotoClassifier)
    pixels: list[Tensor] = []
    for photo in photos:
        if len(pixels) == _CHECKED_PHOTOS:
            break
        try:
            pixels.append(module.transform.for_prediction(photo))
        except UnreadablePhoto:
            continue
    if not pixels:
        raise ClassifierError("No photo can be read to check the ONNX file with: bring them back.")
    batch = torch.stack(pixels)
    with torch.inference_mode():
        expected = sigmoid_scores(module(batch.to(classifier.device)).float().cpu().numpy())
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32]
    (found,) = session.run(["scores"], {"pixels": batch.permute(0, 2, 3, 1).numpy()})
    difference = float(np.abs(found - expected).max())
    if not difference <= TOLERANCE:  # also where it is not a number
        raise ClassifierError(
            f"The ONNX file gives other scores than the classifier (by up to {difference:.3f}): "
            "export it without ONNX."
        )
    return difference
