"""The photos that were left out, each with its reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from cdul_app.ui.widgets.disclosure import Disclosure

MOST_SHOWN = 1000


class SkippedList(Disclosure):
    """Hidden while nothing was skipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.items = QListWidget()
        self.items.setAccessibleName("Skipped photos")
        self.items.setWordWrap(True)
        self.items.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.items.setSpacing(4)
        self.items.setMinimumHeight(160)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content.addWidget(self.items)
        self.hide()

    def show_items(self, skipped: Sequence[tuple[str, str]]) -> None:
        """skipped : (item, reason) pairs."""
        self.items.clear()
        for item, reason in skipped[:MOST_SHOWN]:
            shown = " ".join(item.split())  # names may hold newlines
            entry = QListWidgetItem(f"{shown}\n{reason}")
            entry.setToolTip(f"{item}: {reason}")
            self.items.addItem(entry)
        if len(skipped) > MOST_SHOWN:
            self.items.addItem(f"… and {len(skipped) - MOST_SHOWN:,} more")
        count = len(skipped)
        self.set_title(f"{count:,} {'photo was' if count == 1 else 'photos were'} skipped")
        self.setVisible(bool(skipped))
