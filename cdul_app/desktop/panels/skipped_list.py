"""The photos that were left out, each with its reason."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.language import ntr, tr

MOST_SHOWN = 1000


class SkippedList(Disclosure):
    """Text that can be copied; hidden while nothing was skipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.items = QPlainTextEdit()
        self.items.setReadOnly(True)
        self.items.setTabChangesFocus(True)
        self.items.setAccessibleName(tr("Skipped photos and why"))
        self.items.setFixedHeight(150)
        self.content.addWidget(self.items)
        self.hide()

    def show_items(self, skipped: Sequence[tuple[str, str]]) -> None:
        """skipped : (item, reason) pairs."""
        # Names may hold newlines.
        lines = [f"{' '.join(item.split())}\n{reason}" for item, reason in skipped[:MOST_SHOWN]]
        count = len(skipped)
        if count > MOST_SHOWN:
            lines.append(tr("… and {count} more", count=count - MOST_SHOWN))
        text = "\n\n".join(lines)
        if text != self.items.toPlainText():  # else it would scroll back to its start
            self.items.setPlainText(text)
        self.set_title(ntr("{n} photo was skipped", "{n} photos were skipped", count))
        self.setVisible(bool(skipped))
