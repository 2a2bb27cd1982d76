"""Looking for the best snippets of a class beside whatever else runs."""

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome, Progressed
from cdul_app.method.top_snippets import TopSnippet
from cdul_app.tasks.top_snippets import SnippetsFound, top_snippets


class SnippetSearch(QObject):
    """One search at a time, a newer one replaces it; what was found is kept until scores change."""

    found = Signal(int)  # identifier of the class
    progressed = Signal(int, int)  # photos looked at, photos in all
    failed = Signal(str)

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._class_id: int | None = None
        self._next: int | None = None  # wanted once the search that is being stopped has ended
        self._known: dict[int, tuple[TopSnippet, ...]] = {}
        session.scores_changed.connect(self._known.clear)

    def snippets(self, class_id: int) -> tuple[TopSnippet, ...] | None:
        """What was found; None where it has to be searched for."""
        return self._known.get(class_id)

    def start(self, class_id: int) -> None:
        """`found` follows, or `failed`."""
        if self._job is not None:
            if self._class_id != class_id:
                self._next = class_id
                self._job.cancel()
            return
        self._class_id, self._next = class_id, None
        location = self._session.location
        # Without a parent: a session that is dropped would delete the thread a second time.
        self._job = Job(JobKind.READ, lambda: top_snippets(location, class_id))
        self._job.event_sent.connect(self._take)
        self._job.ended.connect(self._end)
        self._job.start()

    def close(self) -> None:
        """Stop and wait for it."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    def _take(self, event: object) -> None:
        if isinstance(event, Progressed):
            self.progressed.emit(event.done, event.total or 0)

    def _end(self, result: JobResult) -> None:
        class_id = self._class_id
        if self._job is not None:
            self._job.wait()
            self._job = None
        if isinstance(result.value, SnippetsFound) and class_id is not None:
            self._known[class_id] = result.value.snippets
        if self._next is not None:
            self.start(self._next)
        elif result.outcome is Outcome.FAILED:
            self.failed.emit(result.message)
        elif class_id in self._known and class_id is not None:
            self.found.emit(class_id)
