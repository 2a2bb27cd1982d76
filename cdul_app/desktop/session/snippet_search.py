"""Looking for the best snippets of a class beside whatever else runs."""

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.events import Event, Outcome, Progressed
from cdul_app.project.project import Project
from cdul_app.tasks.top_snippets import SnippetsFound, TopSnippet, top_snippets


class SnippetSearch(JobOwner):
    """What was found is kept until scores change."""

    found = Signal(int)  # identifier of the class
    progressed = Signal(int, int)  # photos looked at, photos in all
    failed = Signal(str)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._class_id: int | None = None
        self._known: dict[int, tuple[TopSnippet, ...]] = {}
        project.changes.scores.add(self._forget)

    def snippets(self, class_id: int) -> tuple[TopSnippet, ...] | None:
        """What was found; None where it has to be searched for."""
        return self._known.get(class_id)

    def start(self, class_id: int) -> None:
        """`found` follows, or `failed`."""
        if self._slot.is_running and self._class_id == class_id:
            return
        self._class_id = class_id
        location = self._project.location
        self._slot.start(JobKind.READ, lambda: top_snippets(location, class_id))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progressed):
            self.progressed.emit(event.done, event.total or 0)

    def _on_ended(self, result: JobResult) -> None:
        if result.outcome is Outcome.FAILED:
            self.failed.emit(result.message)
        elif isinstance(result.value, SnippetsFound) and self._class_id is not None:
            self._known[self._class_id] = result.value.snippets
            self.found.emit(self._class_id)

    def _forget(self) -> None:
        """A search among the scores of before is given up too."""
        self._known.clear()
        self._class_id = None
        self._slot.give_up()
