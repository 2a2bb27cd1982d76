"""Reading the truth beside whatever else runs: a large file takes seconds."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.events import Outcome
from cdul_app.project.project import Project
from cdul_app.tasks.evaluate import TruthRead, read_project_truth


class TruthReading(JobOwner):
    """Keeps the project's truth in step with its photos and classes, and loads another file."""

    failed = Signal(str)  # the file that was to be loaded cannot be used

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        for changed in (project.changes.photos, project.changes.classes):
            changed.add(self.refresh)
        self.refresh()

    def load(self, file: Path) -> None:
        """Compare with this file from now on: `truth_changed` of the session follows, or `failed`
        where it cannot be read or fits no photo or class."""
        paths, names = self._project.photos.paths, self._project.classes.names
        file = file.expanduser().absolute()
        self._slot.start(JobKind.READ, lambda: read_project_truth(file, paths, names))

    def refresh(self) -> None:
        """Read the file that was chosen anew, for the photos and classes as they are now."""
        file = self._project.truth.file
        if file is not None and self._project.truth.known_labels is None:
            self.load(file)

    def _on_ended(self, result: JobResult) -> None:
        if isinstance(result.value, TruthRead):
            self._project.truth.keep(result.value.file, result.value.truth)
        elif result.outcome is Outcome.FAILED:
            self.failed.emit(result.message)
