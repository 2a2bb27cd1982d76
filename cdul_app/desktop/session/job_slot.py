"""One job at a time: a newer one replaces the one that runs."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.events import Event, Events
from cdul_app.project.project import Project


class JobSlot(QObject):
    """Nothing more is heard of a job that was replaced or given up, or of any after `close`."""

    event_sent = Signal(object)
    ended = Signal(object)  # JobResult

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        priority: QThread.Priority = QThread.Priority.InheritPriority,
    ) -> None:
        super().__init__(parent)
        self._priority = priority
        self._job: Job | None = None
        self._next: Job | None = None  # starts once the job that is being stopped has ended
        self._is_given_up = False

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def kind(self) -> JobKind | None:
        return self._job.kind if self._job else None

    def start(self, kind: JobKind, make_events: Callable[[], Events[object]]) -> None:
        """At once, or when the job that runs has stopped after the batch it is at."""
        # Without a parent: a session that is dropped would delete the thread a second time.
        self._next = Job(kind, make_events)
        if self._job is None:
            self._start_next()
        else:
            self._job.cancel()

    def cancel(self) -> None:
        """Stop after the batch at hand, without waiting for it; `ended` follows."""
        self._next = None
        if self._job is not None:
            self._job.cancel()

    def give_up(self) -> None:
        """As `cancel`, but nothing more is heard of it, though it may be done already."""
        self._is_given_up = True
        self.cancel()

    def close(self) -> None:
        """Stop, and wait for it."""
        self.cancel()
        if self._job is not None:
            self._job.wait()
            self._job = None

    def _start_next(self) -> None:
        self._job, self._next = self._next, None
        if self._job is None:
            return
        self._is_given_up = False
        self._job.event_sent.connect(self._on_event)
        self._job.ended.connect(self._on_ended)
        self._job.start(self._priority)

    def _on_event(self, event: object) -> None:
        if self._job is not None and self._next is None and not self._is_given_up:
            self.event_sent.emit(event)

    def _on_ended(self, result: JobResult) -> None:
        if self._job is None:
            return
        self._job.wait()
        self._job = None
        if self._next is not None:
            self._start_next()
        elif not self._is_given_up:
            self.ended.emit(result)


class JobOwner(QObject):
    """Works beside the session's jobs, one job at a time; a newer one replaces it."""

    def __init__(
        self,
        project: Project,
        parent: QObject | None = None,
        *,
        priority: QThread.Priority = QThread.Priority.InheritPriority,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._slot = JobSlot(self, priority=priority)
        self._slot.event_sent.connect(self._on_event)
        self._slot.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        return self._slot.is_running

    def close(self) -> None:
        """Stop, and wait for it; what was done is kept."""
        self._slot.close()

    def _on_event(self, event: Event) -> None:
        """Nothing is told of what goes on, unless a class does it here."""

    def _on_ended(self, result: JobResult) -> None:
        raise NotImplementedError
