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
from cdul_app.method.view_plans import ViewPlan
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.storage.embedding_records import Encoding
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.distributed.embed_on_cluster import embed_on_cluster
from cdul_app.tasks.distributed.score_on_cluster import score_on_cluster
from cdul_app.tasks.scan.scan import find_photos, scan_photos
from cdul_app.tasks.score.embed import embed_project_photos, photos_to_encode, tell_unusable_photos

if TYPE_CHECKING:
    from cdul_app.models.classifier.classifier_files import Classifier
    from cdul_app.models.classifier.prediction import Prediction
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


@dataclass(frozen=True)
class Cluster:
    """Where others look at photos, and with what."""

    address: str  # see `joined`
    classifier: Path  # its folder
    device: str


def score_folder(
    classifier: "Classifier",
    folder: Path,
    found: FolderScores,
    project: tuple[ProjectLocation, ProjectStore] | None = None,
    *,
    cluster: Cluster | None = None,
) -> Events[None]:
    """Fill `found`, photo by photo, so that closing the generator loses none.

    `project` where the folder is its own: what is stored there is not encoded again; `cluster`
    where others are to look at the photos.  Raises UserError.
    """
    from cdul_app.models.devices import describe_device

    encoding: Encoding | None = None
    if project is None:
        found.paths = paths = yield from find_photos(folder)
    else:
        location, store = project
        yield from scan_photos(store, folder)
        found.paths = paths = [photo.path for photo in store.photos.all()]
        if classifier.reads_features:
            encoding = yield from _complete_embeddings(classifier, location, store, cluster)
    device = "Ray" if cluster is not None else describe_device(classifier.device)
    yield Started("Labeling with the classifier", len(paths), device=device)
    if project is not None and encoding is not None:
        items = _score_stored(classifier, store, encoding)
    elif cluster is not None:
        items = score_on_cluster(
            cluster.classifier, folder, paths, cluster.address, device=cluster.device
        )
    else:
        items = score_photos(classifier, [photo_file(folder, path) for path in paths])
    with closing(items):
        for done, (position, scores) in enumerate(items, start=1):
            if isinstance(scores, str):
                yield Skipped(paths[position], scores)
            else:
                found.scores[position] = scores
            yield Progressed(done, len(paths))


def score_photos(
    classifier: "Classifier", photos: Sequence[PhotoSource], *, encoder: "Encoder | None" = None
) -> Generator["Prediction", None, None]:
    """Scores of any photos; close it to cancel.

    encoder : what `load_encoder_of` gave, else loaded here.
    Yields (index in `photos`, (n_classes,) float32 in [0, 1]), or the reason in place of scores.
    Raises UserError.
    """
    from cdul_app.models.classifier.prediction import predict_features, predict_photos
    from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
    from cdul_app.models.encoder.embedding import embed_photos

    if not classifier.reads_features:
        yield from predict_photos(classifier, photos)
        return
    encoder, plan = encoder or load_encoder_of(classifier), _plan(classifier)
    with closing(embed_photos(encoder, enumerate(photos), plan)) as items:
        for item in items:
            if isinstance(item, EmbeddedPhoto):
                yield item.key, predict_features(classifier, item.views[None])[0]
            else:
                yield item.key, item.reason


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
    cluster: Cluster | None,
) -> Events[Encoding]:
    """Encode the project's photos that are not yet stored.  Returns their encoding."""
    provenance, plan = classifier.provenance, _plan(classifier)
    encoding = project.embeddings.encoding_of(str(provenance["encoder_key"]), plan)
    told: set[str] = set()
    if encoding is None or photos_to_encode(project, encoding):
        from cdul_app.models.devices import describe_device

        encoder = load_encoder_of(classifier)
        encoding = project.embeddings.ensure_encoding(
            encoder_key=encoder.key,
            encoder=str(provenance["encoder"]),
            plan=plan,
            dimension=encoder.dimension,
            temperature=encoder.temperature,
        )
        if cluster is not None:
            told = yield from embed_on_cluster(
                location, project, encoding, cluster.address, device=cluster.device, batch_size=None
            )
        else:
            told = yield from embed_project_photos(
                project,
                location.folder,
                encoder,
                encoding,
                batch_size=None,
                device=describe_device(encoder.device),
            )
    yield from tell_unusable_photos(project, told=told)
    return encoding


def _plan(classifier: "Classifier") -> ViewPlan:
    provenance = classifier.provenance  # "grid": of cards from before there were plans
    return ViewPlan.parse(str(provenance.get("views", provenance.get("grid"))))


def load_encoder_of(classifier: "Classifier") -> "Encoder":
    """What a classifier of stored embeddings was trained with.  Raises EncoderError."""
    from cdul_app.models.encoder.encoder import load_known_encoder

    return load_known_encoder(
        str(classifier.provenance["encoder"]),
        str(classifier.provenance["encoder_key"]),
        device=classifier.device,
        made="this classifier was trained with",
        remedy="bring the earlier file back, or score and train again",
    )
