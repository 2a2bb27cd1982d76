"""The collection in a few large figures."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label


class SummaryTiles(QWidget):
    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[tuple[QLabel, QLabel]] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING[2])
        for _ in range(count):
            tile = QFrame(self)
            tile.setProperty("role", "tile")
            value, name = QLabel(tile), caption_label("")
            value.setProperty("role", "heading")
            inside = QVBoxLayout(tile)
            inside.setContentsMargins(SPACING[3], SPACING[2], SPACING[3], SPACING[2])
            inside.setSpacing(0)
            inside.addWidget(value)
            inside.addWidget(name)
            row.addWidget(tile, 1)
            self._values.append((value, name))

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """(name, value) of each tile."""
        for (value, name), (title, text) in zip(self._values, figures, strict=True):
            value.setText(text)
            name.setText(title)
            value.setAccessibleName(f"{title}: {text}")

    def texts(self) -> dict[str, str]:
        return {name.text(): value.text() for value, name in self._values}
