"""An open project in the window: its changes as signals, and the jobs that change it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.background_reading import BackgroundReading
from cdul_app.desktop.session.evaluation import Evaluation
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.desktop.session.photo_reading import PhotosRead, with_photos
from cdul_app.desktop.session.photo_search import PhotoSearch
from cdul_app.desktop.session.project_lock import ProjectLock
from cdul_app.desktop.session.truth_reading import TruthReading
from cdul_app.errors import UserError
from cdul_app.events import EpochFinished, Event, Events, PhotosListed, TaskResult
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.demo import label_project
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.predict import predict_folder
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project

_CHANGES_SCORES = {JobKind.SCORE, JobKind.TRAIN, JobKind.LABEL, JobKind.PREDICT}
_CHANGES_PHOTOS = _CHANGES_SCORES | {JobKind.SCAN}


class JobBusyError(UserError):
    """Another job is running."""


class ProjectSession(QObject):
    """Lives on the window's thread with the project; jobs open a store of their own on theirs."""

    photos_changed = Signal()
    photos_listed = Signal()
    classes_changed = Signal()
    scores_changed = Signal()
    thresholds_changed = Signal()
    answers_changed = Signal(object)  # rows, integer array
    flags_changed = Signal(object)  # rows, integer array
    undo_changed = Signal()
    decided_on = Signal(object, object)  # rows that undo or redo touched, class column or None
    runs_changed = Signal()
    truth_changed = Signal()
    job_started = Signal(object)  # JobKind
    job_event = Signal(object)  # events.Event
    job_finished = Signal(object)  # JobResult

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        """The session closes the project when it is closed."""
        super().__init__(parent)
        self.project = project
        self._closed = False
        self._lock: ProjectLock | None = None
        self._reads_when_idle = False
        changes = project.changes
        for listeners, signal in (
            (changes.photos, self.photos_changed),
            (changes.photos_listed, self.photos_listed),
            (changes.classes, self.classes_changed),
            (changes.scores, self.scores_changed),
            (changes.thresholds, self.thresholds_changed),
            (changes.answers, self.answers_changed),
            (changes.flags, self.flags_changed),
            (changes.undo, self.undo_changed),
            (changes.decided_on, self.decided_on),
            (changes.runs, self.runs_changed),
            (changes.truth, self.truth_changed),
        ):
            listeners.add(signal.emit)
        self._jobs = JobSlot(self)
        self._jobs.event_sent.connect(self._on_event)
        self._jobs.ended.connect(self._on_ended)
        self.reading = BackgroundReading(lambda: read_photos(project.location), self)
        self.search = PhotoSearch(project, self)
        self.truth = TruthReading(project, self)
        self.evaluation = Evaluation(project, self)

    @classmethod
    def open_folder(cls, folder: Path, database: Path | None = None) -> "ProjectSession":
        """Raises UserError where the folder or its project cannot be opened."""
        return cls(Project.open_folder(folder, database))

    def close(self) -> None:
        """Cancel a running job, wait for it, keep what was done.  Further calls do nothing."""
        if self._closed:
            return
        self._closed = True
        for part in (self.reading, self.search, self.truth, self.evaluation, self._jobs):
            part.close()
        self.project.close()
        if self._lock is not None:
            self._lock.release()

    def lock(self) -> None:
        """Keep other windows out till it is closed.  Raises ProjectError where one is in it."""
        self._lock = ProjectLock(self.project.location)

    # ---- jobs, one at a time; each raises JobBusyError while another runs ----

    @property
    def is_busy(self) -> bool:
        return self._jobs.is_running

    @property
    def job_kind(self) -> JobKind | None:
        return self._jobs.kind

    def read_when_idle(self) -> None:
        """From now on fingerprints and sizes are read while no job runs."""
        self._reads_when_idle = True
        if not self.is_busy:
            self.reading.start()

    def start_scan(self) -> None:
        self._start(JobKind.SCAN, lambda: scan_project(self.project.location))

    def start_scoring(self, config: ScoringConfig | None = None) -> None:
        """Only what is not cached is encoded: changed classes or settings take seconds."""
        scoring = config or self.project.settings.scoring
        self._start(JobKind.SCORE, lambda: score_project(self.project.location, scoring))
        self.project.settings.scoring = scoring

    def start_training(self, config: TrainingConfig | None = None) -> None:
        training = config or self.project.settings.training
        self._start(JobKind.TRAIN, lambda: train_project(self.project.location, training))
        self.project.settings.training = training

    def start_labeling(
        self, scoring: ScoringConfig | None = None, training: TrainingConfig | None = None
    ) -> None:
        """Score, then train, in one job."""
        project = self.project
        first, second = scoring or project.settings.scoring, training or project.settings.training
        self._start(JobKind.LABEL, lambda: label_project(project.location, first, second))
        project.settings.scoring, project.settings.training = first, second

    def start_prediction(self, folder: Path, output: Path) -> None:
        """Label the photos of any other folder with the classifier, into a CSV or JSON file."""
        location = self.project.location
        self._start(JobKind.PREDICT, lambda: predict_folder(location, on=folder, output=output))

    def start_export(self, label_format: str, output: Path) -> None:
        location = self.project.location
        self._start(
            JobKind.EXPORT,
            lambda: export_labels(location, label_format=label_format, output=output),
        )

    def start_fetch(self, encoder_identifier: str) -> None:
        self._start(JobKind.FETCH, lambda: fetch_encoder(encoder_identifier))

    def cancel_job(self) -> None:
        """Stop the job after the batch it is at; `job_finished` follows."""
        self._jobs.cancel()

    def _start(self, kind: JobKind, make_events: Callable[[], Events[TaskResult]]) -> None:
        if self._jobs.kind is not None:
            raise JobBusyError(
                f"{self._jobs.kind.heading} is still running: wait for it, or cancel it first."
            )
        self.reading.pause()

        def events() -> Events[TaskResult]:
            made = make_events()
            return with_photos(made, self.project.location) if kind in _CHANGES_PHOTOS else made

        self.job_started.emit(kind)
        self._jobs.start(kind, events)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, PhotosListed):
            self.project.list_photos(event)
        self.job_event.emit(event)
        if isinstance(event, EpochFinished):
            self.project.changes.runs()

    def _on_ended(self, result: JobResult) -> None:
        photos = None
        if isinstance(result.value, PhotosRead):
            photos = result.value.photos
            result = JobResult(result.kind, result.outcome, result.message, result.value.value)
        if result.kind is JobKind.SCAN and photos is not None:
            self.project.replace_photos(photos)
        elif result.kind in _CHANGES_PHOTOS:
            self.project.reload(photos)
        if result.kind in _CHANGES_PHOTOS:
            self.project.changes.photos()
        if result.kind in _CHANGES_SCORES:
            self.project.changes.scores()
            self.project.changes.runs()
        if self._reads_when_idle:
            self.reading.start()
        self.job_finished.emit(result)
