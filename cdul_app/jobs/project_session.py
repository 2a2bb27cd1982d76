"""An open project: what the windows show, and the jobs that change it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cdul_app.core.class_list import ClassDefinition
from cdul_app.core.configs import ScoringConfig, TrainingConfig
from cdul_app.core.errors import TruthError, UserError
from cdul_app.core.events import EpochFinished, Event, Events
from cdul_app.core.evidence import PhotoEvidence, view_similarities
from cdul_app.core.label_errors import label_doubt, photo_doubt
from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.label_metrics import PrecisionRecall
from cdul_app.core.label_report import SampleDesign
from cdul_app.core.reviews import (
    NO,
    UNOBSERVED,
    YES,
    ReviewState,
    disagreements,
    predicted_classes,
    uncertainty,
)
from cdul_app.core.truth import match_truth
from cdul_app.core.truth_files import read_truth
from cdul_app.jobs.answer_history import AnswerHistory, AnswerStep
from cdul_app.jobs.class_warnings import class_warnings
from cdul_app.jobs.job import Job, JobKind, JobResult
from cdul_app.jobs.photo_table import PhotoTable
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.pipeline.cuts import ShownLabels, class_cut
from cdul_app.pipeline.demo import label_project
from cdul_app.pipeline.evaluate import evaluate_project, precision_recall_of_class
from cdul_app.pipeline.export import export_labels
from cdul_app.pipeline.fetch import fetch_encoder
from cdul_app.pipeline.label_matrices import answer_matrix, label_matrix
from cdul_app.pipeline.label_report import read_designs
from cdul_app.pipeline.predict import predict_folder
from cdul_app.pipeline.scan import check_folder, scan_project
from cdul_app.pipeline.score import score_project
from cdul_app.pipeline.scored_state import ScoredState, read_scored_state
from cdul_app.pipeline.train import train_project
from cdul_app.storage.answer_records import AnswerChange
from cdul_app.storage.class_records import ClassRecord
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.run_records import RunRecord

ProjectClass = ClassRecord
_ANSWER_WORDS = {YES: "yes", NO: "no", UNOBSERVED: "no answer"}
_CHANGES_SCORES = {JobKind.SCORE, JobKind.TRAIN, JobKind.LABEL, JobKind.PREDICT}


class JobBusyError(UserError):
    """Another job is running."""


class ProjectSession(QObject):
    """Lives on the window's thread with a store of its own; jobs open theirs on their thread.

    Rows of every array are those of `photos`, columns those of `classes`.
    """

    photos_changed = Signal()
    classes_changed = Signal()
    scores_changed = Signal()
    thresholds_changed = Signal()
    answers_changed = Signal(object)  # rows, integer array
    undo_changed = Signal()
    runs_changed = Signal()
    truth_changed = Signal()
    job_started = Signal(object)  # JobKind
    job_event = Signal(object)  # core.events.Event
    job_finished = Signal(object)  # JobResult

    def __init__(self, location: ProjectLocation, parent: QObject | None = None) -> None:
        """Open the project, made where there is none.  Raises FolderError, ProjectError."""
        super().__init__(parent)
        check_folder(location.folder)
        self.location = location
        self._store = ProjectStore(location.database, create=True)
        self._job: Job | None = None
        self._closed = False
        self._history = AnswerHistory()
        self._scores: dict[LabelKind, NDArray[np.float32] | None] = {}
        self._scored_state: ScoredState | None = None
        self._designs: tuple[SampleDesign, ...] | None = None
        self._truth_labels: NDArray[np.int8] | None = None
        self.photos = PhotoTable.from_records(location.folder, [])
        self.classes: tuple[ProjectClass, ...] = ()
        self.answers: NDArray[np.int8] = np.zeros((0, 0), dtype=np.int8)
        self._load()

    @classmethod
    def open_folder(cls, folder: Path, database: Path | None = None) -> "ProjectSession":
        """Raises UserError where the folder or its project cannot be opened."""
        check_folder(folder.expanduser().absolute())
        return cls(locate_project(folder, database))

    def close(self) -> None:
        """Cancel a running job, wait for it, keep what was done.  Further calls do nothing."""
        if self._closed:
            return
        self._closed = True
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None
        self._store.close()

    # ---- what is shown ----

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,), in [0, 1]."""
        return np.array([record.threshold for record in self.classes], dtype=np.float32)

    def scores(self, kind: LabelKind) -> NDArray[np.float32] | None:
        """(n_photos, n_classes) in [0, 1], NaN where not scored; None where the kind is absent."""
        if kind not in self._scores:
            labels = self._store.labels.read(kind)
            self._scores[kind] = (
                None
                if labels is None
                else label_matrix(
                    labels,
                    self.photos.ids.tolist(),
                    [record.identifier for record in self.classes],
                )
            )
        return self._scores[kind]

    @property
    def display_kind(self) -> LabelKind | None:
        """The kind labels are shown from: the current pseudo labels, None before scoring."""
        return None if self.scores(LabelKind.PSEUDO) is None else LabelKind.PSEUDO

    def sorting_scores(self, column: int | None) -> NDArray[np.float32] | None:
        """(n_photos,) what photos are sorted by, for a class or, with None, for their best one:
        the classifier's scores, before training the ranking scores.  None before scoring."""
        for kind in (LabelKind.CLASSIFIER, LabelKind.RANKING, LabelKind.PSEUDO):
            scores = self.scores(kind)
            if scores is None or not scores.shape[1]:
                continue
            best = scores if column is None else scores[:, column : column + 1]
            best = np.where(np.isnan(best), -1, best).max(axis=1)
            if (best >= 0).any():  # else the class was added since
                return np.where(best < 0, np.nan, best).astype(np.float32)
        return None

    def predicted(self, kind: LabelKind | None = None) -> NDArray[np.bool_]:
        """(n_photos, n_classes): the score reaches its threshold, or the answer is yes."""
        return predicted_classes(self._shown_scores(kind), self.thresholds, self.answers)

    def predicted_row(self, row: int) -> NDArray[np.bool_]:
        """(n_classes,): `predicted` of one photo, without looking at the others."""
        chosen = slice(row, row + 1)
        scores = self._shown_scores(None)[chosen]
        return np.asarray(predicted_classes(scores, self.thresholds, self.answers[chosen])[0])

    def uncertainty(self) -> NDArray[np.float32]:
        """(n_photos,) in [0, 1], 1 where a class lies on its threshold; NaN where not scored."""
        return uncertainty(self._shown_scores(None), self.thresholds).astype(np.float32)

    def likely_errors(self) -> NDArray[np.float32] | None:
        """(n_photos,) in [0, 1], high where a trained classifier doubts a label that is shown and
        not answered; NaN where it has not seen the photo, None before training."""
        predictions = self.scores(LabelKind.CLASSIFIER)
        if predictions is None:
            return None
        left_out = self.scores(LabelKind.OUT_OF_FOLD)
        if left_out is not None:
            predictions = np.where(np.isnan(left_out), predictions, left_out)
        doubt = label_doubt(self.predicted(), predictions, self.answers)
        return photo_doubt(doubt).astype(np.float32)

    def review_states(self) -> NDArray[np.str_]:
        """(n_photos,) values of ReviewState; an error outweighs a disagreement, that an answer."""
        states = np.full(len(self.photos), ReviewState.UNREVIEWED.value, dtype="<U12")
        states[(self.answers != UNOBSERVED).any(axis=1)] = ReviewState.ANSWERED.value
        if self.display_kind is not None:
            differs = disagreements(self._shown_scores(None), self.thresholds, self.answers)
            states[differs] = ReviewState.DISAGREEMENT.value
        failed = np.array([error is not None for error in self.photos.errors], dtype=bool)
        states[failed] = ReviewState.ERROR.value
        return states

    def review_state(self, row: int) -> ReviewState:
        """The state of one photo, without looking at the others."""
        if self.photos.errors[row] is not None:
            return ReviewState.ERROR
        answers = self.answers[row : row + 1]
        if not (answers != UNOBSERVED).any():
            return ReviewState.UNREVIEWED
        scores = self._shown_scores(None)[row : row + 1]
        if self.display_kind is not None and disagreements(scores, self.thresholds, answers)[0]:
            return ReviewState.DISAGREEMENT
        return ReviewState.ANSWERED

    def evidence(self, row: int) -> PhotoEvidence | None:
        """What each snippet says of a photo, from its stored embeddings; None where not scored."""
        state = self._read_scored_state()
        if state is None:
            return None
        views = self._store.embeddings.views_of_photo(state.encoding, int(self.photos.ids[row]))
        if views is None:
            return None
        whole, local = view_similarities(
            views,
            state.class_embeddings,
            temperature=state.temperature,
            background_embeddings=state.background_embeddings,
        )
        columns = {identifier: column for column, identifier in enumerate(state.class_ids)}
        sources = [columns.get(record.identifier, -1) for record in self.classes]
        whole = np.append(whole, np.nan)[sources]  # column -1 is a class not scored yet
        local = np.column_stack([local, np.full(len(local), np.nan)])[:, sources]
        return PhotoEvidence(state.encoding.plan, whole, local, state.encoding.encoder)

    @property
    def is_stale(self) -> bool:
        """Whether classes or scoring settings differ from those of the last scoring."""
        state = self._read_scored_state()
        if state is None:
            return False
        config = self.scoring_config
        return (
            [record.identifier for record in self.classes] != list(state.class_ids)
            or tuple(config.prompts_of([record.definition for record in self.classes]))
            != state.prompts
            or (config.encoder, config.plan, config.zeta, config.temperature, config.background)
            != (
                state.config.encoder,
                state.config.plan,
                state.config.zeta,
                state.config.temperature,
                state.config.background,
            )
        )

    def shown_labels(self) -> ShownLabels | None:
        """The scores that labels are cut from, with the answers; None before scoring."""
        if self.display_kind is None:
            return None
        scores = self._shown_scores(None)
        ids = tuple(self.photos.ids.tolist())
        return (
            None if np.isnan(scores).all() else ShownLabels(ids, self.classes, scores, self.answers)
        )

    def sample_designs(self) -> tuple[SampleDesign, ...]:
        """The random sample of each class, drawn where there is none; empty before scoring."""
        shown = self.shown_labels()
        if self._designs is None and shown is not None:
            self._designs = read_designs(self._store, shown)
        return self._designs or ()

    # ---- what a person changes ----

    def set_classes(self, definitions: Sequence[ClassDefinition]) -> None:
        """Answers of removed classes are kept and return with the class.  Raises ClassListError."""
        self._store.classes.replace(definitions)
        self._load_classes()
        self.classes_changed.emit()

    def class_warnings(self, definitions: Sequence[ClassDefinition]) -> list[str]:
        """Sentences about a list that could become the classes."""
        return class_warnings(self._store, self.scoring_config, definitions)

    def set_threshold(self, column: int, value: float) -> None:
        """A person's cut, `value` in [0, 1]: no later step overwrites it."""
        self._store.classes.set_threshold(self.classes[column].identifier, value)
        self._read_thresholds()

    def set_automatic_threshold(self, column: int, value: float) -> None:
        """A cut found from scores and answers, which follows them from now on."""
        self._store.classes.set_automatic_thresholds({self.classes[column].identifier: value})
        self._read_thresholds()

    def use_automatic_threshold(self, column: int) -> None:
        """Cut the class where its scores and the answers say; nothing happens before scoring."""
        shown = self.shown_labels()
        cut = None if shown is None else class_cut(shown.scores, shown.answers, column)
        if cut is not None:
            self.set_automatic_threshold(column, cut.threshold)

    def _read_thresholds(self) -> None:
        self.classes = tuple(self._store.classes.all())
        self.thresholds_changed.emit()

    def answer(self, rows: Sequence[int], column: int, value: int) -> None:
        """Answer YES or NO for a class on some photos, or take answers back with UNOBSERVED."""
        changes = tuple(
            AnswerChange(
                int(self.photos.ids[row]),
                self.classes[column].identifier,
                int(self.answers[row, column]),
                value,
            )
            for row in rows
            if self.answers[row, column] != value
        )
        if not changes:
            return
        count = f"{len(changes):,} photos" if len(changes) > 1 else "1 photo"
        step = AnswerStep(
            f"{_ANSWER_WORDS[value]} for “{self.classes[column].name}” on {count}", changes
        )
        self._apply(step.changes, "answer")
        self._history.add(step)
        self.undo_changed.emit()

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def undo(self) -> str | None:
        """Take the last step back; returns a sentence about it, None where there is none."""
        if not self._history.can_undo:
            return None
        step = self._history.next_undo
        self._apply(step.reversed_changes(), "undo")
        self._history.mark_undone()
        self.undo_changed.emit()
        return f"Undid {step.description}."

    def redo(self) -> str | None:
        """Do the step last undone again; returns a sentence about it, None where there is none."""
        if not self._history.can_redo:
            return None
        step = self._history.next_redo
        self._apply(step.changes, "redo")
        self._history.mark_redone()
        self.undo_changed.emit()
        return f"Did {step.description} again."

    @property
    def scoring_config(self) -> ScoringConfig:
        return ScoringConfig.from_dict(self._store.settings.get("scoring_config", {}))

    def set_scoring_config(self, config: ScoringConfig) -> None:
        self._store.settings.set("scoring_config", config.to_dict())

    @property
    def training_config(self) -> TrainingConfig:
        return TrainingConfig.from_dict(self._store.settings.get("training_config", {}))

    def set_training_config(self, config: TrainingConfig) -> None:
        self._store.settings.set("training_config", config.to_dict())

    @property
    def truth_file(self) -> Path | None:
        file = self._store.settings.get("truth_file")
        return Path(file) if file else None

    def load_truth(self, file: Path) -> None:
        """Raises TruthError where the file cannot be read or fits no photo or class."""
        file = file.expanduser().absolute()
        match_truth(read_truth(file), self.photos.paths, [record.name for record in self.classes])
        self._store.settings.set("truth_file", str(file))
        self._truth_labels = None
        self.truth_changed.emit()

    def clear_truth(self) -> None:
        self._store.settings.set("truth_file", None)
        self._truth_labels = None
        self.truth_changed.emit()

    def truth_labels(self) -> NDArray[np.int8] | None:
        """(n_photos, n_classes) of -1 unknown, 0 no, 1 yes; None where no truth can be read."""
        if self._truth_labels is None and self.truth_file is not None:
            try:
                rows, columns, labels = match_truth(
                    read_truth(self.truth_file),
                    self.photos.paths,
                    [record.name for record in self.classes],
                )
            except TruthError:
                return None
            self._truth_labels = np.full(self.answers.shape, -1, dtype=np.int8)
            self._truth_labels[np.ix_(rows, columns)] = labels
        return self._truth_labels

    def evaluation(self) -> dict[str, Any] | None:
        """The object of `evaluate --json`; None without truth or scores.  Raises TruthError."""
        if self.truth_file is None or self.display_kind is None:
            return None
        return evaluate_project(self.location, self.truth_file)

    def precision_recall(self, class_name: str) -> dict[LabelKind, PrecisionRecall]:
        """The curve of each kind of label; empty without truth or scores.  Raises TruthError."""
        if self.truth_file is None or self.display_kind is None:
            return {}
        return precision_recall_of_class(self.location, self.truth_file, class_name)

    def runs(self) -> list[RunRecord]:
        """Newest first."""
        return self._store.runs.all()

    def run_history(self, run_id: int) -> list[EpochFinished]:
        return self._store.runs.epochs(run_id)

    # ---- jobs, one at a time; each raises JobBusyError while another runs ----

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    @property
    def job_kind(self) -> JobKind | None:
        return self._job.kind if self._job else None

    def start_scan(self) -> None:
        self._start(JobKind.SCAN, lambda: scan_project(self.location))

    def start_scoring(self, config: ScoringConfig | None = None) -> None:
        """Only what is not cached is encoded: changed classes or settings take seconds."""
        scoring = config or self.scoring_config
        self._start(JobKind.SCORE, lambda: score_project(self.location, scoring))
        self.set_scoring_config(scoring)

    def start_training(self, config: TrainingConfig | None = None) -> None:
        training = config or self.training_config
        self._start(JobKind.TRAIN, lambda: train_project(self.location, training))
        self.set_training_config(training)

    def start_labeling(
        self, scoring: ScoringConfig | None = None, training: TrainingConfig | None = None
    ) -> None:
        """Score, then train, in one job."""
        first, second = scoring or self.scoring_config, training or self.training_config
        self._start(JobKind.LABEL, lambda: label_project(self.location, first, second))
        self.set_scoring_config(first)
        self.set_training_config(second)

    def start_prediction(self, folder: Path, output: Path) -> None:
        """Label the photos of any other folder with the classifier, into a CSV or JSON file."""
        self._start(
            JobKind.PREDICT, lambda: predict_folder(self.location, on=folder, output=output)
        )

    def start_export(self, label_format: str, output: Path) -> None:
        self._start(
            JobKind.EXPORT,
            lambda: export_labels(self.location, label_format=label_format, output=output),
        )

    def start_fetch(self, encoder_identifier: str) -> None:
        self._start(JobKind.FETCH, lambda: fetch_encoder(encoder_identifier))

    def cancel_job(self) -> None:
        """Stop the job after the batch it is at; `job_finished` follows."""
        if self._job is not None:
            self._job.cancel()

    def _start(self, kind: JobKind, make_events: Callable[[], Events]) -> None:
        if self._job is not None:
            raise JobBusyError(
                f"{self._job.kind.heading} is still running: wait for it, or cancel it first."
            )
        # Without a parent: a session that is dropped would delete the thread a second time.
        self._job = Job(kind, make_events)
        self._job.event_sent.connect(self._pass_event)
        self._job.ended.connect(self._finish_job)
        self.job_started.emit(kind)
        self._job.start()

    def _pass_event(self, event: Event) -> None:
        if not self._closed:
            self.job_event.emit(event)
            if isinstance(event, EpochFinished):
                self.runs_changed.emit()

    def _finish_job(self, result: JobResult) -> None:
        if self._job is not None:
            self._job.wait()
            self._job = None
        if self._closed:
            return
        if result.kind in _CHANGES_SCORES or result.kind is JobKind.SCAN:
            self._load()
            self.photos_changed.emit()
        if result.kind in _CHANGES_SCORES:
            self.scores_changed.emit()
            self.runs_changed.emit()
        self.job_finished.emit(result)

    # ---- reading the database ----

    def _load(self) -> None:
        self.photos = PhotoTable.from_records(self.location.folder, self._store.photos.all())
        self._load_classes()

    def _load_classes(self) -> None:
        self.classes = tuple(self._store.classes.all())
        self.answers = answer_matrix(
            self._store,
            tuple(self.photos.ids.tolist()),
            tuple(record.identifier for record in self.classes),
        )
        self._scores.clear()
        self._scored_state = None
        self._designs = None
        self._truth_labels = None

    def _read_scored_state(self) -> ScoredState | None:
        if self._scored_state is None:
            self._scored_state = read_scored_state(self._store)
        return self._scored_state

    def _shown_scores(self, kind: LabelKind | None) -> NDArray[np.float32]:
        wanted = kind or self.display_kind
        scores = self.scores(wanted) if wanted else None
        if scores is None:
            return np.full(self.answers.shape, np.nan, dtype=np.float32)
        return scores

    def _apply(self, changes: Sequence[AnswerChange], source: str) -> None:
        """Write answers; those of photos or classes no longer shown are written all the same."""
        self._store.answers.apply(changes, source=source)
        rows = self.photos.rows_by_id
        columns = {record.identifier: column for column, record in enumerate(self.classes)}
        touched = []
        for change in changes:
            row, column = rows.get(change.photo_id), columns.get(change.class_id)
            if row is not None and column is not None:
                self.answers[row, column] = change.after
                touched.append(row)
        self.answers_changed.emit(np.unique(np.array(touched, dtype=np.int64)))
