"""Cells of one size in lines: where one of a million lies is arithmetic.

Qt's own list asks the model for each of its rows before it can say where one is: a second and a
half of the window's thread for a million, after each filter.
"""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from cdul_app.desktop.widgets.tables import AnyIndex

_Move = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_State = QStyle.StateFlag


class CellGrid(QListView):
    """Shows a list whose cells are as large as `gridSize`; what Qt's list does with keys, mouse and
    screen readers stays as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = 1
        self.setProperty("role", "grid")
        # In which a frame is drawn around what is dragged over.
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def room(self) -> int:
        """Pixels for a line.  That of the scroll bar is kept whether or not it shows: it must not
        change the columns."""
        extent = QStyle.PixelMetric.PM_ScrollBarExtent
        bar = max(
            self.style().pixelMetric(extent, None, each)  # Qt asks about the bar
            for each in (self, self.verticalScrollBar())
        )
        return self.maximumViewportSize().width() - bar

    def fit_columns(self) -> None:
        """As many as there is room for."""
        self.columns = max(1, self.room // max(1, self.gridSize().width()))

    def places_in_view(self) -> range:
        """Rows of the model, those half in view included."""
        top = self.verticalOffset()
        return self._places_between(top, top + self.viewport().height() - 1)

    # ---- what Qt asks its views for ----

    def visualRect(self, index: AnyIndex) -> QRect:
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.columns)
        size = self.gridSize()
        corner = QPoint(column * size.width(), line * size.height() - self.verticalOffset())
        return QRect(corner, size)

    def indexAt(self, point: QPoint) -> QModelIndex:
        place = self._place_at(point)
        return QModelIndex() if place is None else self.model().index(place, 0)

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)
        lines, shown = -(-self._count() // self.columns), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self.gridSize().height() - shown))
        bar.setPageStep(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit_columns()
        QAbstractItemView.resizeEvent(self, event)

    def scrollTo(self, index: AnyIndex, hint: _Hint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()
        bar, shown = self.verticalScrollBar(), self.viewport().height()
        top = self.visualRect(index).top() + bar.value()
        bottom = top + self.gridSize().height()
        if hint is _Hint.PositionAtTop or (hint is _Hint.EnsureVisible and top < bar.value()):
            bar.setValue(top)
        elif hint is _Hint.PositionAtCenter:
            bar.setValue((top + bottom - shown) // 2)
        elif hint is _Hint.PositionAtBottom or bottom > bar.value() + shown:
            bar.setValue(min(top, bottom - shown))

    def moveCursor(self, move: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, columns = self._count(), self.columns
        if not count:
            return QModelIndex()
        place, page = self.currentIndex().row(), self.viewport().height() // self._line_height()
        if place < 0:
            place, move = 0, _Move.MoveHome
        below, above = (count - 1 - place) // columns, place // columns  # lines
        step = {
            _Move.MoveHome: -place,
            _Move.MoveEnd: count - 1 - place,
            _Move.MoveLeft: -min(1, place),
            _Move.MoveRight: min(1, count - 1 - place),
            _Move.MoveUp: -columns * min(1, above),
            _Move.MovePrevious: -columns * min(1, above),
            _Move.MoveDown: columns * min(1, below),
            _Move.MoveNext: columns * min(1, below),
            _Move.MovePageUp: -columns * min(max(1, page), above),
            _Move.MovePageDown: columns * min(max(1, page), below),
        }[move]
        return self.model().index(place + step, 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """What a frame touches; else all from the one at the first corner to that at the last."""
        if self.state() is QAbstractItemView.State.DragSelectingState:
            chosen = self._touched(rect)
        else:
            chosen = QItemSelection()
            first, last = self._place_at(rect.topLeft()), self._place_at(rect.bottomRight())
            if first is not None and last is not None:
                self._add(chosen, min(first, last), max(first, last))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What is on the screen: Qt would join the cells of 100,000 photos for what it paints."""
        return QRegion(self.viewport().rect())

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        """Paint again, and no more: cells do not change their size."""
        self.viewport().update()

    def selectAll(self) -> None:
        """All as one range: Qt would ask each whether it is hidden."""
        everything = QItemSelection()
        if count := self._count():
            self._add(everything, 0, count - 1)
            self.selectionModel().select(
                everything, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        option, current, chosen = QStyleOptionViewItem(), self.currentIndex(), self.selectionModel()
        self.initViewItemOption(option)
        option.state &= ~(_State.State_HasFocus | _State.State_MouseOver)
        usual, has_focus = option.state, self.hasFocus() or self.viewport().hasFocus()
        hovered = self._hovered()
        top = event.rect().top() + self.verticalOffset()
        painter = QPainter(self.viewport())
        for place in self._places_between(top, top + event.rect().height() - 1):
            index, state = self.model().index(place, 0), usual
            if chosen.isSelected(index):
                state |= _State.State_Selected
            if has_focus and index == current:
                state |= _State.State_HasFocus
            if place == hovered:
                state |= _State.State_MouseOver
            option.rect, option.state = self.visualRect(index), state
            self.itemDelegate().paint(painter, option, index)
        painter.end()
        super().paintEvent(event)  # nothing but the frame that is being dragged

    # ---- places ----

    def _count(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount()

    def _line_height(self) -> int:
        return max(1, self.gridSize().height())

    def _place_at(self, point: QPoint) -> int | None:
        """Of a point of the viewport, which may lie above or below what is in sight."""
        column = point.x() // max(1, self.gridSize().width())
        line = (point.y() + self.verticalOffset()) // self._line_height()
        place = line * self.columns + column
        return place if 0 <= column < self.columns and 0 <= place < self._count() else None

    def _places_between(self, top: int, bottom: int) -> range:
        """Whose lines lie between two heights of the whole list, both included."""
        count, height = self._count(), self._line_height()
        first, last = max(0, top) // height, bottom // height
        return range(min(count, first * self.columns), min(count, (last + 1) * self.columns))

    def _touched(self, rect: QRect) -> QItemSelection:
        """A range a line, or one in all where it is as wide as the grid."""
        touched, size = QItemSelection(), self.gridSize()
        frame = rect.translated(0, self.verticalOffset())
        left = max(0, frame.left() // size.width())
        right = min(self.columns - 1, frame.right() // size.width())
        places = self._places_between(frame.top(), frame.bottom())
        if right < left or not places:
            return touched
        if right - left + 1 == self.columns:
            self._add(touched, places[0], places[-1])
            return touched
        for line in places[:: self.columns]:
            if line + left <= places[-1]:
                self._add(touched, line + left, min(line + right, places[-1]))
        return touched

    def _add(self, chosen: QItemSelection, first: int, last: int) -> None:
        model = self.model()
        chosen.select(model.index(first, 0), model.index(last, 0))

    def _hovered(self) -> int | None:
        if not self.viewport().underMouse():
            return None
        return self._place_at(self.viewport().mapFromGlobal(QCursor.pos()))
