"""How many photos have which score."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cdul_app.desktop.look.theme import current_theme
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray

BINS = 50
INSET = 7.0  # pixels: a slider's handle stops half its width before either end


def bar_heights(scores: FloatArray, bins: int) -> FloatArray:
    """scores : (N,) in [0, 1], NaN where there is none.  Returns (bins,), the highest 1."""
    counts, _ = np.histogram(scores[~np.isnan(scores)], bins=bins, range=(0, 1))
    # Most scores lie near 0: the square root keeps the few high ones visible.
    heights = np.sqrt(counts)
    return np.asarray(heights / heights.max() if heights.max() > 0 else heights)


class ScoreHistogram(QWidget):
    """Bars from `low` to `high` in the class's colour, the others grey, a line at either end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: FloatArray = np.zeros(BINS)
        self._color = QColor()
        self.low, self.high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Spread of scores"))

    def sizeHint(self) -> QSize:
        return QSize(200, 44)

    def show_scores(self, scores: FloatArray, color: QColor) -> None:
        """scores : (N,) in [0, 1], NaN where there is none."""
        self._heights = bar_heights(scores, BINS)
        self._color = color
        self.update()

    def set_threshold(self, threshold: float) -> None:
        self.set_range(threshold, 1.0)

    def set_range(self, low: float, high: float) -> None:
        """0 <= low <= high <= 1."""
        self.low, self.high = low, high
        self.update()

    def place_of(self, score: float) -> float:
        """Pixels from the left."""
        return INSET + score * (self.width() - 2 * INSET)

    def score_at(self, place: float) -> float:
        """The score at so many pixels from the left, in [0, 1]."""
        return min(1.0, max(0.0, (place - INSET) / max(1.0, self.width() - 2 * INSET)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_bars(painter)
        painter.setBrush(QColor(current_theme().text))
        for end in {self.low, self.high} - {1.0}:
            painter.drawRect(QRectF(self.place_of(end) - 0.5, 0, 1, self.height()))

    def paint_bars(self, painter: QPainter) -> None:
        area = QRectF(INSET, 2, self.width() - 2 * INSET, self.height() - 3)
        paint_histogram(painter, area, self._heights, self.low, self.high, self._color)


def paint_histogram(
    painter: QPainter, area: QRectF, heights: FloatArray, low: float, high: float, color: QColor
) -> None:
    """Bars on a line; heights : (bins,) in [0, 1], in `color` where they lie in the range."""
    grey = QColor(current_theme().border)
    bins, width = len(heights), area.width() / len(heights)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, height in enumerate(heights):
        painter.setBrush(color if low <= (place + 0.5) / bins <= high else grey)
        tall = max(1.0, height * area.height()) if height else 0.0
        bar = QRectF(area.left() + place * width, area.bottom() - tall, width - 1, tall)
        painter.drawRect(bar)
    painter.setBrush(grey)
    painter.drawRect(QRectF(area.left(), area.bottom(), area.width(), 1))
