"""What a classifier of embeddings says of photos that are in no project."""

import itertools
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.language import tr
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.photos.files import is_file
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.shared_cache import KnownEncoder, KnownPhoto, SharedCache
from cdul_app.tasks.score.needed_encoder import known_encoder
from cdul_app.tasks.score.photo_queue import PhotoQueue

if TYPE_CHECKING:
    from cdul_app.models.classifier.classifier_files import Classifier
    from cdul_app.models.classifier.onnx_classifier import Prediction
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.photo_results import UnreadableItem

_BETWEEN_SAVES = 64  # photos


def load_encoder_of(classifier: "Classifier") -> "Encoder":
    """What a classifier of stored embeddings was trained with.  Raises EncoderError."""
    from cdul_app.models.encoder.encoder import load_known_encoder

    return load_known_encoder(
        str(classifier.provenance["encoder"]),
        str(classifier.provenance["encoder_key"]),
        device=classifier.device,
        made=tr("this classifier was trained with"),
        remedy=tr("bring the earlier file back, or score and train again"),
    )


def known_encoder_of(classifier: "Classifier", shared: SharedCache) -> KnownEncoder | None:
    """The same, as far as this machine knows it without loading it."""
    known = known_encoder(str(classifier.provenance["encoder"]), shared)
    is_same = known is not None and known.key == classifier.provenance["encoder_key"]
    return known if is_same else None


def score_by_features(
    classifier: "Classifier", folder: Path, paths: Sequence[str], shared: SharedCache
) -> Generator["Prediction", None, None]:
    """As `score_photos`, copies once and in no order; the encoder is loaded only where a photo is
    new to this machine, which learns it.  Raises EncoderError."""
    from cdul_app.models.classifier.prediction import predict_features

    key, plan = str(classifier.provenance["encoder_key"]), classifier.plan
    encoder: Encoder | None = None
    known = known_encoder_of(classifier, shared)
    if known is not None:
        dimension = known.dimension
    else:
        encoder = load_encoder_of(classifier)
        dimension = encoder.dimension
    encoding = Encoding(0, key, str(classifier.provenance["encoder"]), plan, dimension, 1.0)
    queue = PhotoQueue(dict(enumerate(paths)), folder, set(), encoding, shared)
    said: dict[str, NDArray[np.float32] | str] = {}  # by fingerprint
    told: set[int] = set()
    new: list[tuple[str, KnownPhoto]] = []
    try:
        with closing(_embedded(classifier, encoder, queue)) as items:
            for item in items:
                fingerprint = queue.fingerprints[item.key]
                if isinstance(item, EmbeddedPhoto):
                    scores = predict_features(classifier, item.views[None])[0]
                    if item.key not in queue.known and not item.note:
                        new.append((fingerprint, KnownPhoto(item.views, item.width, item.height)))
                else:
                    scores = item.reason
                said[fingerprint] = scores
                told.add(item.key)
                yield item.key, scores
                if len(new) >= _BETWEEN_SAVES:
                    shared.add_photos(key, plan, new)
                    new = []
    finally:
        shared.add_photos(key, plan, new)
    yield from queue.unsaved_unreachable
    for copy, fingerprint in queue.fingerprints.items():
        if copy not in told:
            yield copy, said[fingerprint]


def score_known(
    classifier: "Classifier", folder: Path, paths: Sequence[str], shared: SharedCache
) -> Generator["Prediction", None, None]:
    """As `score_by_features`, of those alone that are files of this computer and that it has
    encoded before: where others look at the rest.  No encoder is loaded."""
    from cdul_app.models.classifier.prediction import predict_features

    known, plan = known_encoder_of(classifier, shared), classifier.plan
    if known is None or not shared.knows_photos(known.key, plan):
        return
    name = str(classifier.provenance["encoder"])
    encoding = Encoding(0, known.key, name, plan, known.dimension, 1.0)
    here = {place: path for place, path in enumerate(paths) if is_file(folder, path)}
    with closing(PhotoQueue(here, folder, set(), encoding, shared).photos()) as photos:
        for photo in photos:
            if isinstance(photo, EmbeddedPhoto):
                yield photo.key, predict_features(classifier, photo.views[None])[0]


def _embedded(
    classifier: "Classifier", encoder: "Encoder | None", queue: PhotoQueue
) -> "Generator[EmbeddedPhoto | UnreadableItem, None, None]":
    from cdul_app.models.encoder.embedding import embed_photos

    with closing(queue.photos()) as photos:
        for photo in photos:
            if isinstance(photo, EmbeddedPhoto):
                yield photo
                continue
            rest: Iterator[tuple[int, PhotoSource] | EmbeddedPhoto]
            rest = itertools.chain([photo], photos)
            encoder = encoder or load_encoder_of(classifier)
            yield from embed_photos(encoder, rest, classifier.plan)
            return
