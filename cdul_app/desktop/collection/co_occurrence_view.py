"""Which classes are in photos together: a matrix to point at, or to walk through with arrows."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cdul_app.desktop.look.painting import RIGHT, paint_box, paint_text
from cdul_app.desktop.look.theme import current_theme, sized_font
from cdul_app.language import ntr, tr
from cdul_app.method.arrays import IntArray
from cdul_app.progress import percent

_LARGEST_CELL, _SMALLEST_CELL = 34.0, 7.0  # pixels
_LEAST_TEXT_CELL = 11.0  # below it names are not written, the sentence below still tells them
_NAMES = 104.0  # pixels for the names, on the left and on top
_WORDS_HEIGHT = 26.0


class CoOccurrenceView(QWidget):
    """The share of a row's photos that have the column's label too, as depth of one colour."""

    pair_chosen = Signal(int, int)  # columns of the session

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: IntArray = np.zeros((0, 0), dtype=np.int64)
        self._names: list[str] = []
        self._order: list[int] = []
        self.current: tuple[int, int] | None = None  # places in the order
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Classes that are in photos together"))

    def show_counts(self, counts: IntArray, names: list[str]) -> None:
        """counts : (n_classes, n_classes), photos with both, with the one on the diagonal.

        The most frequent classes come first.
        """
        self._counts, self._names = counts, names
        self._order = np.argsort(-np.diag(counts), kind="stable").tolist()
        self.setFixedHeight(self.sizeHint().height())
        self.current = None
        self.setAccessibleDescription("")
        self.update()

    def sentence(self) -> str:
        """What the cell that is pointed at says; empty for none."""
        if self.current is None:
            return ""
        row, column = (self._order[place] for place in self.current)
        both, alone = int(self._counts[row, column]), int(self._counts[row, row])
        first, second = self._names[row], self._names[column]
        if row == column:
            return ntr("{name}: {n} photo", "{name}: {n} photos", alone, name=first)
        return ntr(
            "{first} and {second}: {n} photo, {share} of those with {first}",
            "{first} and {second}: {n} photos, {share} of those with {first}",
            both,
            first=first,
            second=second,
            share=percent(both / alone) if alone else "–",
        )

    # ---- places ----

    def sizeHint(self) -> QSize:
        count = max(1, len(self._order))
        return QSize(300, round(_NAMES + self._cell() * count + _WORDS_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self.sizeHint().height())
        super().resizeEvent(event)

    def _cell(self) -> float:
        count = max(1, len(self._order))
        return min(_LARGEST_CELL, max(_SMALLEST_CELL, (self.width() - _NAMES) / count))

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        cell, count = self._cell(), len(self._order)
        row, column = int((point.y() - _NAMES) // cell), int((point.x() - _NAMES) // cell)
        return (row, column) if 0 <= row < count and 0 <= column < count else None

    def _box(self, row: int, column: int) -> QRectF:
        cell = self._cell()
        return QRectF(_NAMES + column * cell, _NAMES + row * cell, cell - 1, cell - 1)

    # ---- events ----

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._at(event.position()))
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key, last = Qt.Key(event.key()), len(self._order) - 1
        if key in steps and last >= 0:
            row, column = self.current or (0, 0)
            down, across = steps[key] if self.current else (0, 0)
            self._point_at((min(max(row + down, 0), last), min(max(column + across, 0), last)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self.current is not None:
            self.pair_chosen.emit(*(self._order[place] for place in self.current))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, cell = current_theme(), self._cell()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        depth = QColor(theme.accent)
        for row, first in enumerate(self._order):
            alone = max(1, int(self._counts[first, first]))
            for column, second in enumerate(self._order):
                box = self._box(row, column)
                painter.fillRect(box, QColor(theme.border if row == column else theme.hover))
                if row != column:
                    depth.setAlphaF((float(self._counts[first, second]) / alone) ** 0.5)
                    painter.fillRect(box, depth)
        if cell >= _LEAST_TEXT_CELL:
            self._paint_names(painter, cell)
        if self.current is not None:
            paint_box(painter, self._box(*self.current), None, line=QPen(QColor(theme.text), 2))
        if self.hasFocus():
            side = cell * len(self._order)
            box = QRectF(_NAMES - 2, _NAMES - 2, side + 3, side + 3)
            paint_box(painter, box, None, line=QPen(QColor(theme.accent), 1.5))
        words = QRectF(0, self.height() - _WORDS_HEIGHT, self.width(), _WORDS_HEIGHT)
        text = self.sentence() or tr("Point at a cell; a click shows its photos.")
        color = theme.text if self.current else theme.text_muted
        paint_text(painter, words, text, color, 13, elide=Qt.TextElideMode.ElideRight)

    def _paint_names(self, painter: QPainter, cell: float) -> None:
        theme = current_theme()
        painter.setFont(sized_font(self.font(), 11 if cell < 18 else 12))
        painter.setPen(QColor(theme.text))
        metrics, room = painter.fontMetrics(), round(_NAMES - 10)
        for place, column in enumerate(self._order):
            name = metrics.elidedText(self._names[column], Qt.TextElideMode.ElideRight, room)
            box = QRectF(0, _NAMES + place * cell, _NAMES - 8, cell)
            painter.drawText(box, RIGHT, name)
            painter.save()
            painter.translate(_NAMES + (place + 0.5) * cell, _NAMES - 6)
            painter.rotate(-90)
            painter.drawText(QPointF(0, metrics.ascent() / 2 - 1), name)
            painter.restore()

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place != self.current:
            self.current = place
            self.setAccessibleDescription(self.sentence())
            self.update()
