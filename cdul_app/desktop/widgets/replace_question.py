"""Asking before a file is replaced that the project did not write."""

from collections.abc import Callable
from pathlib import Path

from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.formats.label_folders import StrangersFilesError
from cdul_app.progress import count_text
from cdul_app.project.exchange.own_files import would_replace_another
from cdul_app.project.project import Project

Act = Callable[[], object]


class ReplaceQuestion(Message):
    """Where the button was pressed that writes the file, and gone with the next thing done."""

    def __init__(self) -> None:
        super().__init__(dismissible=False)
        self._replace: Act = self.clear
        self._keep: Act = self.clear
        self.keep_button = push_button("Keep theirs", lambda: self._on_chosen(self._keep))
        self.cancel_button = push_button("Cancel", self.clear)
        for button in (self.keep_button, self.cancel_button):
            self.buttons.addWidget(button)
        self.set_action("Replace it", lambda: self._on_chosen(self._replace))

    def asks(self, project: Project, file: Path, replace: Act) -> bool:
        """Whether there is something to ask; `replace` is then called on a yes."""
        if not would_replace_another(project.store, file):
            self.clear()
            return False
        self._ask(
            f"{file.name} is already there, and this project did not write it as it is now. "
            f"{'Replace what is named alike in it' if file.is_dir() else 'Replace it'}, or choose "
            "another name.",
            "Replace it",
            replace,
        )
        return True

    def ask_about_files(self, found: StrangersFilesError, replace: Act, keep: Act) -> None:
        """keep : writes the others alone."""
        is_one = found.count == 1
        it = "it" if is_one else "them"
        self._ask(
            f"{found.folder.name} holds {count_text(found.count, 'file')} that this app did not "
            f"write as {'it is' if is_one else 'they are'} now: {found.told}. Replace {it}, or "
            f"keep {it} and write the others?",
            f"Replace {it}",
            replace,
            keep,
        )

    def _ask(self, sentence: str, title: str, replace: Act, keep: Act | None = None) -> None:
        self._replace, self._keep = replace, keep or self.clear
        self.action_button.setText(title)
        self.keep_button.setVisible(keep is not None)
        self.show_message(sentence, Tone.WARNING)

    def _on_chosen(self, act: Act) -> None:
        self.clear()
        act()
