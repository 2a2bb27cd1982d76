"""Pages of help: the method and the work, what to do about each message; and what the app is."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
    QTextBrowser,
    QWidget,
)

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.language import language, tr
from cdul_app.paths import resources_dir
from cdul_app.version import app_version


class HelpDialog(QDialog):
    """A page of resources/window by its English title, with a field that finds words in it."""

    def __init__(self, title: str = "Getting started", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(title))
        self.resize(QSize(640, 720).boundedTo(self.screen().availableSize()))
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(tr(title))
        self.text.setHtml(_page(title).read_text(encoding="utf-8"))
        self.text.document().setDocumentMargin(SPACING[3])
        self.wanted = QLineEdit(self)
        self.wanted.setPlaceholderText(tr("Find words on this page; Enter finds the next place"))
        self.wanted.setAccessibleName(tr("Find on this page"))
        self.wanted.setClearButtonEnabled(True)
        self.wanted.textChanged.connect(self._find_first)
        self.wanted.returnPressed.connect(self._find_next)
        QShortcut(QKeySequence.StandardKey.Find, self, self.wanted.setFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        vertical(self.wanted, (self.text, 1), buttons, on=self, margins=SPACING[3])

    def _find_first(self) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._find_next()

    def _find_next(self) -> None:
        """After the last place comes the first; what follows it is shown, too."""
        words = self.wanted.text()
        if not self.text.find(words):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words)
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect().top() - SPACING[4])


def _page(title: str) -> Path:
    """In English where it has not been translated."""
    name = f"{title.lower().replace(' ', '_')}.html"
    translated = resources_dir() / "languages" / language() / name
    return translated if translated.is_file() else resources_dir() / "window" / name


def show_about(parent: QWidget) -> None:
    QMessageBox.about(
        parent,
        tr("About cdul_app"),
        f"<h3>cdul_app {app_version()}</h3>"
        + tr(
            "<p>Label photos without annotations, after CDUL (ICCV 2023, arXiv 2307.16634).</p>"
            "<p>MIT licence. Photos never leave this machine.</p>"
        ),
    )
