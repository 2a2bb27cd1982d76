"""Getting started: the method and the work, in plain words; and what the app is."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.paths import resources_dir
from cdul_app.version import app_version


class HelpDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Getting started")
        self.resize(QSize(640, 720).boundedTo(self.screen().availableSize()))
        text = QTextBrowser(self)
        text.setAccessibleName("Getting started")
        page = resources_dir() / "window" / "getting_started.html"
        text.setHtml(page.read_text(encoding="utf-8"))
        text.document().setDocumentMargin(SPACING[3])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        vertical(text, buttons, on=self, margins=SPACING[3])


def show_about(parent: QWidget) -> None:
    QMessageBox.about(
        parent,
        "About cdul_app",
        f"<h3>cdul_app {app_version()}</h3><p>Label photos without annotations, after CDUL "
        "(ICCV 2023, arXiv 2307.16634).</p><p>MIT licence. Photos never leave this "
        "machine.</p>",
    )
