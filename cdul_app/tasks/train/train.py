"""Stage 2, training and refinement: from initial pseudo labels to a classifier."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ProjectError, UserError
from cdul_app.events import (
    EpochFinished,
    Event,
    Events,
    Noted,
    Outcome,
    Started,
    TaskResult,
    relay,
)
from cdul_app.formats.matching import align_labels
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import IntArray
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.progress import count_text
from cdul_app.project.class_thresholds import set_automatic_thresholds
from cdul_app.project.exchange.label_places import read_place
from cdul_app.project.label_changes import (
    MachineLabels,
    machine_labels,
    store_changed_photos,
)
from cdul_app.project.label_matrices import answer_matrix
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_writable
from cdul_app.project.project_truth import TRUTH_SETTING
from cdul_app.project.scored_state import ScoredState, read_scored_state
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.label_records import LabelSet
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.run_records import TRAIN
from cdul_app.tasks.recorded_run import RecordedRun, recorded_run
from cdul_app.tasks.train.cam_views import cam_guided_labels, remove_cam_files

if TYPE_CHECKING:
    from cdul_app.models.training.training_data import TrainingData


@dataclass(frozen=True)
class TrainingResult(TaskResult):
    classifier_file: Path
    run: int  # identifier in the table of runs
    changed: int  # photos that had labels and now have others


def train_project(
    location: ProjectLocation, config: TrainingConfig, *, since: MachineLabels | None = None
) -> Events[TrainingResult]:
    """Train a classifier on the pseudo labels, refine them, label the photos with it.

    A run that did not come to its end is resumed after its last whole epoch where the settings and
    the labels are the same.  since : what labels have changed from, else from those of now.
    Raises UserError.
    """
    check_writable(location)
    with writing_labels(location), ProjectStore(location.database, durable=False) as store:
        state, initial = read_scored_state(store), store.labels.read(LabelKind.INITIAL)
        if state is None or initial is None or not initial.photo_ids:
            raise ProjectError("There are no labels to learn from yet: label the photos first.")
        if [record.identifier for record in store.classes.all()] != list(initial.class_ids):
            raise ProjectError(
                "The classes have changed since the photos were scored: score again (it takes "
                "seconds, the photos are not read anew), then train."
            )
        from cdul_app.models.classifier.classifier_files import versions

        resume = _unfinished_run(store, config)
        with recorded_run(
            store, TRAIN, config.to_dict(), seed=config.seed, versions=versions(), resume=resume
        ) as run:
            before = machine_labels(store) if since is None else since
            return (yield from _train(location, store, state, initial, config, run, before))


def _unfinished_run(store: ProjectStore, config: TrainingConfig) -> int | None:
    """The last training run, where it was killed, cancelled or failed under the same settings."""
    for run in store.runs.all():
        if run.kind == TRAIN:
            settings = TrainingConfig.from_dict(run.config).with_changes(device=config.device)
            unfinished = run.outcome is not Outcome.DONE
            return run.identifier if unfinished and settings == config else None
    return None


def _train(
    location: ProjectLocation,
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    config: TrainingConfig,
    run: RecordedRun,
    before: MachineLabels,
) -> Events[TrainingResult]:
    from cdul_app.models.training.training import train_classifier
    from cdul_app.models.training.training_checkpoints import remove_checkpoint

    folder = location.run_folder(run.identifier)
    truth, note = _truth(store, initial)
    if note:
        yield Noted(note)
    data = _training_data(location, store, state, initial, config, truth)
    if config.cam_views:
        labels = yield from cam_guided_labels(store, state, initial, data, config, folder)
        data = replace(data, pseudo_labels=labels)

    def record(event: Event) -> Event:
        if isinstance(event, EpochFinished):
            store.runs.add_epoch(run.identifier, event)
        if isinstance(event, Started) and event.device:
            run.set_device(event.device)
        return event

    training = train_classifier(data, config, run_folder=folder, provenance=_provenance(state))
    trained = yield from relay(training, record)
    # An answer is a target while training; the machine's own label is stored, since the answer
    # lies in a table of its own and may be taken back.
    answered = data.answers != UNOBSERVED
    pseudo_labels = np.where(answered, data.pseudo_labels, trained.pseudo_labels)
    _store_labels(store, LabelKind.PSEUDO, initial, pseudo_labels, run)
    _store_labels(store, LabelKind.CLASSIFIER, initial, trained.scores, run)
    set_automatic_thresholds(store)
    store.settings.set("classifier_run", run.identifier)
    yield from _store_out_of_fold(store, initial, data, config, run)
    changed = store_changed_photos(store, before)
    summary = f"Trained on {count_text(len(data.pseudo_labels), 'photo')}."
    run.finish(summary, reason=trained.stopped_because)
    for earlier in store.runs.all():  # only the last training is ever resumed
        if earlier.kind == TRAIN:
            remove_checkpoint(location.run_folder(earlier.identifier))
            remove_cam_files(location.run_folder(earlier.identifier))
    return TrainingResult(summary, trained.classifier_file, run.identifier, changed)


def _store_out_of_fold(
    store: ProjectStore,
    initial: LabelSet,
    data: "TrainingData",
    config: TrainingConfig,
    run: RecordedRun,
) -> Events[None]:
    """Where the collection is large enough and the head takes seconds; else the set is emptied, so
    that no earlier training's is taken for this one's."""
    from cdul_app.models.training.out_of_fold import FEWEST_PHOTOS, predict_out_of_fold

    scores = np.full(data.pseudo_labels.shape, np.nan, dtype=np.float32)
    if not config.end_to_end and data.trainable.sum() >= FEWEST_PHOTOS:
        scores = yield from predict_out_of_fold(data, config)
    elif LabelKind.OUT_OF_FOLD not in store.labels.kinds():
        return
    _store_labels(store, LabelKind.OUT_OF_FOLD, initial, scores, run)


def _store_labels(
    store: ProjectStore,
    kind: LabelKind,
    initial: LabelSet,
    scores: NDArray[np.float32],
    run: RecordedRun,
) -> None:
    """scores : (n_photos, n_classes), in the order of the initial labels."""
    # A photo that could not be read again has no classifier score; its row is left out.
    rows = np.flatnonzero(np.isfinite(scores).all(axis=1))
    photos = [initial.photo_ids[row] for row in rows]
    store.labels.write_set(kind, initial.class_ids, photos, scores[rows], run_id=run.identifier)


def _training_data(
    location: ProjectLocation,
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    config: TrainingConfig,
    truth: IntArray | None,
) -> "TrainingData":
    from cdul_app.models.training.training_data import FeatureInputs, PhotoInputs, TrainingData

    records = {record.identifier: record for record in store.classes.all()}
    inputs: FeatureInputs | PhotoInputs
    if config.end_to_end:
        paths = {
            photo.identifier: photo_file(location.folder, photo.path)
            for photo in store.photos.all()
        }
        inputs = PhotoInputs(
            tuple(paths.get(photo, location.folder / "missing") for photo in initial.photo_ids)
        )
    else:
        inputs = FeatureInputs(_views(store, state, initial))
    return TrainingData(
        inputs=inputs,
        pseudo_labels=np.array(initial.scores),
        answers=answer_matrix(store, initial.photo_ids, initial.class_ids),
        class_names=tuple(records[identifier].name for identifier in initial.class_ids),
        class_embeddings=state.class_embeddings,
        temperature=state.temperature,
        background_embeddings=state.background_embeddings,
        truth=truth,
    )


def _views(store: ProjectStore, state: ScoredState, initial: LabelSet) -> NDArray[np.float16]:
    """(n_photos, n_views, dimension) in the order of the initial labels."""
    rows = {photo: row for row, photo in enumerate(initial.photo_ids)}
    shape = (len(rows), state.encoding.plan.view_count, state.encoding.dimension)
    views = np.zeros(shape, dtype=np.float16)
    found = 0
    for photo, stored in store.embeddings.views_of_photos(state.encoding):
        row = rows.get(photo)
        if row is not None:
            views[row] = stored
            found += 1
    if found < len(rows):
        count = len(rows) - found
        photos = "1 photo has" if count == 1 else f"{count:,} photos have"
        raise ProjectError(
            f"{photos} changed or left the folder since the photos were scored: score again, then "
            "train."
        )
    return views


def _truth(store: ProjectStore, initial: LabelSet) -> tuple[IntArray | None, str]:
    """(n_photos, n_classes) 0/1, -1 unknown, where a truth file is loaded; and a note."""
    file = store.settings.read(TRUTH_SETTING, Path)
    if file is None:
        return None, ""
    names = {record.identifier: record.name for record in store.classes.all()}
    paths = {photo.identifier: photo.path for photo in store.photos.all()}
    try:
        truth = align_labels(
            read_place(file),
            [paths.get(photo, "") for photo in initial.photo_ids],
            [names[identifier] for identifier in initial.class_ids],
        )
    except UserError as error:
        return None, f"Training goes on without truth. {error}"
    return truth.labels, truth.note and f"Training goes on with the truth that fits. {truth.note}"


def _provenance(state: ScoredState) -> dict[str, object]:
    return {
        "encoder": state.encoding.encoder,
        "encoder_key": state.encoding.encoder_key,
        "views": str(state.encoding.plan),
        "prompts": [list(texts) for texts in state.prompts],
        "background": [list(texts) for texts in state.background],
        "temperature": state.temperature,
        "scoring": state.config.to_dict(),
    }
