"""Telling that a file was written, and where it lies."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from cdul_app.desktop.file_manager import show_in_file_manager
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.events import Outcome
from cdul_app.language import tr


class WrittenFile(Message):
    """How a job ended, with a button to the file that it wrote."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(dismissible=True, parent=parent)
        self._file: Path | None = None
        self.set_action(tr("Show in folder"), self._on_show)

    def show_outcome(self, sentence: str, outcome: Outcome, file: Path | None) -> None:
        """file : None where none was written."""
        self._file = None if outcome is Outcome.FAILED else file
        failed = outcome is Outcome.FAILED
        tone = Tone.SUCCESS if self._file else Tone.ERROR if failed else Tone.INFO
        self.show_message(sentence, tone)
        self.show_action(self._file is not None)

    def clear(self) -> None:
        super().clear()
        self.show_action(False)

    def _on_show(self) -> None:
        if self._file is not None:
            show_in_file_manager(self._file)
