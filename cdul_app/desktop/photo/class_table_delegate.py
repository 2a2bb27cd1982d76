"""How the cells of the class table are painted, and the two buttons of an answer."""

import math

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QCursor, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.painting import (
    CENTER,
    RIGHT,
    paint_bar,
    paint_box,
    paint_dot,
    paint_text,
)
from cdul_app.desktop.look.theme import Theme, current_theme
from cdul_app.desktop.photo.class_table_model import ClassTableModel, TableColumn
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

ROW_HEIGHT = 30
_BUTTON = QSize(24, 20)
_MUTED_BELOW = 0.005  # what reads "0 %"


def answer_button(cell: QRect, value: int) -> QRect:
    """Where the button for YES or NO lies in an answer cell."""
    middle = cell.center()
    left = middle.x() - _BUTTON.width() - 1 if value == YES else middle.x() + 2
    return QRect(QPoint(left, middle.y() - _BUTTON.height() // 2 + 1), _BUTTON)


class ClassTableDelegate(QStyledItemDelegate):
    answered = Signal(int, int)  # class, YES / NO / UNOBSERVED

    def __init__(self, model: ClassTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme = current_theme()
        place, table_column = index.row(), TableColumn(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(theme.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(theme.hover))
        if table_column is TableColumn.KEY:
            self._paint_key(painter, option.rect, str(index.data() or ""), theme, chosen=chosen)
        elif table_column is TableColumn.NAME:
            self._paint_name(painter, option.rect, place, str(index.data()), theme)
        elif table_column is TableColumn.ANSWER:
            self._paint_answer(painter, option, place, theme)
        else:
            self._paint_score(painter, option.rect, place, table_column, theme, chosen=chosen)
        if chosen and option.state & QStyle.StateFlag.State_Active and _has_focus(option):
            _paint_focus(painter, option.rect, QColor(theme.accent))
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Answer on a click, with the press chosen as a row before it."""
        if (
            index.column() == TableColumn.ANSWER
            and isinstance(event, QMouseEvent)
            and event.type() is QEvent.Type.MouseButtonRelease
            and event.button() is Qt.MouseButton.LeftButton
        ):
            value = _button_at(option.rect, event.position().toPoint())
            if value is not None:
                before = self._model.answer_at(index.row())
                after = UNOBSERVED if before == value else value
                self.answered.emit(self._model.class_at(index.row()), after)
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        if index.isValid() and index.column() == TableColumn.ANSWER:
            value = _button_at(option.rect, event.pos())
            if value is None:
                QToolTip.hideText()
                return True
            name = "yes" if value == YES else "no"
            if self._model.answer_at(index.row()) == value:
                text = f"Take “{name}” back ({key_map().shown('clear')})"
            else:
                text = f"{name.capitalize()} ({key_map().shown(name)})"
            QToolTip.showText(event.globalPos(), text, view)
            return True
        return super().helpEvent(event, view, option, index)

    # ---- cells ----

    def _paint_key(
        self, painter: QPainter, cell: QRect, text: str, theme: Theme, *, chosen: bool
    ) -> None:
        if chosen:
            painter.fillRect(QRect(cell.left(), cell.top(), 3, cell.height()), QColor(theme.accent))
        if not text:
            return
        box = QRectF(0, 0, 16 if len(text) == 1 else 24, 16)
        box.moveCenter(QRectF(cell).center())
        paint_box(painter, box, theme.panel, line=theme.border, radius=3)
        paint_text(painter, box, text, theme.text_muted, 11, align=CENTER)

    def _paint_name(
        self, painter: QPainter, cell: QRect, place: int, name: str, theme: Theme
    ) -> None:
        color = self._model.color_at(place)
        paint_dot(painter, cell.left() + 4, cell.center().y() - 3.5, 8, color)
        paint_text(
            painter,
            cell.adjusted(20, 0, -4, 0),
            name,
            theme.text,
            13,
            bold=self._model.is_predicted(place),
            elide=Qt.TextElideMode.ElideRight,
        )

    def _paint_score(
        self,
        painter: QPainter,
        cell: QRect,
        place: int,
        table_column: TableColumn,
        theme: Theme,
        *,
        chosen: bool,
    ) -> None:
        score = self._model.score_at(place, table_column)
        track = QRectF(cell.left() + 5, cell.bottom() - 5, cell.width() - 10, 3)
        absent = math.isnan(score)
        is_label = table_column is TableColumn.PSEUDO
        if not absent:
            color = self._model.color_at(place)
            if not is_label:
                color.setAlpha(150)
            ground = theme.border if chosen else theme.hover
            shown = score if score >= _MUTED_BELOW else 0.0
            paint_bar(painter, track, shown, color, ground, least=2)
            if is_label:
                x = track.left() + track.width() * self._model.threshold_at(place)
                painter.fillRect(QRectF(x - 0.75, track.top() - 3, 1.5, 8), QColor(theme.text))
        strong = is_label and self._model.is_predicted(place)
        muted = absent or score < _MUTED_BELOW
        text = str(self._model.index(place, table_column).data())
        ink = theme.text_muted if muted else theme.text
        room = cell.adjusted(0, 0, -5, -4)
        paint_text(painter, room, text, ink, 12, bold=strong, align=RIGHT)

    def _paint_answer(
        self, painter: QPainter, option: QStyleOptionViewItem, place: int, theme: Theme
    ) -> None:
        answer = self._model.answer_at(place)
        over = _cursor_in(option)
        for value, glyph, color in ((YES, "✓", theme.yes), (NO, "✕", theme.no)):
            box = answer_button(option.rect, value)
            pressed = answer == value
            hovered = over is not None and box.contains(over)
            inside = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
            line = color if pressed or hovered else theme.border
            paint_box(painter, inside, color if pressed else theme.panel, line=line, radius=5)
            ink = theme.panel if pressed else color if hovered else theme.text_muted
            paint_text(painter, box, glyph, ink, 12, bold=True, align=CENTER)


def _has_focus(option: QStyleOptionViewItem) -> bool:
    view = option.widget
    return isinstance(view, QAbstractItemView) and view.hasFocus()


def _paint_focus(painter: QPainter, cell: QRect, color: QColor) -> None:
    """This cell's part of the frame around the chosen row."""
    for top in (cell.top(), cell.bottom() - 1):
        painter.fillRect(QRect(cell.left(), top, cell.width(), 2), color)


def _button_at(cell: QRect, point: QPoint) -> int | None:
    for value in (YES, NO):
        if answer_button(cell, value).adjusted(-1, -4, 1, 4).contains(point):
            return value
    return None


def _cursor_in(option: QStyleOptionViewItem) -> QPoint | None:
    """The mouse in the view's coordinates, where it is over this cell."""
    view = option.widget
    if not isinstance(view, QAbstractItemView):
        return None
    if not option.state & QStyle.StateFlag.State_MouseOver:
        return None
    return view.viewport().mapFromGlobal(QCursor.pos())
