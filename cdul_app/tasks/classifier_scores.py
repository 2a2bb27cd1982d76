"""What a classifier says of the photos of a folder."""

import itertools
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Progressed, Skipped, Started
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.shared_cache import KnownEncoder, SharedCache
from cdul_app.tasks.distributed.embed_on_cluster import embed_on_cluster
from cdul_app.tasks.distributed.score_on_cluster import score_on_cluster
from cdul_app.tasks.feature_scores import (
    known_encoder_of,
    load_encoder_of,
    score_by_features,
    score_known,
)
from cdul_app.tasks.scan.scan import find_photos, scan_photos
from cdul_app.tasks.score.embed import (
    embed_project_photos,
    take_known_photos,
    tell_unusable_photos,
)

if TYPE_CHECKING:
    from cdul_app.models.classifier.classifier_files import Classifier
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier, Prediction
    from cdul_app.models.encoder.encoder import Encoder

PHOTOS_PER_CHUNK = 256


@dataclass
class FolderScores:
    """What a classifier says of a folder's photos, as far as it has come."""

    paths: Sequence[str] = ()  # relative to the folder
    scores: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    # by position in `paths`, (n_classes,)

    @property
    def skipped(self) -> int:
        return len(self.paths) - len(self.scores)


def load_any_classifier(place: Path, *, device: str) -> "Classifier | OnnxClassifier":
    """A classifier's folder or one of its files; of ONNX without torch.  Raises UserError."""
    from cdul_app.models.classifier.onnx_classifier import load_onnx_classifier, onnx_file_of

    onnx_file = onnx_file_of(place)
    if onnx_file is not None:
        return load_onnx_classifier(onnx_file)
    from cdul_app.models.classifier.classifier_files import load_classifier
    from cdul_app.models.devices import choose_device

    return load_classifier(place, device=choose_device(device))


@dataclass(frozen=True)
class Cluster:
    """Where others look at photos, and with what."""

    address: str  # see `joined`
    classifier: Path  # its folder
    device: str


def score_folder(
    classifier: "Classifier | OnnxClassifier",
    folder: Path,
    found: FolderScores,
    project: tuple[ProjectLocation, ProjectStore] | None = None,
    *,
    shared: SharedCache,
    cluster: Cluster | None = None,
    manifest: str | None = None,
) -> Events[None]:
    """Fill `found`, photo by photo, so that closing the generator loses none.

    `project` where the folder is its own: what is stored there is not encoded again, nor what is
    in `shared`, which learns what this machine encodes; `cluster`
    where others are to look at the photos; `manifest` where it names them.  Raises UserError.
    """
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier

    items: Generator[Prediction, None, None] | None = None
    if project is None or isinstance(classifier, OnnxClassifier):
        found.paths = paths = yield from find_photos(folder, manifest=manifest)
    else:
        location, store = project
        yield from scan_photos(store, folder)
        found.paths = paths = [photo.path for photo in store.photos.all()]
        if classifier.reads_features:
            encoding = yield from _complete_embeddings(classifier, location, store, shared, cluster)
            items = _score_stored(classifier, store, encoding)
    device = "Ray" if cluster is not None else _device_of(classifier)
    yield Started(tr("Labeling with the classifier"), len(paths), device=device)
    if items is None and cluster is not None:
        items = _score_with_others(classifier, folder, paths, shared, cluster)
    elif items is None and not isinstance(classifier, OnnxClassifier) and classifier.reads_features:
        items = score_by_features(classifier, folder, paths, shared)
    items = items or score_photos(classifier, [photo_file(folder, path) for path in paths])
    with closing(items):
        for done, (position, scores) in enumerate(items, start=1):
            if isinstance(scores, str):
                yield Skipped(paths[position], scores)
            else:
                found.scores[position] = scores
            yield Progressed(done, len(paths))


def score_photos(
    classifier: "Classifier | OnnxClassifier",
    photos: Sequence[PhotoSource],
    *,
    encoder: "Encoder | None" = None,
) -> Generator["Prediction", None, None]:
    """Scores of any photos; close it to cancel.

    encoder : what `load_encoder_of` gave, else loaded here.
    Yields (index in `photos`, (n_classes,) float32 in [0, 1]), or the reason in place of scores.
    Raises UserError.
    """
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier

    if isinstance(classifier, OnnxClassifier):
        yield from classifier.predict(photos)
        return
    from cdul_app.models.classifier.prediction import predict_features, predict_photos
    from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
    from cdul_app.models.encoder.embedding import embed_photos

    if not classifier.reads_features:
        yield from predict_photos(classifier, photos)
        return
    encoder, plan = encoder or load_encoder_of(classifier), classifier.plan
    with closing(embed_photos(encoder, enumerate(photos), plan)) as items:
        for item in items:
            if isinstance(item, EmbeddedPhoto):
                yield item.key, predict_features(classifier, item.views[None])[0]
            else:
                yield item.key, item.reason


def _score_with_others(
    classifier: "Classifier | OnnxClassifier",
    folder: Path,
    paths: Sequence[str],
    shared: SharedCache,
    cluster: Cluster,
) -> Generator["Prediction", None, None]:
    """In no order; what this computer knows of photos is not asked for."""
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier

    rest = set(range(len(paths)))
    if not isinstance(classifier, OnnxClassifier) and classifier.reads_features:
        for position, scores in score_known(classifier, folder, paths, shared):
            rest.discard(position)
            yield position, scores
    positions = sorted(rest)
    if not positions:
        return
    others = score_on_cluster(
        cluster.classifier,
        folder,
        [paths[position] for position in positions],
        cluster.address,
        device=cluster.device,
    )
    with closing(others):
        for place, said in others:
            yield positions[place], said


def _score_stored(
    classifier: "Classifier", project: ProjectStore, encoding: Encoding
) -> Generator["Prediction", None, None]:
    from cdul_app.models.classifier.prediction import predict_features

    positions = {photo.identifier: position for position, photo in enumerate(project.photos.all())}
    stored = project.embeddings.views_of_photos(encoding)
    while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
        views = np.stack([views for _, views in chunk])  # (n_photos, n_views, dimension)
        scores = predict_features(classifier, views)
        yield from zip([positions[photo] for photo, _ in chunk], scores, strict=True)


def _complete_embeddings(
    classifier: "Classifier",
    location: ProjectLocation,
    project: ProjectStore,
    shared: SharedCache,
    cluster: Cluster | None,
) -> Events[Encoding]:
    """Encode the project's photos that are not yet stored.  Returns their encoding."""
    provenance, plan = classifier.provenance, classifier.plan
    encoding = project.embeddings.encoding_of(str(provenance["encoder_key"]), plan)
    told: set[str] = set()
    if encoding is None or project.embeddings.photos_without(encoding):
        encoder: Encoder | None = None
        known = known_encoder_of(classifier, shared)
        if known is None:
            encoder = load_encoder_of(classifier)
            known = KnownEncoder(encoder.key, encoder.dimension, encoder.temperature)
        encoding = project.embeddings.ensure_encoding(
            encoder_key=known.key,
            encoder=str(provenance["encoder"]),
            plan=plan,
            dimension=known.dimension,
            temperature=known.temperature,
        )
        is_new = yield from take_known_photos(
            project, location.folder, encoding, shared, to_the_end=cluster is not None
        )
        if is_new and cluster is not None:
            told = yield from embed_on_cluster(
                location, project, encoding, cluster.address,
                device=cluster.device, batch_size=None, shared=shared,
            )  # fmt: skip
        elif is_new:
            from cdul_app.models.devices import describe_device

            encoder = encoder or load_encoder_of(classifier)
            told = yield from embed_project_photos(
                project,
                location.folder,
                encoder,
                encoding,
                batch_size=None,
                device=describe_device(encoder.device),
                shared=shared,
            )
    yield from tell_unusable_photos(project, told=told)
    return encoding


def _device_of(classifier: "Classifier | OnnxClassifier") -> str:
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier

    if isinstance(classifier, OnnxClassifier):
        return "cpu"
    from cdul_app.models.devices import describe_device

    return describe_device(classifier.device)
