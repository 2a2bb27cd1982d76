"""The collection in a few large figures."""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label, label
from cdul_app.desktop.widgets.layouts import horizontal, vertical


class SummaryTiles(QWidget):
    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = [(label("", "heading"), caption_label("")) for _ in range(count)]
        frames = [QFrame(self) for _ in self._tiles]
        for frame, texts in zip(frames, self._tiles, strict=True):
            frame.setProperty("role", "tile")
            vertical(*texts, on=frame, spacing=0, margins=(SPACING[3], SPACING[2]))
        horizontal(*((frame, 1) for frame in frames), on=self, spacing=SPACING[2])

    def show_figures(self, figures: Mapping[str, str]) -> None:
        """The value of each tile by its name."""
        for (value, name), (title, text) in zip(self._tiles, figures.items(), strict=True):
            value.setText(text)
            name.setText(title)
            value.setAccessibleName(f"{title}: {text}")

    def texts(self) -> dict[str, str]:
        return {name.text(): value.text() for value, name in self._tiles}
