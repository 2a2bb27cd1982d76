"""An open project in the window: its changes as signals, and what works on it beside the window."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.answer_record import AnswerRecord
from cdul_app.desktop.session.current_class import CurrentClass
from cdul_app.desktop.session.encoder_check import EncoderCheck
from cdul_app.desktop.session.evaluation import Evaluation
from cdul_app.desktop.session.foreign_changes import ForeignChangesShown
from cdul_app.desktop.session.labeling_costs import LabelingCosts
from cdul_app.desktop.session.photo_search import PhotoSearch
from cdul_app.desktop.session.project_jobs import ProjectJobs
from cdul_app.desktop.session.truth_reading import TruthReading
from cdul_app.desktop.session.waiting_decisions import WaitingDecisions
from cdul_app.errors import ProjectError
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.project.locks import ProjectLock, lock_for_window
from cdul_app.project.project import Project
from cdul_app.project.read_ahead import ReadProject, opened_ahead
from cdul_app.tasks.demo import prepare_demo


class ProjectSession(QObject):
    """Lives on the window's thread with the project, and closes it."""

    photos_changed = Signal()
    photos_listed = Signal()
    classes_changed = Signal()
    scores_changed = Signal()
    first_labels_came = Signal(object)  # rows without labels have got some; a scoring runs
    thresholds_changed = Signal()
    answers_changed = Signal(object)  # rows, integer array
    flags_changed = Signal(object)  # rows, integer array
    undo_changed = Signal()
    decided_on = Signal(object, object)  # rows that undo or redo touched, class column or None
    runs_changed = Signal()
    truth_changed = Signal()
    evidence_failed = Signal(str)  # a photo is shown without its parts, and why

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self._closed = False
        self._lock: ProjectLock | None = None
        changes = project.changes
        changes.photos.add(self.photos_changed.emit)
        changes.photos_listed.add(self.photos_listed.emit)
        changes.classes.add(self.classes_changed.emit)
        changes.scores.add(self.scores_changed.emit)
        changes.first_labels.add(self.first_labels_came.emit)
        changes.thresholds.add(self.thresholds_changed.emit)
        changes.answers.add(self.answers_changed.emit)
        changes.flags.add(self.flags_changed.emit)
        changes.undo.add(self.undo_changed.emit)
        changes.decided_on.add(self.decided_on.emit)
        changes.runs.add(self.runs_changed.emit)
        changes.truth.add(self.truth_changed.emit)
        self.current_class = CurrentClass(project, self)
        self.jobs = ProjectJobs(project, self)
        self.search = PhotoSearch(project, self)
        self.truth = TruthReading(project, self)
        self.evaluation = Evaluation(project, self)
        self.record = AnswerRecord(project, self)
        self.waiting = WaitingDecisions(project, self)
        self.foreign = ForeignChangesShown(project, self)
        self.encoder_check = EncoderCheck(project, self)
        self.labeling = LabelingCosts(project, self)
        for changed in (self.photos_changed, self.classes_changed, self.jobs.finished):
            changed.connect(self.labeling.look)
        self.jobs.started.connect(self.labeling.pause)
        self.jobs.started.connect(self.foreign.pause)
        self.jobs.finished.connect(self.foreign.resume)

    @classmethod
    def open_folder(
        cls, folder: Path, database: Path | None = None, *, read: ReadProject | None = None
    ) -> "ProjectSession":
        """read : what another thread has read of it.

        Raises UserError where the folder or its project cannot be opened.
        """
        if read is not None:
            return cls(opened_ahead(read.project.location, read))
        return cls(Project.open_folder(folder, database))

    @classmethod
    def open_demo(cls, into: Path | None = None) -> "ProjectSession":
        """Copy the bundled demo where it is not there yet and open it.  Raises ProjectError."""
        return cls(Project(prepare_demo(into)))

    def evidence(self, row: int) -> PhotoEvidence | None:
        """What each snippet says of a photo; None where it was not scored or that cannot be read,
        which is told."""
        try:
            return self.project.scoring.evidence(row)
        except ProjectError as error:
            self.evidence_failed.emit(str(error))
            return None

    def close(self) -> None:
        """Cancel what runs, wait for it, keep what was done.  Further calls do nothing."""
        if self._closed:
            return
        self._closed = True
        for part in (
            self.jobs, self.search, self.truth, self.evaluation, self.foreign, self.labeling,
            self.encoder_check,
        ):  # fmt: skip
            part.close()
        self.waiting.close()
        self.record.close()  # after the last decision
        self.project.close()
        if self._lock is not None:
            self._lock.release()

    def lock(self) -> None:
        """Keep other windows out till it is closed.  Raises ProjectError where one is in it."""
        self._lock = lock_for_window(self.project.location)
