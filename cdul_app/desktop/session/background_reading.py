"""Reading photos while nothing else is to be done."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.events import Event, Events, Progressed, Started


class BackgroundReading(QObject):
    """A job beside the one that a session may run; it yields to that one.

    What it reads a scoring would read as well, so that nothing is lost where it is stopped, and
    nothing is said where it fails: the scoring tells.
    """

    changed = Signal()  # it began, went on or ended

    def __init__(
        self, make_events: Callable[[], Events[object]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make_events = make_events
        self._job: Job | None = None
        self._wanted = False
        self.done = 0
        self.total = 0

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def start(self) -> None:
        """Read what is unread, at once or when a reading that is being stopped has ended."""
        self._wanted = True
        if self._job is None:
            self._start()

    def pause(self) -> None:
        """Stop after the photo at hand, without waiting for it."""
        self._wanted = False
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop and wait for it."""
        self.pause()
        if self._job is not None:
            self._job.wait()
            self._job = None

    def _start(self) -> None:
        self._wanted = False
        self.done = self.total = 0
        # Without a parent: a session that is dropped would delete the thread a second time.
        self._job = Job(JobKind.READ, self._make_events)
        self._job.event_sent.connect(self._take_event)
        self._job.ended.connect(self._end)
        self._job.start(QThread.Priority.LowPriority)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.total = event.total or 0
        elif isinstance(event, Progressed):
            self.done = event.done
        else:
            return
        self.changed.emit()

    def _end(self, _: JobResult) -> None:
        if self._job is not None:
            self._job.wait()
            self._job = None
        if self._wanted:
            self._start()
        self.changed.emit()
