"""Taking the labels out of the project."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cdul_app.errors import ProjectError
from cdul_app.events import Events, Started, TaskResult
from cdul_app.formats.label_files import EXPLAINED_FORMATS, write_label_file
from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.paths import ProjectLocation
from cdul_app.project.label_matrices import answer_matrix, label_matrix
from cdul_app.project.label_snippets import best_snippets
from cdul_app.project.scored_state import read_scored_state
from cdul_app.storage.answer_records import AnswerOrigin
from cdul_app.storage.project_store import ProjectStore


@dataclass(frozen=True)
class ExportResult(TaskResult):
    output: Path
    photos: int  # that have labels


def export_labels(
    location: ProjectLocation, *, label_format: str, output: Path
) -> Events[ExportResult]:
    """Write the labels as they are shown: pseudo labels cut at each class's threshold, a person's
    answers first.  Raises ProjectError, ExportError."""
    with ProjectStore(location.database) as store:
        table = label_table(store)
        yield Started("Writing labels", len(table.paths))
        if label_format in EXPLAINED_FORMATS:
            table = yield from _explained(store, table)
        output = output.expanduser().absolute()
        write_label_file(table, output, label_format=label_format)
        left_out = store.photos.count() - len(table.paths)
        summary = f"Wrote the labels of {len(table.paths):,} photos to {output}"
        summary += f"; {left_out:,} without labels were left out." if left_out else "."
        return ExportResult(summary, output, len(table.paths))


def _explained(store: ProjectStore, table: LabelTable) -> Events[LabelTable]:
    """With where each label comes from: its snippet, or when it was answered."""
    by_path = {photo.path: photo.identifier for photo in store.photos.all()}
    photo_ids = [by_path[path] for path in table.paths]
    class_ids = [record.identifier for record in store.classes.all()]
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    columns = {identifier: column for column, identifier in enumerate(class_ids)}
    answered = {
        (rows[photo], columns[class_id]): answer_words(origin)
        for (photo, class_id), origin in store.answers.origins().items()
        if photo in rows and class_id in columns
    }
    table = replace(table, answered=answered)
    state = read_scored_state(store)
    if state is None:
        return table
    best = yield from best_snippets(store, state, photo_ids, class_ids)
    return replace(table, snippets=best.snippets, snippet_boxes=best.boxes)


def answer_words(origin: AnswerOrigin) -> dict[str, object]:
    """What the JSON form says of an answer."""
    words: dict[str, object] = {"answered": origin.answered}
    if origin.score is not None:
        words["score_shown"] = round(origin.score, 4)
    for name in ("threshold", "run"):
        if origin.shown.get(name) is not None:
            words[f"{name}_shown"] = origin.shown[name]
    return words


def label_table(store: ProjectStore) -> LabelTable:
    """The labels of all photos that are scored or answered.  Raises ProjectError for none."""
    photos, classes = store.photos.all(), store.classes.all()
    photo_ids = tuple(photo.identifier for photo in photos)
    class_ids = tuple(record.identifier for record in classes)
    stored = store.labels.read(LabelKind.PSEUDO)
    answers = answer_matrix(store, photo_ids, class_ids)
    scores = (
        label_matrix(stored, photo_ids, class_ids)
        if stored
        else np.full(answers.shape, np.nan, dtype=np.float32)
    )
    labelled = np.flatnonzero((~np.isnan(scores)).any(axis=1) | (answers != UNOBSERVED).any(axis=1))
    if not labelled.size:
        raise ProjectError("There are no labels to export yet: score the photos first.")
    thresholds = np.array([record.threshold for record in classes], dtype=np.float32)
    scores, answers = scores[labelled], answers[labelled]
    return LabelTable(
        tuple(photos[row].path for row in labelled),
        tuple(record.name for record in classes),
        predicted_classes(scores, thresholds, answers),
        scores,
        answers,
        thresholds,
        _provenance(store),
        tuple(record.threshold_origin.value for record in classes),
    )


def _provenance(store: ProjectStore) -> dict[str, object]:
    """Where the labels came from: encoder, settings, and the training that refined them."""
    provenance: dict[str, object] = {"labels": LabelKind.PSEUDO.value}
    state = read_scored_state(store)
    if state is not None:
        provenance |= {
            "encoder": state.encoding.encoder,
            "encoder_key": state.encoding.encoder_key,
            "temperature": state.temperature,
            "scoring": state.config.to_dict(),
        }
    stored = store.labels.read(LabelKind.PSEUDO)
    for run in store.runs.all():
        if stored and run.identifier == stored.run_id:
            provenance["run"] = {
                "id": run.identifier,
                "kind": run.kind,
                "started": run.started,
                "config": run.config,
                "versions": run.versions,
            }
    return provenance
