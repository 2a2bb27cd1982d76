"""Showing what other programs change in the project while its window is open."""

from PySide6.QtCore import QObject, QTimer, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.errors import ProjectError
from cdul_app.events import Outcome
from cdul_app.language import tr
from cdul_app.project.foreign_changes import Changed, ForeignChanges, read_photos
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project import Project

MS_BETWEEN_LOOKS = 1500


class ForeignChangesShown(JobOwner):
    """Looks now and then, while no job of the window runs, which changes the database itself."""

    shown = Signal(str)  # what another program has done

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._changes = ForeignChanges(project)
        self._timer = QTimer(self)
        self._timer.setInterval(MS_BETWEEN_LOOKS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        # Once the decision that met it is done.
        project.changes.decided_elsewhere.add(lambda: QTimer.singleShot(0, self.look))

    def pause(self) -> None:
        """A job of the window runs."""
        self._timer.stop()
        self._slot.give_up()

    def resume(self) -> None:
        """It has ended, and what it wrote is shown."""
        self._changes.accept()
        self._timer.start()

    def look(self) -> None:
        if self.is_running or not self._timer.isActive():
            return
        try:
            changed = self._changes.find()
            location, shown = self._project.location, len(self._project.photos)
            if Changed.ALL in changed:  # read on a thread: there may be 100,000 photos
                self._slot.start(JobKind.READ, lambda: read_photos(location))
            elif Changed.LISTING in changed:
                self._slot.start(JobKind.READ, lambda: read_photos(location, shown))
            elif changed:
                self._changes.show(changed)
                self.shown.emit(tr("What was decided in another program is shown now."))
        except ProjectError:
            return  # told when something is to be written

    def close(self) -> None:
        self._timer.stop()
        super().close()

    def _on_ended(self, result: JobResult) -> None:
        if result.outcome is not Outcome.DONE:
            self._changes.look_again()
        if not isinstance(result.value, PhotoTable):
            return
        project = self._project
        project.reload(result.value)
        project.decisions.reload()
        self._changes.accept()
        for changed in (project.changes.photos, project.changes.scores, project.changes.runs):
            changed()
        self.shown.emit(tr("Photos or labels were changed by another program and are shown now."))
