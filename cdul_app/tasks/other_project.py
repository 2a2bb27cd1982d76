"""A project of another folder, from the labels that this project's classifier gave its photos."""

from dataclasses import dataclass
from pathlib import Path

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.events import Events, TaskResult
from cdul_app.formats.label_table import LabelTable
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.paths import ProjectLocation, is_there, locate_project
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_folder, check_writable
from cdul_app.project.project import Project
from cdul_app.project.run_words import run_in_words
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.run_records import PREDICT
from cdul_app.tasks.recorded_run import recorded_run
from cdul_app.tasks.scan.scan import scan_photos


@dataclass(frozen=True)
class OtherProject(TaskResult):
    folder: Path


def make_other_project(
    location: ProjectLocation, folder: Path, labels: LabelTable
) -> Events[OtherProject]:
    """Begin a project of `folder` with the classes, prompts, thresholds and scoring settings of
    this one; `labels` are its first ones, until it is scored or trained itself.

    One that has classes already stays as it is.  Raises UserError.
    """
    check_folder(folder)
    target = locate_project(folder)
    check_writable(target)
    summary = f"Made a project of {folder.name} with {len(labels.paths):,} labelled photos."
    if is_there(target.database):
        with ProjectStore(target.database) as store:
            if store.classes.all():
                return OtherProject(
                    tr("{folder} is a project already, and opens as it was.", folder=folder.name),
                    folder,
                )
    with Project(location) as project:
        records = {name_key(record.name): record for record in project.classes}
        scoring = project.settings.scoring
    known = [records.get(name_key(name)) for name in labels.class_names]
    with writing_labels(target), Project(target, create=True) as other:
        store = other.store
        yield from scan_photos(store, folder)
        other.settings.scoring = scoring
        store.classes.replace(
            ClassDefinition(name) if record is None else record.definition
            for name, record in zip(labels.class_names, known, strict=True)
        )
        classes = store.classes.all()
        for each, record in zip(classes, known, strict=True):
            if record is None:
                continue
            if record.threshold_origin is ThresholdOrigin.PERSON:
                store.classes.set_threshold(each.identifier, record.threshold)
            else:
                store.classes.set_automatic_thresholds({each.identifier: record.threshold})
        photos = {photo.path: photo.identifier for photo in store.photos.all()}
        rows = [row for row, path in enumerate(labels.paths) if path in photos]
        config = {"on": str(folder), "classifier_of": str(location.folder), **labels.provenance}
        with recorded_run(store, PREDICT, config) as run:
            for kind in (LabelKind.PSEUDO, LabelKind.CLASSIFIER):
                store.labels.write_set(
                    kind,
                    [each.identifier for each in classes],
                    [photos[labels.paths[row]] for row in rows],
                    labels.scores[rows],
                    run_id=run.identifier,
                )
            run.finish(summary)
        return OtherProject(run_in_words(summary), folder)
