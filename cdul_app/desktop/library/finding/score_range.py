"""Choosing a range of a class's scores on their histogram."""

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.theme import SPACING, current_theme
from cdul_app.desktop.overlays.on_screen import open_below
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.fields.number_field import ScoreBox
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.desktop.widgets.score_histogram import ScoreHistogram
from cdul_app.language import ntr, tr
from cdul_app.method.arrays import FloatArray

WHOLE = (0.0, 1.0)
_STEP, _PAGE = 0.01, 0.05
_KEYS = {
    Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Down: -_STEP, Qt.Key.Key_PageDown: -_PAGE,
    Qt.Key.Key_Right: _STEP, Qt.Key.Key_Up: _STEP, Qt.Key.Key_PageUp: _PAGE,
    Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0,
}  # fmt: skip


class RangeHistogram(ScoreHistogram):
    """Two ends to drag; the keyboard moves the one that was touched last, Space changes over."""

    range_moved = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high_end = False  # which end the keyboard moves
        self._anchor: float | None = None  # where a new range was begun
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(tr("Range of scores"))
        self.setToolTip(tr("Drag either end, or drag across for a new range. Arrows move an end."))

    def sizeHint(self) -> QSize:
        return QSize(260, 72)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().x()
        near_low = abs(place - self.place_of(self.low))
        near_high = abs(place - self.place_of(self.high))
        if min(near_low, near_high) <= 8:
            # Where both ends lie together, the side that was touched says which is meant.
            together = near_low == near_high
            self._high_end = place > self.place_of(self.high) if together else near_high < near_low
            self._anchor = None
        else:
            self._anchor = round(self.score_at(place), 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """While a button is pressed, since the mouse is not tracked."""
        score = round(self.score_at(event.position().x()), 2)
        if self._anchor is None:
            self._move_end(score)
        else:
            self._change(min(score, self._anchor), max(score, self._anchor))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is not None:
            self._move_end((self.high if self._high_end else self.low) + step)
        elif event.key() == Qt.Key.Key_Space:
            self._high_end = not self._high_end
            self.update()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_bars(painter)
        for end, score in ((False, self.low), (True, self.high)):
            place = self.place_of(score)
            chosen = self.hasFocus() and end is self._high_end
            painter.setBrush(QColor(theme.accent if chosen else theme.text))
            painter.drawRect(QRectF(place - 0.75, 0, 1.5, self.height() - 1))
            painter.drawRoundedRect(QRectF(place - 4, self.height() / 2 - 9, 8, 18), 4, 4)

    def _move_end(self, score: float) -> None:
        score = round(min(1.0, max(0.0, score)), 2)
        if self._high_end:
            self._change(min(self.low, score), score)
        else:
            self._change(score, max(self.high, score))

    def _change(self, low: float, high: float) -> None:
        if (low, high) != (self.low, self.high):
            self.set_range(low, high)
            self.range_moved.emit(low, high)


class ScoreRangePopup(QFrame):
    """Opens below a button, and says each range while it is being moved."""

    range_changed = Signal(object)  # (low, high), None for any score

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self._scores: FloatArray = np.zeros(0, dtype=np.float32)  # sorted
        self.title = label()
        self.histogram = RangeHistogram(self)
        self.low = ScoreBox(tr("Lowest score"), self)
        self.high = ScoreBox(tr("Highest score"), self)
        self.count = label("", "caption")
        self.clear_button = push_button(
            tr("Any score"), lambda: self._choose(*WHOLE), role="link", parent=self
        )
        self.histogram.range_moved.connect(self._choose)
        # An end pushes the other one.
        self.low.valueChanged.connect(lambda low: self._choose(low, max(low, self.high.value())))
        self.high.valueChanged.connect(lambda high: self._choose(min(high, self.low.value()), high))
        vertical(
            self.title, self.histogram,
            horizontal(self.low, label(tr("to")), self.high, STRETCH, self.clear_button),
            self.count,
            on=self, spacing=SPACING[1], margins=SPACING[2],
        )  # fmt: skip

    def show_class(
        self,
        name: str,
        scores: FloatArray,
        among: np.ndarray[tuple[int], np.dtype[np.bool_]],
        chosen: tuple[float, float] | None,
        color: QColor,
    ) -> None:
        """scores : (N,) in [0, 1], NaN where there is none; among : (N,) the photos that the rest
        of the filter shows."""
        self.title.setText(tr("Score of “{name}”", name=name))
        self._scores = np.sort(scores[among & ~np.isnan(scores)])
        self.histogram.show_scores(self._scores, color)
        self._show_range(*(chosen or WHOLE))

    def open_below(self, widget: QWidget) -> None:
        open_below(self, widget)
        self.histogram.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show_range(self, low: float, high: float) -> None:
        with QSignalBlocker(self.low), QSignalBlocker(self.high):
            self.low.setValue(low)
            self.high.setValue(high)
        self.histogram.set_range(low, high)
        first = np.searchsorted(self._scores, np.float32(low), side="left")
        found = int(np.searchsorted(self._scores, np.float32(high), side="right") - first)
        self.count.setText(ntr("{n} photo", "{n} photos", found))
        self.clear_button.setEnabled((low, high) != WHOLE)

    def _choose(self, low: float, high: float) -> None:
        self._show_range(low, high)
        self.range_changed.emit(None if (low, high) == WHOLE else (low, high))
