"""Asking before a file is replaced that the project did not write."""

from collections.abc import Callable
from pathlib import Path

from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.language import tr, translatable
from cdul_app.project.exchange.own_files import would_replace_another
from cdul_app.project.project import Project

_FILE = translatable(
    "{file} is already there, and this project did not write it as it is now. Replace it, or "
    "choose another name."
)
_IN_FOLDER = translatable(
    "{file} is already there, and this project did not write it as it is now. Replace what is "
    "named alike in it, or choose another name."
)


class ReplaceQuestion(Message):
    """Where the button was pressed that writes the file, and gone with the next thing done."""

    def __init__(self) -> None:
        super().__init__(dismissible=True)
        self._replace: Callable[[], object] = self.clear
        self.set_action(tr("Replace it"), self._on_replace)

    def asks(self, project: Project, file: Path, replace: Callable[[], object]) -> bool:
        """Whether there is something to ask; `replace` is then called on a yes."""
        if not would_replace_another(project.store, file):
            self.clear()
            return False
        self._replace = replace
        self.show_message(
            tr(_IN_FOLDER if file.is_dir() else _FILE, file=file.name),
            Tone.WARNING,
        )
        return True

    def _on_replace(self) -> None:
        self.clear()
        self._replace()
