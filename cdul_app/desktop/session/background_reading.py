"""Reading photos while nothing else is to be done."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.job_slot import JobSlot
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
        self._slot = JobSlot(self, priority=QThread.Priority.LowPriority)
        self._slot.event_sent.connect(self._on_event)
        self._slot.ended.connect(self._on_ended)
        self.done = 0
        self.total = 0

    @property
    def is_running(self) -> bool:
        return self._slot.is_running

    def start(self) -> None:
        """Read what is unread, at once or when a reading that is being stopped has ended."""
        self.done = self.total = 0
        self._slot.start(JobKind.READ, self._make_events)

    def pause(self) -> None:
        """Stop after the photo at hand, without waiting for it."""
        self._slot.cancel()

    def close(self) -> None:
        """Stop and wait for it."""
        self._slot.close()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.total = event.total or 0
        elif isinstance(event, Progressed):
            self.done = event.done
        else:
            return
        self.changed.emit()

    def _on_ended(self, _: object) -> None:
        self.changed.emit()
