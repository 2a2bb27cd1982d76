"""What a classifier says of the photos of a folder."""

import itertools
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import EncoderError
from cdul_app.events import Event, Progressed, Skipped, Started
from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage.embedding_records import Encoding
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.scan import find_photos, no_photos, scan_photos
from cdul_app.tasks.score.embed import embed_project_photos, photos_to_encode, tell_unusable_photos

if TYPE_CHECKING:
    from cdul_app.models.classifier.classifier_files import Classifier
    from cdul_app.models.encoder.encoder import Encoder

PHOTOS_PER_CHUNK = 256
Scored = tuple[int, NDArray[np.float32]]


class ClassifierScores:
    """Scores of a folder's photos; iterate `events`, then read the results."""

    def __init__(
        self, classifier: "Classifier", folder: Path, project: ProjectStore | None = None
    ) -> None:
        """`project` where the folder is its own: what is stored there is not encoded again."""
        self._classifier = classifier
        self._folder = folder
        self._project = project
        self.paths: list[str] = []  # relative to the folder
        self.scores: dict[int, NDArray[np.float32]] = {}  # by position in `paths`, (n_classes,)

    @property
    def skipped(self) -> int:
        return len(self.paths) - len(self.scores)

    def events(self) -> Iterator[Event]:
        """Raises UserError."""
        from cdul_app.models.devices import describe_device

        encoding: Encoding | None = None
        if self._project is None:
            yield from self._find_photos()
        else:
            yield from scan_photos(self._project, self._folder)
            self.paths = [photo.path for photo in self._project.photos.all()]
            if self._classifier.reads_features:
                encoding = yield from self._complete_embeddings(self._project)
        device = describe_device(self._classifier.device)
        yield Started("Labeling with the classifier", len(self.paths), device=device)
        files = [self._folder / path for path in self.paths]
        if self._project is not None and encoding is not None:
            items: Iterator[Scored | Skipped] = self._score_stored(self._project, encoding)
        elif self._classifier.reads_features:
            items = self._score_features(files)
        else:
            items = self._score_photos(files)
        for done, item in enumerate(items, start=1):
            if isinstance(item, Skipped):
                yield item
            else:
                self.scores[item[0]] = item[1]
            yield Progressed(done, len(self.paths))

    def _find_photos(self) -> Iterator[Event]:
        for file in find_photos(self._folder):
            if isinstance(file, Skipped):
                yield file
            else:
                self.paths.append(file.path)
        if not self.paths:
            raise no_photos(self._folder)

    def _score_photos(self, files: list[Path]) -> Iterator[Scored | Skipped]:
        from cdul_app.models.classifier.prediction import PredictedPhoto, predict_photos

        with closing(predict_photos(self._classifier, files)) as items:
            for item in items:
                if isinstance(item, PredictedPhoto):
                    yield item.index, item.scores
                else:
                    yield Skipped(self.paths[item.key], item.reason)

    def _score_features(self, files: list[Path]) -> Iterator[Scored | Skipped]:
        from cdul_app.models.classifier.prediction import predict_features
        from cdul_app.models.encoder.embedding import EmbeddedPhoto, embed_photos

        encoder, plan = self._load_encoder(), self._plan
        with closing(embed_photos(encoder, enumerate(files), plan)) as items:
            for item in items:
                if isinstance(item, EmbeddedPhoto):
                    for _, scores in predict_features(self._classifier, item.views[None]):
                        yield item.key, np.asarray(scores[0], dtype=np.float32)
                else:
                    yield Skipped(self.paths[item.key], item.reason)

    def _score_stored(self, project: ProjectStore, encoding: Encoding) -> Iterator[Scored]:
        from cdul_app.models.classifier.prediction import predict_features

        positions = {
            photo.identifier: position for position, photo in enumerate(project.photos.all())
        }
        stored = project.embeddings.views_of_photos(encoding)
        while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
            views = np.stack([views for _, views in chunk])  # (n_photos, n_views, dimension)
            for rows, scores in predict_features(self._classifier, views):
                for (photo, _), row in zip(chunk[rows], scores, strict=True):
                    yield positions[photo], np.asarray(row, dtype=np.float32)

    def _complete_embeddings(self, project: ProjectStore) -> Generator[Event, None, Encoding]:
        """Encode the project's photos that are not yet stored.  Returns their encoding."""
        provenance = self._classifier.provenance
        encoding = project.embeddings.encoding_of(str(provenance["encoder_key"]), self._plan)
        told: set[str] = set()
        if encoding is None or photos_to_encode(project, encoding):
            from cdul_app.models.devices import describe_device

            encoder = self._load_encoder()
            encoding = project.embeddings.ensure_encoding(
                encoder_key=encoder.key,
                encoder=str(provenance["encoder"]),
                plan=self._plan,
                dimension=encoder.dimension,
                temperature=encoder.temperature,
            )
            told = yield from embed_project_photos(
                project,
                self._folder,
                encoder,
                encoding,
                batch_size=None,
                device=describe_device(encoder.device),
            )
        yield from tell_unusable_photos(project, told=told)
        return encoding

    @property
    def _plan(self) -> ViewPlan:
        provenance = self._classifier.provenance  # "grid": of cards from before there were plans
        return ViewPlan.parse(str(provenance.get("views", provenance.get("grid"))))

    def _load_encoder(self) -> "Encoder":
        from cdul_app.models.encoder.encoder import load_encoder

        provenance = self._classifier.provenance
        encoder = load_encoder(str(provenance["encoder"]), device=self._classifier.device)
        if encoder.key != provenance["encoder_key"]:
            raise EncoderError(
                f"The encoder {provenance['encoder']} is not the one this classifier was trained "
                "with (its file has changed): bring the earlier file back, or score and train "
                "again."
            )
        return encoder
