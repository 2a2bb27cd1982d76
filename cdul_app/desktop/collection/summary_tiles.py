"""The collection in a few large figures."""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label, label
from cdul_app.desktop.widgets.layouts import horizontal, vertical


class SummaryTiles(QWidget):
    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[tuple[QLabel, QLabel]] = []
        tiles = []
        for _ in range(count):
            tile = QFrame(self)
            tile.setProperty("role", "tile")
            value, name = label("", "heading"), caption_label("")
            sides = (SPACING[3], SPACING[2])
            vertical(value, name, on=tile, spacing=0, margins=sides)
            tiles.append((tile, 1))
            self._values.append((value, name))
        horizontal(*tiles, on=self, spacing=SPACING[2])

    def show_figures(self, figures: Mapping[str, str]) -> None:
        """The value of each tile by its name."""
        for (value, name), (title, text) in zip(self._values, figures.items(), strict=True):
            value.setText(text)
            name.setText(title)
            value.setAccessibleName(f"{title}: {text}")

    def texts(self) -> dict[str, str]:
        return {name.text(): value.text() for value, name in self._values}
