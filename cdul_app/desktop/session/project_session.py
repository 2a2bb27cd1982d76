"""An open project: its settings, and the jobs that change it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.background_reading import BackgroundReading
from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.desktop.session.photo_reading import PhotosRead, with_photos
from cdul_app.desktop.session.photo_search import PhotoSearch
from cdul_app.desktop.session.project_lock import ProjectLock
from cdul_app.errors import UserError
from cdul_app.events import EpochFinished, Event, Events, PhotosListed, TaskResult
from cdul_app.formats.truth import match_truth
from cdul_app.formats.truth_files import read_truth
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.class_warnings import class_warnings
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project_decisions import ProjectDecisions
from cdul_app.project.saved_filters import SavedFilter, read_saved_filters, write_saved_filters
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.demo import label_project
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.predict import predict_folder
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import check_folder, scan_project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project

_CHANGES_SCORES = {JobKind.SCORE, JobKind.TRAIN, JobKind.LABEL, JobKind.PREDICT}
_CHANGES_PHOTOS = _CHANGES_SCORES | {JobKind.SCAN}


class JobBusyError(UserError):
    """Another job is running."""


class ProjectSession(ProjectDecisions):
    """Lives on the window's thread with a store of its own; jobs open theirs on their thread."""

    job_started = Signal(object)  # JobKind
    job_event = Signal(object)  # events.Event
    job_finished = Signal(object)  # JobResult

    def __init__(self, location: ProjectLocation, parent: QObject | None = None) -> None:
        """Open the project, made where there is none.  Raises FolderError, ProjectError."""
        super().__init__(location, parent)
        self._job: Job | None = None
        self._closed = False
        self._lock: ProjectLock | None = None
        self.reading = BackgroundReading(lambda: read_photos(self.location), self)
        self._reads_when_idle = False
        self.search = PhotoSearch(self, self)

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
        self.reading.close()
        self.search.close()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None
        self._store.close()
        if self._lock is not None:
            self._lock.release()

    def lock(self) -> None:
        """Keep other windows out till it is closed.  Raises ProjectError where one is in it."""
        self._lock = ProjectLock(self.location)

    # ---- what a person changes ----

    def class_warnings(self, definitions: Sequence[ClassDefinition]) -> list[str]:
        """Sentences about a list that could become the classes."""
        return class_warnings(self._store, self.scoring_config, definitions)

    def set_scoring_config(self, config: ScoringConfig) -> None:
        self._store.settings.set("scoring_config", config.to_dict())

    def set_training_config(self, config: TrainingConfig) -> None:
        self._store.settings.set("training_config", config.to_dict())

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

    def saved_filters(self) -> list[SavedFilter]:
        """In the order they were saved."""
        return read_saved_filters(self._store.settings)

    def save_filters(self, filters: Sequence[SavedFilter]) -> None:
        """Keep these, and no others."""
        write_saved_filters(self._store.settings, filters)

    # ---- jobs, one at a time; each raises JobBusyError while another runs ----

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    @property
    def job_kind(self) -> JobKind | None:
        return self._job.kind if self._job else None

    def read_when_idle(self) -> None:
        """From now on fingerprints and sizes are read while no job runs."""
        self._reads_when_idle = True
        if self._job is None:
            self.reading.start()

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

    def _start(self, kind: JobKind, make_events: Callable[[], Events[TaskResult]]) -> None:
        if self._job is not None:
            raise JobBusyError(
                f"{self._job.kind.heading} is still running: wait for it, or cancel it first."
            )
        self.reading.pause()

        def events() -> Events[TaskResult]:
            made = make_events()
            return with_photos(made, self.location) if kind in _CHANGES_PHOTOS else made

        # Without a parent: a session that is dropped would delete the thread a second time.
        self._job = Job(kind, events)
        self._job.event_sent.connect(self._pass_event)
        self._job.ended.connect(self._finish_job)
        self.job_started.emit(kind)
        self._job.start()

    def _pass_event(self, event: Event) -> None:
        if self._closed:
            return
        if isinstance(event, PhotosListed):
            self._list_photos(event)
        self.job_event.emit(event)
        if isinstance(event, EpochFinished):
            self.runs_changed.emit()

    def _finish_job(self, result: JobResult) -> None:
        if self._job is not None:
            self._job.wait()
            self._job = None
        if self._closed:
            return
        photos: PhotoTable | None = None
        if isinstance(result.value, PhotosRead):
            photos = result.value.photos
            result = replace(result, value=result.value.value)
        if result.kind is JobKind.SCAN and photos is not None:
            self._replace_photos(photos)
            self.photos_changed.emit()
        elif result.kind in _CHANGES_PHOTOS:
            self._load(photos)
            self.photos_changed.emit()
        if result.kind in _CHANGES_SCORES:
            self.scores_changed.emit()
            self.runs_changed.emit()
        if self._reads_when_idle:
            self.reading.start()
        self.job_finished.emit(result)
