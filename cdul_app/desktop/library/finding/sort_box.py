"""In which order photos are shown."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, theme_manager
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.project.photo_filter import SortKey

_ENTRIES = (
    (SortKey.NAME, "Name", "By folder and file name"),
    (SortKey.SCORE, "Score", "Of the chosen class; without one, of each photo's best class"),
    (SortKey.UNCERTAINTY, "Uncertainty", "How close the closest class is to its threshold"),
    (SortKey.MARGIN, "Margin", "How far the best class is above the second best"),
    (
        SortKey.DISAGREEMENT,
        "Disagreement",
        "Of CLIP and classifier, on the class they differ most about",
    ),
    (SortKey.LIKELY_ERRORS, "Likely errors", "Labels that the trained classifier doubts"),
    (SortKey.NOVELTY, "Novelty", "How unlike the photos you have answered"),
)
_SIMILARITY_TIP = "How like what you searched for"


class SortBox(QWidget):
    changed = Signal(object, bool)  # SortKey, descending

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = QComboBox(self)
        for place, (key, title, tip) in enumerate(_ENTRIES):
            self.keys.addItem(title, key)
            self.keys.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.keys.setAccessibleName("Sort by")
        self.direction = tool_button(
            "", "Highest first", tip="Ascending or descending", parent=self
        )
        self.direction.setCheckable(True)
        horizontal(label("Sort", "muted"), self.keys, self.direction, on=self, spacing=SPACING[1])
        self.keys.currentIndexChanged.connect(self._on_key)
        self.direction.toggled.connect(self._on_direction)
        theme_manager().changed.connect(self._show_arrow)
        self._show_arrow()

    @property
    def key(self) -> SortKey:
        return SortKey(self.keys.currentData())  # Qt hands back a bare string

    def choose(self, key: SortKey, *, descending: bool | None = None) -> None:
        """Sort by this; without a direction, what is worth looking at first comes first."""
        with QSignalBlocker(self.keys), QSignalBlocker(self.direction):
            self.keys.setCurrentIndex(max(0, self.keys.findData(key)))
            down = self.key.starts_high if descending is None else descending
            self.direction.setChecked(down)
        self._announce()

    def offer_similarity(self, offered: bool) -> None:
        """While something is searched for; an order that is taken away becomes that by name."""
        place = self.keys.findData(SortKey.SIMILARITY)
        if offered and place < 0:
            self.keys.addItem("Similarity", SortKey.SIMILARITY)
            self.keys.setItemData(
                self.keys.count() - 1, _SIMILARITY_TIP, Qt.ItemDataRole.ToolTipRole
            )
        elif not offered and place >= 0:
            if self.key is SortKey.SIMILARITY:
                self.choose(SortKey.NAME)
            self.keys.removeItem(place)

    def _on_key(self, _: int) -> None:
        self.choose(self.key)

    def _on_direction(self, _: bool) -> None:
        self._announce()

    def _announce(self) -> None:
        self._show_arrow()
        self.changed.emit(self.key, self.direction.isChecked())

    def _show_arrow(self) -> None:
        self.direction.setIcon(icon("sort-down" if self.direction.isChecked() else "sort-up"))
