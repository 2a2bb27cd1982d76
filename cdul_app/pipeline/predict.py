"""Stage 3, inference: the classifier alone labels photos."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
from numpy.typing import NDArray

from cdul_app.core.class_list import name_key
from cdul_app.core.errors import ClassifierError, EncoderError
from cdul_app.core.events import Event, Events, Finished, Progressed, Skipped, Started
from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.reviews import UNOBSERVED, predicted_classes
from cdul_app.core.snippets import SnippetGrid
from cdul_app.core.thresholds import DEFAULT_THRESHOLD
from cdul_app.export.csv_labels import write_csv_labels
from cdul_app.export.label_files import write_label_file
from cdul_app.export.label_table import LabelTable
from cdul_app.paths import ProjectLocation
from cdul_app.pipeline.recorded_run import recorded_run
from cdul_app.pipeline.scan import check_folder, find_photos
from cdul_app.pipeline.train import run_folder
from cdul_app.storage.project_store import ProjectStore

if TYPE_CHECKING:
    from cdul_app.learning.classifier_files import Classifier

Scored = tuple[int, NDArray[np.float32]]


def predict_folder(
    location: ProjectLocation,
    *,
    on: Path | None = None,
    output: Path | None = None,
    stream: TextIO | None = None,
    device: str = "auto",
) -> Events:
    """Label the project's photos, or those of another folder, with the project's classifier.

    The project's own photos get classifier labels beside their pseudo labels; `output` is a CSV,
    or a JSON file by its suffix, of the thresholded labels, `stream` takes the CSV as text.
    Raises UserError.
    """
    folder = location.folder if on is None else on.expanduser().absolute()
    check_folder(folder)
    with ProjectStore(location.database) as store:
        run_id = store.settings.get("classifier_run")
        if run_id is None:
            raise ClassifierError("The project has no classifier yet: train one first.")
        config = {"on": str(folder), "output": str(output or ""), "classifier_run": run_id}
        with recorded_run(store, "predict", config) as run:
            from cdul_app.learning.classifier_files import load_classifier
            from cdul_app.learning.devices import choose_device, describe_device

            torch_device = choose_device(device)
            run.set_device(describe_device(torch_device))
            classifier = load_classifier(run_folder(location, run_id), device=torch_device)
            predictor = _FolderPredictor(folder, classifier)
            yield from predictor.events()
            if folder == location.folder:
                _store_scores(store, classifier, predictor, run.identifier)
            thresholds = _thresholds(store, classifier)
            table = predictor.table(thresholds, {"labels": "classifier", "run": run_id})
            if stream is not None:
                write_csv_labels(table, stream)
            if output is not None:
                output = output.expanduser().absolute()
                label_format = "json" if output.suffix.lower() == ".json" else "csv"
                write_label_file(table, output, label_format=label_format)
            summary = f"Labelled {len(predictor.scores):,} photos of {folder.name}"
            summary += f", {predictor.skipped:,} skipped" if predictor.skipped else ""
            summary += f"; written to {output}." if output else "."
            run.finish(summary)
            yield Finished(summary, {"output": str(output) if output else ""})


class _FolderPredictor:
    """Scores of the photos of a folder; iterate `events`, then read the results."""

    def __init__(self, folder: Path, classifier: "Classifier") -> None:
        self._folder = folder
        self._classifier = classifier
        self.paths: list[str] = []
        self.scores: dict[int, NDArray[np.float32]] = {}  # by position in `paths`
        self.skipped = 0

    def events(self) -> Iterator[Event]:
        from cdul_app.learning.devices import describe_device

        for file in find_photos(self._folder):
            if isinstance(file, Skipped):
                yield file
            else:
                self.paths.append(file.path)
        device = describe_device(self._classifier.device)
        yield Started("Labeling with the classifier", len(self.paths), device=device)
        for done, item in enumerate(self._score(), start=1):
            if isinstance(item, Skipped):
                self.skipped += 1
                yield item
            else:
                self.scores[item[0]] = item[1]
            yield Progressed(done, len(self.paths))

    def table(self, thresholds: NDArray[np.float32], provenance: dict[str, object]) -> LabelTable:
        rows = sorted(self.scores)
        names = self._classifier.class_names
        scores = np.zeros((len(rows), len(names)), dtype=np.float32)
        for row, position in enumerate(rows):
            scores[row] = self.scores[position]
        return LabelTable(
            tuple(self.paths[position] for position in rows),
            tuple(names),
            predicted_classes(scores, thresholds),
            scores,
            np.full(scores.shape, UNOBSERVED, dtype=np.int8),
            thresholds,
            provenance,
        )

    def _score(self) -> Iterator[Scored | Skipped]:
        files = [self._folder / path for path in self.paths]
        if self._classifier.reads_features:
            yield from self._score_features(files)
        else:
            yield from self._score_photos(files)

    def _score_photos(self, files: list[Path]) -> Iterator[Scored | Skipped]:
        from cdul_app.learning.prediction import PredictedPhoto, predict_photos

        with closing(predict_photos(self._classifier, files)) as items:
            for item in items:
                if isinstance(item, PredictedPhoto):
                    yield item.index, item.scores
                else:
                    yield Skipped(self.paths[item.key], item.reason)

    def _score_features(self, files: list[Path]) -> Iterator[Scored | Skipped]:
        from cdul_app.learning.embedding import EmbeddedPhoto, embed_photos
        from cdul_app.learning.encoder import load_encoder
        from cdul_app.learning.prediction import predict_features

        provenance = self._classifier.provenance
        encoder = load_encoder(str(provenance["encoder"]), device=self._classifier.device)
        if encoder.key != provenance["encoder_key"]:
            raise EncoderError(
                f"The encoder {provenance['encoder']} is not the one this classifier was trained "
                "with (its file has changed): bring the earlier file back, or score and train "
                "again."
            )
        grid = SnippetGrid.parse(str(provenance["grid"]))
        with closing(embed_photos(encoder, enumerate(files), grid)) as items:
            for item in items:
                if isinstance(item, EmbeddedPhoto):
                    for _, scores in predict_features(self._classifier, item.views[None]):
                        yield item.key, scores[0]
                else:
                    yield Skipped(self.paths[item.key], item.reason)


def _store_scores(
    store: ProjectStore, classifier: "Classifier", predictor: _FolderPredictor, run_id: int
) -> None:
    """Put the classifier's labels of the project's own photos beside the pseudo labels."""
    identifiers = {name_key(record.name): record.identifier for record in store.classes.all()}
    columns = [
        column
        for column, name in enumerate(classifier.class_names)
        if name_key(name) in identifiers
    ]
    photos = {photo.path: photo.identifier for photo in store.photos.all()}
    rows = [
        (photos[predictor.paths[position]], scores)
        for position, scores in predictor.scores.items()
        if predictor.paths[position] in photos
    ]
    if rows and columns:
        store.labels.write_set(
            LabelKind.CLASSIFIER,
            [identifiers[name_key(classifier.class_names[column])] for column in columns],
            [photo for photo, _ in rows],
            np.stack([scores[columns] for _, scores in rows]),
            run_id=run_id,
        )


def _thresholds(store: ProjectStore, classifier: "Classifier") -> NDArray[np.float32]:
    """(n_classes,) of the classifier; the default for a class the project no longer has."""
    known = {name_key(record.name): record.threshold for record in store.classes.all()}
    return np.array(
        [known.get(name_key(name), DEFAULT_THRESHOLD) for name in classifier.class_names],
        dtype=np.float32,
    )
