"""The photos that were left out, each with its reason."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from cdul_app.desktop.widgets.disclosure import Disclosure

MOST_SHOWN = 1000


class SkippedList(Disclosure):
    """Text that can be copied; hidden while nothing was skipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.items = QPlainTextEdit()
        self.items.setReadOnly(True)
        self.items.setTabChangesFocus(True)
        self.items.setAccessibleName("Skipped photos and why")
        self.items.setFixedHeight(150)
        self.content.addWidget(self.items)
        self.hide()

    def show_items(self, skipped: Sequence[tuple[str, str]]) -> None:
        """skipped : (item, reason) pairs."""
        # Names may hold newlines.
        lines = [f"{' '.join(item.split())}\n{reason}" for item, reason in skipped[:MOST_SHOWN]]
        count = len(skipped)
        if count > MOST_SHOWN:
            lines.append(f"… and {count - MOST_SHOWN:,} more")
        text = "\n\n".join(lines)
        if text != self.items.toPlainText():  # else it would scroll back to its start
            self.items.setPlainText(text)
        self.set_title(f"{count:,} {'photo was' if count == 1 else 'photos were'} skipped")
        self.setVisible(bool(skipped))
