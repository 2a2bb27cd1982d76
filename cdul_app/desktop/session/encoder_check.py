"""Looking at an encoder while its name is being written."""

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.desktop.timers import single_shot
from cdul_app.project.project import Project
from cdul_app.tasks.check_encoder import check_entry

DELAY_MS = 350  # between two letters


class EncoderCheck(JobOwner):
    """The last entry counts."""

    checked = Signal(object)  # JobResult; its value is an EncoderChecked where it can be used

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._entry = ("", "")
        self._timer = single_shot(self, DELAY_MS, self._start)

    def check(self, text: str, architecture: str) -> None:
        """`checked` follows, unless another entry comes before."""
        self._slot.give_up()
        self._entry = (text, architecture)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        super().close()

    def _start(self) -> None:
        text, architecture = self._entry
        is_demo = self._project.settings.is_demo
        self._slot.start(JobKind.CHECK, lambda: check_entry(text, architecture, with_demo=is_demo))

    def _on_ended(self, result: JobResult) -> None:
        self.checked.emit(result)
