"""Decisions that the database did not take: tried again beside what a person goes on doing."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from cdul_app.errors import DatabaseBusyError, ProjectError
from cdul_app.language import tr
from cdul_app.project.project import Project

SECONDS_FOR_A_LOCK = 0.05  # that the window waits
MS_BETWEEN_TRIES = 250
SECONDS_UNTIL_TOLD = 1.0  # another program's write is over sooner, and nobody need hear of it


class WaitingDecisions(QObject):
    """Nothing that waits is shown as decided; what was stored in the end is."""

    failed = Signal(str)  # what was not stored, and why
    stored = Signal(str)  # all of it, after it was told that it was not

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._since = 0.0
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(MS_BETWEEN_TRIES)
        self._timer.timeout.connect(self._on_timeout)
        project.store.wait_for_locks(SECONDS_FOR_A_LOCK)
        project.changes.not_stored.add(self._on_not_stored)

    def close(self) -> None:
        """Try a last time."""
        self._timer.stop()
        if self._project.decisions.waiting:
            self._project.store.wait_for_locks(2.0)
            try:
                self._project.decisions.store_waiting()
            except ProjectError as error:
                self._tell(error)

    def _on_not_stored(self, error: ProjectError) -> None:
        if not self._timer.isActive():
            self._since = time.monotonic()
            self._told = ""
            self._timer.start()
        if not isinstance(error, DatabaseBusyError):
            self._tell(error)

    def _on_timeout(self) -> None:
        decisions = self._project.decisions
        try:
            decisions.store_waiting()
        except ProjectError as error:
            if self._told or time.monotonic() - self._since > SECONDS_UNTIL_TOLD:
                self._tell(error)
            return
        self._timer.stop()
        if self._told:
            self.stored.emit(tr("Saved now: all that could not be saved before."))

    def _tell(self, error: ProjectError) -> None:
        waiting = self._project.decisions.waiting
        if not waiting:
            return
        what = waiting[-1]
        if len(waiting) > 1:
            what = tr("{count} decisions, {last} last", count=len(waiting), last=what)
        if isinstance(error, DatabaseBusyError):
            reason = tr("Another program holds the project: it is saved as soon as that lets go.")
        else:
            reason = tr("{error} It is tried again by itself.", error=error)
        sentence = tr("Not saved yet, and so not shown: {what}. {reason}", what=what, reason=reason)
        if sentence != self._told:
            self._told = sentence
            self.failed.emit(sentence)
