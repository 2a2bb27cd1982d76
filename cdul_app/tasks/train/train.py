"""Stage 2, training and refinement: from initial pseudo labels to a classifier."""

from dataclasses import dataclass
from pathlib import Path

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
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import IntArray
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.progress import count_text
from cdul_app.project.checking.project_truth import TRUTH_SETTING
from cdul_app.project.exchange.label_places import read_place
from cdul_app.project.labels.class_thresholds import set_automatic_thresholds
from cdul_app.project.labels.label_changes import (
    MachineLabels,
    machine_labels,
    store_changed_photos,
)
from cdul_app.project.labels.label_matrices import answer_matrix
from cdul_app.project.labels.scored_state import ScoredState, read_scored_state
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_writable
from cdul_app.project.run_words import run_in_words
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.label_records import LabelSet
from cdul_app.storage.records.run_records import TRAIN
from cdul_app.tasks.recorded_run import RecordedRun, recorded_run
from cdul_app.tasks.train.collection import learn_from_collection
from cdul_app.tasks.train.trained import Trained


@dataclass(frozen=True)
class TrainingResult(TaskResult):
    classifier_file: Path
    run: int  # identifier in the table of runs
    changed: int  # photos that had labels and now have others


def train_project(
    location: ProjectLocation, config: TrainingConfig, *, since: MachineLabels | None = None
) -> Events[TrainingResult]:
    """Refine the pseudo labels, keep a classifier, label the photos with it.

    By default the collection teaches (tasks.train.collection); a classifier that reads photos is
    trained as in CDUL.

    A run that did not come to its end is resumed after its last whole epoch where the settings and
    the labels are the same.  since : what labels have changed from, else from those of now.
    Raises UserError.
    """
    check_writable(location)
    with writing_labels(location), ProjectStore(location.database, durable=False) as store:
        state, initial = read_scored_state(store), store.labels.read(LabelKind.INITIAL)
        if state is None or initial is None or not initial.photo_ids:
            raise ProjectError(tr("There are no labels to learn from yet: label the photos first."))
        if [record.identifier for record in store.classes.all()] != list(initial.class_ids):
            raise ProjectError(
                tr(
                    "The classes have changed since the photos were scored: score again (it takes "
                    "seconds, the photos are not read anew), then train."
                )
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
    truth, note = _truth(store, initial)
    if note:
        yield Noted(note)
    names = {record.identifier: record.name for record in store.classes.all()}
    class_names = tuple(names[identifier] for identifier in initial.class_ids)
    folder = location.run_folder(run.identifier)
    training = (
        _train_end_to_end(location, store, state, initial, config, class_names, folder, truth)
        if config.end_to_end
        else learn_from_collection(
            store,
            state,
            initial,
            config,
            class_names=class_names,
            folder=folder,
            provenance=_provenance(state),
            truth=truth,
        )
    )

    def record(event: Event) -> Event:
        if isinstance(event, EpochFinished):
            store.runs.add_epoch(run.identifier, event)
        if isinstance(event, Started) and event.device:
            run.set_device(event.device)
        return event

    trained = yield from relay(training, record)
    _store_labels(store, LabelKind.PSEUDO, initial, trained.pseudo_labels, run)
    _store_labels(store, LabelKind.CLASSIFIER, initial, trained.scores, run)
    if LabelKind.OUT_OF_FOLD in store.labels.kinds():  # of an earlier version: of other labels now
        nothing = np.full_like(trained.scores, np.nan)
        _store_labels(store, LabelKind.OUT_OF_FOLD, initial, nothing, run)
    set_automatic_thresholds(store)
    _keep_thresholds(store, initial, folder)
    store.settings.set("classifier_run", run.identifier)
    changed = store_changed_photos(store, before)
    summary = f"Trained on {count_text(len(initial.photo_ids), 'photo')}."
    summary = f"{summary} {trained.note}".strip()
    run.finish(summary, reason=trained.reason)
    from cdul_app.models.training.training_checkpoints import remove_checkpoint

    for earlier in store.runs.all():  # only the last training is ever resumed
        if earlier.kind == TRAIN:
            remove_checkpoint(location.run_folder(earlier.identifier))
    return TrainingResult(run_in_words(summary), trained.classifier_file, run.identifier, changed)


def _train_end_to_end(
    location: ProjectLocation,
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    config: TrainingConfig,
    class_names: tuple[str, ...],
    folder: Path,
    truth: IntArray | None,
) -> Events[Trained]:
    """CDUL's stage 2: a network learns from the photos, labels move towards what it says."""
    from cdul_app.models.training.training import train_classifier
    from cdul_app.models.training.training_data import TrainingData

    files = {
        photo.identifier: photo_file(location.folder, photo.path) for photo in store.photos.all()
    }
    data = TrainingData(
        paths=tuple(files.get(photo, location.folder / "missing") for photo in initial.photo_ids),
        pseudo_labels=np.array(initial.scores),
        answers=answer_matrix(store, initial.photo_ids, initial.class_ids),
        class_names=class_names,
        truth=truth,
    )
    trained = yield from train_classifier(
        data, config, run_folder=folder, provenance=_provenance(state)
    )
    # An answer is a target while training; the machine's own label is stored, since the answer
    # lies in a table of its own and may be taken back.
    answered = data.answers != UNOBSERVED
    return Trained(
        trained.classifier_file,
        np.where(answered, data.pseudo_labels, trained.pseudo_labels),
        trained.scores,
        trained.stopped_because,
    )


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


def _keep_thresholds(store: ProjectStore, initial: LabelSet, folder: Path) -> None:
    """A classifier that leaves the project knows what it takes for a label."""
    from cdul_app.models.classifier.classifier_files import keep_thresholds

    thresholds = {record.identifier: record.threshold for record in store.classes.all()}
    keep_thresholds(folder, np.array([thresholds[each] for each in initial.class_ids], np.float32))


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
        return None, tr("Training goes on without truth. {why}", why=error)
    if not truth.note:
        return truth.labels, ""
    return truth.labels, tr("Training goes on with the truth that fits. {note}", note=truth.note)


def _provenance(state: ScoredState) -> dict[str, object]:
    return {
        "encoder": state.encoding.encoder,
        "encoder_key": state.encoding.encoder_key,
        "views": str(state.encoding.plan),
        "prompts": [list(texts) for texts in state.prompts],
        "temperature": state.temperature,
        "scoring": state.config.to_dict(),
    }
