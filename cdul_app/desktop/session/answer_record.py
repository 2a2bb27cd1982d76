"""The record of answers, written beside the window: of 15,000 answers it takes 60 ms."""

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.events import Outcome
from cdul_app.project.project import Project
from cdul_app.tasks.answer_record import write_down_decisions


class AnswerRecord(JobOwner):
    """The database has the answers already; a kill in between costs the record nothing, since it
    is brought up to the database when the project is opened."""

    failed = Signal(str)  # once: each decision would fail alike

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._told = False
        project.changes.decided.add(self._write_down)

    def close(self) -> None:
        super().close()
        self._project.decisions.write_down()

    def _write_down(self) -> None:
        location = self._project.location
        self._slot.start(JobKind.READ, lambda: write_down_decisions(location))

    def _on_ended(self, result: JobResult) -> None:
        if result.outcome is Outcome.FAILED and not self._told:
            self._told = True
            self.failed.emit(result.message)
