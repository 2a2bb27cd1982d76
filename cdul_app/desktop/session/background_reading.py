"""Reading photos while nothing else is to be done."""

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.events import Event, Outcome, Progressed, Started
from cdul_app.project.project import Project
from cdul_app.tasks.scan.read_photos import ReadingResult, read_photos


class BackgroundReading(JobOwner):
    """A job beside the one that a session may run; it yields to that one.

    What it reads a scoring would read as well, so that nothing is lost where it is stopped.
    """

    changed = Signal()  # it began, went on or ended
    failed = Signal(str)  # the project cannot be backed up, or its database is damaged

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent, priority=QThread.Priority.LowPriority)
        self.done = self.total = 0

    def start(self) -> None:
        """Read what is unread, at once or when a reading that is being stopped has ended."""
        self.done = self.total = 0
        self._slot.start(JobKind.READ, lambda: read_photos(self._project.location))

    def pause(self) -> None:
        """Stop after the photo at hand, without waiting for it."""
        self._slot.cancel()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.total = event.total or 0
        elif isinstance(event, Progressed):
            self.done = event.done
        else:
            return
        self.changed.emit()

    def _on_ended(self, result: JobResult) -> None:
        if isinstance(result.value, ReadingResult):
            self._project.photos.put_taken(result.value.dated, result.value.taken)
        if result.outcome is Outcome.FAILED:
            self.failed.emit(result.message)
        self.changed.emit()
