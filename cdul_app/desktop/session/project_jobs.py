"""The jobs that change an open project, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.background_reading import BackgroundReading
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.errors import UserError
from cdul_app.events import (
    EpochFinished,
    Event,
    Events,
    Outcome,
    PhotosLabelled,
    PhotosListed,
    TaskResult,
)
from cdul_app.formats.export_options import ExportOptions
from cdul_app.language import tr
from cdul_app.project.labeling.choice import prefer_encoder
from cdul_app.project.photo_folder import check_still_there
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project import Project
from cdul_app.project.unfinished import unfinished_other_folder
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.export_classifier import export_classifier
from cdul_app.tasks.other_project import make_other_project
from cdul_app.tasks.predict import PredictionResult, predict_folder
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.score_and_train import score_and_train
from cdul_app.tasks.train.train import train_project

_CHANGES_SCORES = {JobKind.SCORE, JobKind.TRAIN, JobKind.SCORE_AND_TRAIN, JobKind.PREDICT}
_LABELS_PHOTOS = {JobKind.SCORE, JobKind.SCORE_AND_TRAIN}
_CHANGES_PHOTOS = _CHANGES_SCORES | {JobKind.SCAN}


class JobBusyError(UserError):
    """Another job is running."""


@dataclass(frozen=True)
class _PhotosRead(TaskResult):
    """The photo list is read on the job's thread, so that the window need not wait for it."""

    value: TaskResult  # the job's own result
    photos: PhotoTable  # as the job leaves them


class ProjectJobs(JobOwner):
    """Each opens a store of its own on its thread; the project is read again when it has ended.

    What starts a job raises JobBusyError while another runs, and ProjectError where the project
    cannot be changed any more.
    """

    started = Signal(object)  # JobKind
    event_sent = Signal(object)  # events.Event
    finished = Signal(object)  # JobResult

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._reads_when_idle = False
        self.reading = BackgroundReading(project, self)

    @property
    def is_busy(self) -> bool:
        return self.is_running

    @property
    def kind(self) -> JobKind | None:
        return self._slot.kind

    def read_when_idle(self) -> None:
        """From now on fingerprints and sizes are read while no job runs."""
        self._reads_when_idle = True
        if not self.is_running:
            self.reading.start()

    def start_scan(self) -> None:
        self._start(JobKind.SCAN, lambda: scan_project(self._project.location))

    def start_scoring(self, config: ScoringConfig | None = None) -> None:
        """Only what is not cached is encoded: changed classes or settings take seconds.  An
        encoder that is not on disk is downloaded first."""
        location, scoring = self._project.location, config or self._project.settings.scoring
        self._start(JobKind.SCORE, lambda: score_project(location, scoring, fetch=True))
        self._project.settings.scoring = scoring

    def start_training(self, config: TrainingConfig | None = None) -> None:
        training = config or self._project.settings.training
        self._start(JobKind.TRAIN, lambda: train_project(self._project.location, training))
        self._project.settings.training = training

    def start_scoring_and_training(
        self, scoring: ScoringConfig | None = None, training: TrainingConfig | None = None
    ) -> None:
        """Score, then train, in one job."""
        location, settings = self._project.location, self._project.settings
        first, second = scoring or settings.scoring, training or settings.training
        self._start(
            JobKind.SCORE_AND_TRAIN, lambda: score_and_train(location, first, second, fetch=True)
        )
        settings.scoring, settings.training = first, second

    def start_prediction(self, folder: Path, output: Path, *, overwrite: bool = False) -> None:
        """Label the photos of any other folder with the classifier, into a CSV or JSON file.

        overwrite : also a file that this project did not write."""
        location = self._project.location
        self._start(
            JobKind.PREDICT,
            lambda: predict_folder(location, on=folder, output=output, overwrite=overwrite),
        )

    def start_other_project(self, labelled: PredictionResult) -> None:
        """Make a project of a folder that was labelled, with this one's classes."""
        location = self._project.location
        self._start(
            JobKind.OTHER_PROJECT,
            lambda: make_other_project(location, labelled.folder, labelled.labels),
        )

    def start_export(
        self,
        label_format: str,
        output: Path,
        options: ExportOptions | None = None,
        *,
        overwrite: bool = False,
    ) -> None:
        """overwrite : also what this project did not write."""
        location = self._project.location
        self._start(
            JobKind.EXPORT,
            lambda: export_labels(
                location,
                label_format=label_format,
                output=output,
                options=options or ExportOptions(),
                overwrite=overwrite,
            ),
        )

    def start_classifier_export(self, output: Path, *, onnx: bool) -> None:
        """Write the classifier as a folder, over files of the same names; onnx : also as ONNX."""
        location = self._project.location
        self._start(
            JobKind.CLASSIFIER,
            lambda: export_classifier(location, output, onnx=onnx, overwrite=True),
        )

    def cancel(self) -> None:
        """Stop the job after the batch it is at; `finished` follows."""
        self._slot.cancel()

    def close(self) -> None:
        self.reading.close()
        super().close()

    def refuse_while_busy(self) -> None:
        """Raises JobBusyError while a job runs."""
        if self._slot.kind is not None:
            raise JobBusyError(
                tr(
                    "{job} is still running: wait for it, or cancel it first.",
                    job=self._slot.kind.heading,
                )
            )

    def _start(self, kind: JobKind, make_events: Callable[[], Events[TaskResult]]) -> None:
        self.refuse_while_busy()
        location = self._project.location
        if kind in _CHANGES_PHOTOS:
            check_still_there(location)
        self.reading.pause()

        def with_photos() -> Events[TaskResult]:
            value = yield from make_events()
            return _PhotosRead(value.summary, value, PhotoTable.load(location))

        # Its first event comes with the next turn of the loop.
        self._slot.start(kind, with_photos if kind in _CHANGES_PHOTOS else make_events)
        self.started.emit(kind)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, PhotosListed):
            self._project.list_photos(event)
        elif isinstance(event, PhotosLabelled):
            self._project.scoring.show_first_labels(event)
        self.event_sent.emit(event)
        if isinstance(event, EpochFinished):
            self._project.changes.runs()

    def _on_ended(self, result: JobResult) -> None:
        project, photos = self._project, None
        if isinstance(result.value, _PhotosRead):
            photos = result.value.photos
            result = replace(result, value=result.value.value)
        if result.kind is JobKind.PREDICT and result.outcome is Outcome.CANCELLED:
            kept = unfinished_other_folder(project)
            result = replace(result, message=kept or result.message)
        if result.kind is JobKind.SCAN and photos is not None:
            project.replace_photos(photos)
        elif result.kind in _CHANGES_PHOTOS:
            project.reload(photos)
        if result.kind in _CHANGES_PHOTOS:
            project.changes.photos()
        if result.kind in _CHANGES_SCORES:
            project.changes.scores()
            project.changes.runs()
        if result.kind in _LABELS_PHOTOS and result.outcome is Outcome.DONE:
            self._remember_encoder()
        if self._reads_when_idle:
            self.reading.start()
        self.finished.emit(result)

    def _remember_encoder(self) -> None:
        """What has worked is what the next project begins with."""
        state = self._project.scoring.state
        if state is not None and state.config.encoder != DEMO_ENCODER:
            prefer_encoder(state.config.encoder)
