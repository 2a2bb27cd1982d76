"""A large project is read on a thread before it is shown; the window answers meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.paths import ProjectLocation
from cdul_app.project.read_ahead import ReadProject, read_ahead

Show = Callable[[ReadProject | None], object]


class ReadingAhead(QObject):
    """Of several wishes the last counts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.location: ProjectLocation | None = None  # that is being read
        self._show: Show | None = None
        self._slot = JobSlot(self)
        self._slot.ended.connect(self._on_ended)

    def start(self, location: ProjectLocation, show: Show) -> None:
        """show : called with what was read; with None where it could not be, which opening it then
        tells."""
        self.location, self._show = location, show
        self._slot.start(JobKind.READ, lambda: read_ahead(location))

    def give_up(self) -> None:
        self.location = self._show = None
        self._slot.give_up()

    def close(self) -> None:
        """As `give_up`, and wait for the thread."""
        self.give_up()
        self._slot.close()

    def _on_ended(self, result: JobResult) -> None:
        show, self.location, self._show = self._show, None, None
        if show is not None:
            show(result.value if isinstance(result.value, ReadProject) else None)
