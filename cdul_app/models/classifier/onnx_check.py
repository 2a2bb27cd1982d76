"""Whether a classifier's ONNX file says what the classifier says."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from cdul_app.errors import ClassifierError
from cdul_app.language import tr
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.onnx_classifier import load_onnx_classifier
from cdul_app.models.classifier.prediction import predict_features, predict_photos
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.photo_request import Size
from cdul_app.photos.unreadable import UnreadablePhoto

# Of the mean over all scores.  Kernels sum in another order: 5e-7 and at most 2e-4 were measured on
# 200 photos (tests.benchmarks.bench_classifier_export), but of reference photos that are exactly as
# near, as plain parts of drawings are, either may be asked.
TOLERANCE = 0.01
MOST_CHECKED = 8


def onnx_difference(
    classifier: Classifier, encoder: Encoder | None, file: Path, photos: Sequence[Path]
) -> float:
    """The largest difference of a score between ONNX and the classifier, on the first eight photos
    that can be read.  Raises ClassifierError where they differ by more than TOLERANCE."""
    exported = load_onnx_classifier(file)
    images = list(islice(_readable(photos, exported.smallest_photo), MOST_CHECKED))
    if not images:
        raise ClassifierError(
            tr("No photo can be read to check the ONNX file with: bring them back.")
        )
    found = np.concatenate([exported.scores(np.asarray(image)[None]) for image in images])
    differences = np.abs(found - scores_of(classifier, encoder, images))
    largest = float(differences.max())
    if not differences.mean() <= TOLERANCE:  # also where it is not a number
        raise ClassifierError(
            tr(
                "The ONNX file gives other scores than the classifier (by up to {largest:.3f}): "
                "export it without ONNX.",
                largest=largest,
            )
        )
    return largest


def scores_of(
    classifier: Classifier, encoder: Encoder | None, images: Sequence[Image.Image]
) -> NDArray[np.float32]:
    """(n_images, n_classes) as the app gives them."""
    if isinstance(classifier.module, PhotoClassifier):
        with torch.inference_mode():
            found = dict(predict_photos(classifier, images))
        return np.stack([np.asarray(found[place]) for place in range(len(images))])
    assert encoder is not None, "its embeddings come from one"
    embedded = embed_photos(encoder, list(enumerate(images)), classifier.plan)
    views = [item.views for item in embedded if isinstance(item, EmbeddedPhoto)]
    return predict_features(classifier, np.stack(views))


def _readable(photos: Sequence[Path], smallest: Size) -> Iterator[Image.Image]:
    for photo in photos:
        try:
            yield decode_photo(photo, smallest=smallest)
        except UnreadablePhoto:
            continue
