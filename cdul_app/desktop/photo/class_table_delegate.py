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
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QToolTip

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.painting import (
    CENTER,
    RIGHT,
    paint_bar,
    paint_box,
    paint_dot,
    paint_text,
)
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import current_theme
from cdul_app.desktop.photo.class_table_model import SCORE_KINDS, ClassTableModel, TableColumn
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.widgets.tables import AnyIndex, CellDelegate
from cdul_app.language import tr, translatable
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

ROW_HEIGHT = 30
_BUTTON = QSize(24, 20)
_MUTED_BELOW = 0.005  # what reads "0 %"
# What a click on the button of an answer does, with the action whose key does it too.
_TO_GIVE = {YES: (translatable("Yes ({key})"), "yes"), NO: (translatable("No ({key})"), "no")}
_GIVEN = {
    YES: (translatable("Take “yes” back ({key})"), "clear"),
    NO: (translatable("Take “no” back ({key})"), "clear"),
}


def answer_button(cell: QRect, value: int) -> QRect:
    """Where the button for YES or NO lies in an answer cell."""
    middle = cell.center()
    left = middle.x() - _BUTTON.width() - 1 if value == YES else middle.x() + 2
    return QRect(QPoint(left, middle.y() - _BUTTON.height() // 2 + 1), _BUTTON)


class ClassTableDelegate(CellDelegate):
    answered = Signal(int, int)  # class, YES / NO / UNOBSERVED
    hovers = True

    def __init__(self, model: ClassTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, row: int, column: int
    ) -> None:
        theme, cell = current_theme(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if column == TableColumn.KEY:
            self._paint_key(painter, cell, row, chosen=chosen)
        elif column == TableColumn.NAME:
            paint_dot(painter, cell.left() + 4, cell.center().y() - 3.5, 8, self._model.color(row))
            paint_text(
                painter,
                cell.adjusted(20, 0, -4, 0),
                self._model.columns[column].cell(row).text,
                theme.text,
                13,
                bold=self._model.is_predicted(row),
                elide=Qt.TextElideMode.ElideRight,
            )
        elif column == TableColumn.ANSWER:
            self._paint_answer(painter, option, row)
        elif column == TableColumn.LABEL:
            self._paint_label(painter, cell, row, chosen=chosen)
        else:
            self._paint_score(painter, cell, row, SCORE_KINDS[TableColumn(column)], chosen=chosen)
        view = option.widget
        if chosen and isinstance(view, QAbstractItemView) and view.hasFocus():
            # This cell's part of the frame around the chosen row.
            for top in (cell.top(), cell.bottom() - 1):
                painter.fillRect(QRect(cell.left(), top, cell.width(), 2), QColor(theme.accent))

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
                column = self._model.rows[index.row()]
                taken_back = self._model.answer(column) == value
                self.answered.emit(column, UNOBSERVED if taken_back else value)
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        if index.column() == TableColumn.ANSWER:
            value, text = _button_at(option.rect, event.pos()), ""
            if value is not None:
                is_given = self._model.answer(self._model.rows[index.row()]) == value
                form, key = (_GIVEN if is_given else _TO_GIVE)[value]
                text = tr(form, key=key_map().shown(key))
            QToolTip.showText(event.globalPos(), plain_tip(text), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_key(self, painter: QPainter, cell: QRect, row: int, *, chosen: bool) -> None:
        theme = current_theme()
        if chosen:
            painter.fillRect(QRect(cell.left(), cell.top(), 3, cell.height()), QColor(theme.accent))
        text = self._model.key_mark(row)
        if text:
            box = QRectF(0, 0, 16 if len(text) == 1 else 24, 16)
            box.moveCenter(QRectF(cell).center())
            paint_box(painter, box, theme.panel, line=theme.border, radius=3)
            paint_text(painter, box, text, theme.text_muted, 11, align=CENTER)

    def _paint_score(
        self,
        painter: QPainter,
        cell: QRect,
        row: int,
        kind: LabelKind,
        *,
        chosen: bool,
    ) -> None:
        theme = current_theme()
        self._paint_track(painter, cell, row, kind, chosen=chosen)
        score = self._model.score(kind, row)
        strong = kind is LabelKind.PSEUDO and self._model.is_predicted(row)
        ink = theme.text if score >= _MUTED_BELOW else theme.text_muted
        room = cell.adjusted(0, 0, -5, -4)
        paint_text(painter, room, percent(score), ink, 12, bold=strong, align=RIGHT)

    def _paint_track(
        self, painter: QPainter, cell: QRect, row: int, kind: LabelKind, *, chosen: bool
    ) -> None:
        """The score as a line; a tick at the threshold where it makes the label."""
        theme, score = current_theme(), self._model.score(kind, row)
        if math.isnan(score):
            return
        makes_label = kind is LabelKind.PSEUDO
        visible = score >= _MUTED_BELOW
        track = QRectF(cell.left() + 5, cell.bottom() - 5, cell.width() - 10, 3)
        color = self._model.color(row)
        if makes_label and not self._model.is_predicted(row):
            color = QColor(theme.text_muted)
        if not makes_label:
            color.setAlpha(150)
        ground = theme.border if chosen else theme.hover
        paint_bar(painter, track, score if visible else 0.0, color, ground, least=2)
        if makes_label:
            x = track.left() + track.width() * self._model.threshold(row)
            painter.fillRect(QRectF(x - 0.75, track.top() - 3, 1.5, 8), QColor(theme.text))

    def _paint_label(self, painter: QPainter, cell: QRect, row: int, *, chosen: bool) -> None:
        """The word of a label; under it the score, in the class's colour where it is one."""
        theme, word = current_theme(), self._model.word(row)
        self._paint_track(painter, cell, row, LabelKind.PSEUDO, chosen=chosen)
        is_label = self._model.is_predicted(row)
        paint_text(
            painter, cell.adjusted(5, 0, 0, -4), word, theme.text if is_label else theme.text_muted,
            12, bold=is_label,
        )  # fmt: skip

    def _paint_answer(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        answer = self._model.answer(row)
        view, mouse = option.widget, None
        if isinstance(view, QAbstractItemView) and option.state & QStyle.StateFlag.State_MouseOver:
            mouse = view.viewport().mapFromGlobal(QCursor.pos())
        for value in (YES, NO):
            box = answer_button(option.rect, value)
            hovered = mouse is not None and box.contains(mouse)
            paint_answer_button(painter, box, value, pressed=answer == value, hovered=hovered)


def paint_answer_button(
    painter: QPainter, box: QRect, value: int, *, pressed: bool, hovered: bool
) -> None:
    """What answers YES or NO, wherever it stands."""
    theme = current_theme()
    glyph, color = ("✓", theme.yes) if value == YES else ("✕", theme.no)
    inside = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    line = color if pressed or hovered else theme.border
    paint_box(painter, inside, color if pressed else theme.panel, line=line, radius=5)
    ink = theme.panel if pressed else color if hovered else theme.text_muted
    paint_text(painter, box, glyph, ink, 12, bold=True, align=CENTER)


def _button_at(cell: QRect, point: QPoint) -> int | None:
    for value in (YES, NO):
        if answer_button(cell, value).adjusted(-1, -4, 1, 4).contains(point):
            return value
    return None
