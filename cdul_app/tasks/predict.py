"""Stage 3, inference: the classifier alone labels photos."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import name_key
from cdul_app.errors import ClassifierError, ExportError, UserError
from cdul_app.events import Events, TaskResult, follow
from cdul_app.formats.label_files import check_place, write_label_file
from cdul_app.formats.label_table import LabelTable
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from cdul_app.paths import ProjectLocation
from cdul_app.project.exchange.own_files import check_replaced, remember_written
from cdul_app.project.exchange.used_labels import LabelsState, remember_used
from cdul_app.project.labeling.kept_encodings import open_shared_cache
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_folder, check_writable
from cdul_app.project.project import Project
from cdul_app.project.run_words import run_in_words
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.run_records import PREDICT
from cdul_app.tasks.classifier_scores import (
    Cluster,
    FolderScores,
    load_any_classifier,
    score_folder,
)
from cdul_app.tasks.recorded_run import recorded_run
from cdul_app.tasks.scan.manifest import check_manifest

if TYPE_CHECKING:
    from cdul_app.models.classifier.classifier_files import Classifier
    from cdul_app.models.classifier.onnx_classifier import OnnxClassifier


@dataclass(frozen=True)
class PredictionResult(TaskResult):
    folder: Path  # of the photos
    labels: LabelTable
    output: Path | None  # where they were written


def predict_folder(
    location: ProjectLocation,
    *,
    on: Path | None = None,
    output: Path | None = None,
    device: str = "auto",
    overwrite: bool = False,
    ray: str | None = None,
    manifest: str | None = None,
) -> Events[PredictionResult]:
    """Label the project's photos, or those of another folder, with the project's classifier.

    The project's own photos get classifier labels beside their pseudo labels; `output` is a CSV,
    or a JSON file by its suffix, of the thresholded labels.  overwrite : also a file that this
    project did not write.  ray : the address of a cluster that looks at the photos.  manifest :
    names the photos that are labelled, as another folder's (see `manifest_photos`).  Closing the
    generator keeps the labels that another folder's photos have got, and says so in the run's
    summary.  Raises UserError.
    """
    folder = location.folder if on is None else on.expanduser().absolute()
    check_folder(folder)
    if manifest is not None:
        check_manifest(manifest)
    if output is not None:
        output = output.expanduser().absolute()
        check_place(output)
    check_writable(location)
    with writing_labels(location), Project(location) as project, open_shared_cache() as shared:
        store = project.store
        state = LabelsState.now(store)
        if output is not None:
            check_replaced(store, output, overwrite=overwrite)
        run_id = store.settings.read("classifier_run", int)
        if run_id is None:
            raise ClassifierError(tr("The project has no classifier yet: train one first."))
        config = {
            "on": manifest or str(folder),
            "output": str(output or ""),
            "classifier_run": run_id,
        }
        with recorded_run(store, PREDICT, config) as run:
            from cdul_app.models.classifier.classifier_files import load_classifier
            from cdul_app.models.devices import choose_device, describe_device

            torch_device = choose_device(device)
            run.set_device(describe_device(torch_device))
            place = location.run_folder(run_id)
            classifier = load_classifier(place, device=torch_device)
            cluster = None if ray is None else Cluster(ray, place, device)
            is_own = manifest is None and folder.samefile(location.folder)
            thresholds = classifier_thresholds(project, classifier)
            provenance: dict[str, object] = {"labels": LabelKind.CLASSIFIER.value, "run": run_id}
            found = FolderScores()
            try:
                own = (location, store) if is_own else None
                yield from score_folder(
                    classifier,
                    folder,
                    found,
                    own,
                    shared=shared,
                    cluster=cluster,
                    manifest=manifest,
                )
            except (GeneratorExit, KeyboardInterrupt):
                if not is_own:
                    table = _table(classifier, found, thresholds, provenance)
                    run.stop(_keep(store, table, folder, len(found.paths), output))
                raise
            if is_own:
                _store_scores(project, classifier, found, run.identifier)
            table = _table(classifier, found, thresholds, provenance)
            if output is not None:
                _write(store, table, output)
            if not is_own or output is not None:
                remember_used(store, state)
            summary = _summary(found, folder, output)
            run.finish(summary)
            return PredictionResult(run_in_words(summary), folder, table, output)


def predict_with(
    classifier_place: Path,
    folder: Path,
    *,
    output: Path | None = None,
    device: str = "auto",
    overwrite: bool = False,
    ray: str | None = None,
    manifest: str | None = None,
) -> Events[PredictionResult]:
    """Label the photos of a folder with a classifier that left its project; none is needed.

    classifier_place : its folder, one of its files, or an ONNX file.  output, overwrite, ray and
    manifest : as `predict_folder`, but every file that is there needs `overwrite`.  Closing the
    generator writes nothing.  Raises UserError.
    """
    check_folder(folder)
    if output is not None:
        check_place(output)
        if output.is_file() and not overwrite:
            raise ExportError(
                tr(
                    "{output} is there already: choose another name, or --overwrite to replace it.",
                    output=output,
                )
            )
    classifier = load_any_classifier(classifier_place, device=device)
    found = FolderScores()
    cluster = None if ray is None else Cluster(ray, classifier_place, device)
    with open_shared_cache() as shared:
        yield from score_folder(
            classifier, folder, found, shared=shared, cluster=cluster, manifest=manifest
        )
    provenance: dict[str, object] = {
        "labels": LabelKind.CLASSIFIER.value,
        "classifier": str(classifier_place),
    }
    table = _table(classifier, found, classifier.thresholds, provenance)
    if output is not None:
        _write_labels(table, output)
    return PredictionResult(run_in_words(_summary(found, folder, output)), folder, table, output)


def _summary(found: FolderScores, folder: Path, output: Path | None) -> str:
    summary = f"Labelled {len(found.scores):,} photos of {folder.name}"
    summary += f", {found.skipped:,} skipped" if found.skipped else ""
    return summary + (f"; written to {output}." if output else ".")


def _write(store: ProjectStore, table: LabelTable, output: Path) -> None:
    _write_labels(table, output)
    remember_written(store, output)


def _write_labels(table: LabelTable, output: Path) -> None:
    label_format = "json" if output.suffix.lower() == ".json" else "csv"
    # In one go: a run that is stopped keeps what it has through here as well.
    follow(write_label_file(table, output, label_format=label_format), lambda _: None)


def _keep(
    store: ProjectStore, table: LabelTable, folder: Path, photos: int, output: Path | None
) -> str:
    """Write the labels of a run that is stopped, but not over those of a whole one.

    Returns what a person should know of it.
    """
    stopped = f"Labeling {folder.name} was stopped"
    if output is None or not table.paths:
        return f"{stopped} before anything was written."
    if output.exists():
        return f"{stopped}. {output} was there before, and is as it was."
    try:
        _write(store, table, output)
    except UserError as error:
        return f"{stopped}. {error}"
    return (
        f"{stopped}: the labels of {len(table.paths):,} of its {photos:,} photos are in {output}."
    )


def _table(
    classifier: "Classifier | OnnxClassifier",
    found: FolderScores,
    thresholds: NDArray[np.float32],
    provenance: dict[str, object],
) -> LabelTable:
    positions = sorted(found.scores)
    names = classifier.class_names
    scores = np.array([found.scores[position] for position in positions], dtype=np.float32)
    scores = scores.reshape(len(positions), len(names))
    return LabelTable(
        tuple(found.paths[position] for position in positions),
        tuple(names),
        predicted_classes(scores, thresholds),
        scores,
        np.full(scores.shape, UNOBSERVED, dtype=np.int8),
        thresholds,
        provenance,
    )


def _store_scores(
    project: Project, classifier: "Classifier", found: FolderScores, run_id: int
) -> None:
    """Put the classifier's labels of the project's own photos beside the pseudo labels."""
    identifiers = {name_key(record.name): record.identifier for record in project.classes}
    names = [name_key(name) for name in classifier.class_names]
    columns = [column for column, name in enumerate(names) if name in identifiers]
    photos = {photo.path: photo.identifier for photo in project.store.photos.all()}
    rows = [
        (photos[found.paths[position]], scores)
        for position, scores in found.scores.items()
        if found.paths[position] in photos
    ]
    if rows and columns:
        project.store.labels.write_set(
            LabelKind.CLASSIFIER,
            [identifiers[names[column]] for column in columns],
            [photo for photo, _ in rows],
            np.stack([scores[columns] for _, scores in rows]),
            run_id=run_id,
        )


def classifier_thresholds(project: Project, classifier: "Classifier") -> NDArray[np.float32]:
    """(n_classes,) of the classifier; the default for a class the project no longer has."""
    known = {name_key(record.name): record.threshold for record in project.classes}
    thresholds = [known.get(name_key(name), DEFAULT_THRESHOLD) for name in classifier.class_names]
    return np.array(thresholds, dtype=np.float32)
