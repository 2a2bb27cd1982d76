"""The list of classes: a model over the session and the delegate that paints its rows."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from PySide6.QtCore import QAbstractListModel, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cdul_app.desktop.keys.shortcuts import class_key_mark
from cdul_app.desktop.look.painting import (
    CENTER,
    RIGHT,
    paint_bar,
    paint_box,
    paint_dot,
    paint_text,
)
from cdul_app.desktop.look.theme import SPACING, class_color, current_theme, sized_font
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.measures.reviews import NO, YES

ROW_HEIGHT = 50


class ClassRole(IntEnum):
    COLUMN = int(Qt.ItemDataRole.UserRole) + 1
    ROW = COLUMN + 1


@dataclass(frozen=True)
class ClassRow:
    """What one row of the list shows."""

    color: int  # see ProjectState.color_index

    name: str
    key: str  # as it is printed: “3”, “⇧3”, or empty
    prompts: tuple[str, ...]
    threshold: float
    predicted: int | None  # None before scoring
    photos: int
    yes: int
    no: int

    def spoken(self) -> str:
        """For screen readers and the tooltip."""
        parts = [self.name]
        if self.predicted is not None:
            parts.append(
                f"{self.predicted:,} of {self.photos:,} photos at threshold {self.threshold:.2f}"
            )
        parts.append(f"answered yes {self.yes:,}, no {self.no:,}")
        if self.key:
            parts.append(f"key {self.key}")
        return "; ".join(parts)


class ClassListModel(QAbstractListModel):
    """Rows are the session's columns.  Counts are kept, and made again when the session says."""

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._predicted: list[int] | None = None
        self._yes: list[int] = []
        self._no: list[int] = []
        self._count()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._yes)

    def row(self, column: int) -> ClassRow:
        item = self._project.classes[column]
        return ClassRow(
            name=item.name,
            color=self._project.classes.color_index(column),
            key=class_key_mark(column),
            prompts=item.definition.prompts,
            threshold=float(self._project.classes.thresholds[column]),
            predicted=None if self._predicted is None else self._predicted[column],
            photos=len(self._project.photos),
            yes=self._yes[column],
            no=self._no[column],
        )

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._yes):
            return None
        if role == ClassRole.COLUMN:
            return index.row()
        if role == ClassRole.ROW:
            return self.row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._project.classes[index.row()].name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.row(index.row()).spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            row = self.row(index.row())
            prompts = "\n".join(f"“{prompt}”" for prompt in row.prompts)
            return f"{row.spoken()}\n{prompts}".strip()
        return None

    def reload(self) -> None:
        """Classes or photos were replaced."""
        self.beginResetModel()
        self._count()
        self.endResetModel()

    def recount(self) -> None:
        """Scores, thresholds or answers changed; the rows stay."""
        self._count()
        if self._yes:
            self.dataChanged.emit(self.index(0), self.index(len(self._yes) - 1))

    def show_count(self, column: int, predicted: int) -> None:
        """The count of one class while its threshold is being moved."""
        if self._predicted is not None:
            self._predicted[column] = predicted
            self.dataChanged.emit(self.index(column), self.index(column))

    def _count(self) -> None:
        session = self._session
        answers = session.project.answers
        self._yes = [int(count) for count in np.count_nonzero(answers == YES, axis=0)]
        self._no = [int(count) for count in np.count_nonzero(answers == NO, axis=0)]
        if session.project.display_kind is None:
            self._predicted = None
        else:
            self._predicted = session.project.facts.class_counts().tolist()


class ClassRowDelegate(QStyledItemDelegate):
    """Dot, name, key, count; below it the share of photos, the answers and the threshold."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(ClassRole.ROW)
        if not isinstance(row, ClassRow):
            return
        theme = current_theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(option.rect).adjusted(0, 1, 0, -1)
        _paint_background(painter, frame, option.state)
        inner = frame.adjusted(SPACING[1], 5, -SPACING[1], -5)
        color = class_color(row.color)
        first = QRectF(inner.left(), inner.top(), inner.width(), 20)
        paint_dot(painter, first.left(), first.center().y() - 5, 10, color)

        caption = sized_font(option.font, 11)
        count_text = "–" if row.predicted is None else f"{row.predicted:,}"
        painter.setFont(option.font)
        metrics = QFontMetricsF(option.font)
        paint_text(painter, first, count_text, theme.text, align=RIGHT)
        left = first.left() + 18
        right = first.right() - metrics.horizontalAdvance(count_text) - SPACING[1]
        room = right - left - (_key_width(row.key) + 6)
        name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        paint_text(painter, QRectF(left, first.top(), room, first.height()), name, theme.text)
        if row.key:
            name_end = left + metrics.horizontalAdvance(name) + 6
            key = QRectF(name_end, first.center().y() - 8, _key_width(row.key), 16)
            paint_box(painter, key, None, line=theme.border, radius=3)
            paint_text(painter, key, row.key, theme.text_muted, 11, align=CENTER)

        second = QRectF(left, first.bottom(), inner.right() - left, inner.bottom() - first.bottom())
        self._paint_second_line(painter, second, row, caption, color)
        painter.restore()

    def _paint_second_line(
        self, painter: QPainter, line: QRectF, row: ClassRow, font: QFont, color: QColor
    ) -> None:
        theme = current_theme()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        paint_text(painter, line, f"≥ {row.threshold:.2f}", theme.text_muted, align=RIGHT)
        right = line.right() - metrics.horizontalAdvance("≥ 0.00") - SPACING[1]
        for text, tone, count in (
            (f"✕ {row.no:,}", theme.no, row.no),
            (f"✓ {row.yes:,}", theme.yes, row.yes),
        ):
            width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance("✓ 00"))
            cell = QRectF(right - width, line.top(), width, line.height())
            paint_text(painter, cell, text, tone if count else theme.text_muted, align=RIGHT)
            right -= width + SPACING[1]
        track = QRectF(line.left(), line.center().y() - 1.5, max(0.0, right - line.left()), 3)
        share = (row.predicted or 0) / max(1, row.photos)
        paint_bar(painter, track, share, color, theme.border, least=3)


def _paint_background(painter: QPainter, frame: QRectF, state: QStyle.StateFlag) -> None:
    theme = current_theme()
    if state & QStyle.StateFlag.State_Selected:
        paint_box(painter, frame, theme.selection, radius=6)
    elif state & QStyle.StateFlag.State_MouseOver:
        paint_box(painter, frame, theme.hover, radius=6)
    if state & QStyle.StateFlag.State_HasFocus:
        inside = frame.adjusted(0.5, 0.5, -0.5, -0.5)
        paint_box(painter, inside, None, line=theme.accent, radius=6)


def _key_width(key: str) -> int:
    """Pixels of the box around a key, 0 for none."""
    return {0: 0, 1: 16}.get(len(key), 26)
