"""A path that can be typed, pasted or chosen."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QWidget

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.language import tr


class PathField(QWidget):
    """A line edit with a Browse button; `edited` comes for both."""

    edited = Signal()

    def __init__(
        self,
        accessible_name: str,
        *,
        mode: str = "open",
        caption: str = tr("Choose a file"),
        name_filter: str = "",
        placeholder: str = "",
    ) -> None:
        """mode : "open" a file, "save" a file, "folder", or "either" a folder or a file to open."""
        super().__init__()
        self._mode, self._caption, self._filter = mode, caption, name_filter
        self.line = QLineEdit()
        self.line.setAccessibleName(accessible_name)
        self.line.setPlaceholderText(placeholder)
        self.line.textChanged.connect(self.edited)
        self.browse_button = push_button(tr("Browse…"), name=f"{caption}: {accessible_name}")
        if mode == "either":
            menu = QMenu(self.browse_button)
            menu.addAction(tr("A folder…"), self._browse_folder)
            menu.addAction(tr("A file…"), self._browse_file)
            self.browse_button.setMenu(menu)
        else:
            self.browse_button.clicked.connect(self._on_browse)
        horizontal((self.line, 1), self.browse_button, on=self, spacing=SPACING[1])
        self.setFocusProxy(self.line)

    def path(self) -> Path | None:
        """None while empty."""
        text = self.line.text().strip().strip('"')
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path | str) -> None:
        self.line.setText(str(path))
        self.line.setToolTip(plain_tip(str(path)))

    def set_mode(self, mode: str) -> None:
        """“save” or “folder”: what the button lets choose."""
        self._mode = mode

    def set_name_filter(self, name_filter: str) -> None:
        self._filter = name_filter

    def _on_browse(self) -> None:
        if self._mode == "folder":
            self._browse_folder()
        elif self._mode == "save":
            # Who writes the file asks before another one is replaced.
            quietly = QFileDialog.Option.DontConfirmOverwrite
            self._take(
                QFileDialog.getSaveFileName(
                    self, self._caption, self._start(), self._filter, "", quietly
                )[0]
            )
        else:
            self._browse_file()

    def _browse_folder(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self, self._caption, self._start()))

    def _browse_file(self) -> None:
        self._take(QFileDialog.getOpenFileName(self, self._caption, self._start(), self._filter)[0])

    def _start(self) -> str:
        return str(self.path() or Path.home())

    def _take(self, chosen: str) -> None:
        if chosen:
            self.set_path(chosen)
