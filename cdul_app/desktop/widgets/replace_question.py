"""Asking before a file is replaced that the project did not write."""

from collections.abc import Callable
from pathlib import Path

from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.formats.label_folders import StrangersFilesError
from cdul_app.language import ntr, tr, translatable
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
Act = Callable[[], object]


class ReplaceQuestion(Message):
    """Where the button was pressed that writes the file, and gone with the next thing done."""

    def __init__(self) -> None:
        super().__init__()
        self._replace: Act = self.clear
        self._keep: Act = self.clear
        self.keep_button = push_button(tr("Keep theirs"), lambda: self._on_chosen(self._keep))
        self.cancel_button = push_button(tr("Cancel"), self.clear)
        for button in (self.keep_button, self.cancel_button):
            self.buttons.addWidget(button)
        self.set_action(tr("Replace"), lambda: self._on_chosen(self._replace))

    def asks(self, project: Project, file: Path, replace: Act) -> bool:
        """Whether there is something to ask; `replace` is then called on a yes."""
        if not would_replace_another(project.store, file):
            self.clear()
            return False
        self._ask(tr(_IN_FOLDER if file.is_dir() else _FILE, file=file.name), replace)
        return True

    def ask_about_files(self, found: StrangersFilesError, replace: Act, keep: Act) -> None:
        """keep : writes the others alone."""
        question = ntr(
            "{folder} holds a file that this app did not write as it is now: {files}. Replace it, "
            "or keep it and write the others?",
            "{folder} holds {n} files that this app did not write as they are now: {files}. "
            "Replace them, or keep them and write the others?",
            found.count,
            folder=found.folder.name,
            files=found.told,
        )
        self._ask(question, replace, keep)

    def _ask(self, question: str, replace: Act, keep: Act | None = None) -> None:
        self._replace, self._keep = replace, keep or self.clear
        self.keep_button.setVisible(keep is not None)
        self.show_message(question, Tone.WARNING)

    def _on_chosen(self, act: Act) -> None:
        self.clear()
        act()
