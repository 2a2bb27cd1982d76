"""Stage 3, inference: a trained classifier alone."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cdul_app.errors import ClassifierError
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray
from cdul_app.method.collection_refinement import CollectionClassifier
from cdul_app.models.accelerated.device_embedding import embed_on_device
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.onnx_classifier import Prediction
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.models.training.classifier_steps import ClassifierSteps
from cdul_app.models.training.input_batches import PhotoBatches, even_batches
from cdul_app.photos.photo_request import PhotoSource

_PHOTO_BATCH = 32  # of a CPU, whose caches are small
_DEVICE_BATCH = 256  # photos of 224 x 224 pixels


def predict_features(classifier: Classifier, views: NDArray[np.float16]) -> NDArray[np.float32]:
    """Scores of photos by their stored embeddings.

    views : (n_images, 1 + n_snippets, dim) float16, unit norm.
    Returns (n_images, n_classes) in [0, 1].
    Raises ClassifierError where the classifier reads photos or embeddings of another width.
    """
    collection = classifier.module
    if not isinstance(collection, CollectionClassifier):
        raise ClassifierError(
            tr(
                "The classifier “{name}” reads photos, not stored embeddings: give it the files.",
                name=classifier.name,
            )
        )
    wanted = collection.reference.views.shape[1:]
    if views.shape[1:] != wanted:
        raise ClassifierError(
            tr(
                "The classifier reads {count} embeddings of {numbers} numbers a photo, these "
                "have the shape {shape}: use the encoder and views it was trained with.",
                count=wanted[0],
                numbers=wanted[1],
                shape=views.shape,
            )
        )
    return collection.scores(views)


def predict_photos(
    classifier: Classifier,
    photos: Sequence[PhotoSource],
    *,
    batch_size: int | None = None,
    on_device: bool | None = None,
) -> Generator[Prediction, None, None]:
    """Scores of photos, in their order within each batch; close it to cancel.

    on_device : whether photos are squashed, and decoded as far as that goes, where the classifier
    computes (CUDA's way, None for there only) or by what reads them.
    Yields (index in `photos`, (n_classes,) float32 in [0, 1]), or the reason in place of scores.
    Raises ClassifierError where the classifier reads stored embeddings, or memory does not hold
    one photo.
    """
    module = classifier.module
    if not isinstance(module, PhotoClassifier):
        raise ClassifierError(
            tr(
                "The classifier “{name}” reads stored embeddings, not photos: encode them first.",
                name=classifier.name,
            )
        )
    device, transform = classifier.device, module.transform
    size = batch_size or photo_batch(device, transform.image_size)
    steps = ClassifierSteps(module, device, micro_batch=size)
    if device.type == "cuda" if on_device is None else on_device:
        seen = _SeenByClassifier(steps, device, transform.view_format, size)
        with closing(embed_on_device(seen, enumerate(photos), None, batch_size=size)) as items:
            for item in items:
                if isinstance(item, EmbeddedPhoto):
                    yield item.key, sigmoid_scores(item.views[0])
                else:
                    yield item.key, item.reason
        return
    rows = even_batches(np.arange(len(photos)), size)
    with closing(PhotoBatches(photos, module.transform).batches(rows)) as batches:
        for batch in batches:
            yield from batch.failures
            if len(batch.rows):
                scores = sigmoid_scores(steps.predict(batch.inputs)[0])
                yield from zip(batch.rows.tolist(), scores, strict=True)


@dataclass(frozen=True, eq=False)
class _SeenByClassifier:
    """A classifier as embed_on_device takes what encodes: a photo's logits are its vector.

    They pass in float16, finer than the bfloat16 that CUDA computes them in.
    """

    steps: ClassifierSteps
    device: torch.device
    view_format: ViewFormat
    default_batch_size: int

    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray:
        """In a lane; memory that runs out is dealt with by the steps."""
        return self.steps.predict(pixels.permute(0, 3, 1, 2))[0]


def photo_batch(device: torch.device, image_size: int) -> int:
    """How many photos to predict at once; what does not fit is halved as it goes."""
    if device.type == "cpu":
        return _PHOTO_BATCH
    return max(_PHOTO_BATCH, _DEVICE_BATCH * 224**2 // image_size**2)


def sigmoid_scores(logits: FloatArray) -> NDArray[np.float32]:
    """Logits of any shape to float32 scores in [0, 1]."""
    return torch.sigmoid(torch.from_numpy(np.array(logits, np.float32))).numpy()
