"""The list of classes: a model over the project and the delegate that paints its rows."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

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
from cdul_app.desktop.widgets.tables import AnyIndex, Cell, CellDelegate, Column, ColumnTable
from cdul_app.measures.reviews import NO, YES

ROW_HEIGHT = 50


@dataclass(frozen=True)
class ClassRow:
    """What one row of the list shows."""

    color: int  # see ClassTable.color_index
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
        parts, threshold = [self.name], f"threshold {self.threshold:.2f}"
        if self.predicted is not None:
            parts.append(f"{self.predicted:,} of {self.photos:,} photos at {threshold}")
        parts.append(f"answered yes {self.yes:,}, no {self.no:,}")
        return "; ".join([*parts, f"key {self.key}"] if self.key else parts)

    def cell(self) -> Cell:
        spoken = self.spoken()
        prompts = [f"“{prompt}”" for prompt in self.prompts]
        return Cell(self.name, tip="\n".join([spoken, *prompts]), spoken=spoken)


class ClassListModel(ColumnTable[ClassRow]):
    """Rows are the project's columns.  Counts are kept, and made again by `recount`."""

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__([Column("Class", ClassRow.cell)], parent=parent)
        self._project = session.project
        self.reload()

    def reload(self) -> None:
        """Classes or photos were replaced."""
        self.show(self._counted())

    def recount(self) -> None:
        """Scores, thresholds or answers changed; the rows stay."""
        self.rows = self._counted()
        self.refresh()

    def show_count(self, column: int, predicted: int) -> None:
        """The count of one class while its threshold is being moved."""
        self.rows[column] = replace(self.rows[column], predicted=predicted)
        self.refresh()

    def _counted(self) -> list[ClassRow]:
        project = self._project
        yes = np.count_nonzero(project.answers == YES, axis=0)
        no = np.count_nonzero(project.answers == NO, axis=0)
        scored = project.display_kind is not None
        predicted = project.facts.class_counts() if scored else None
        return [
            ClassRow(
                color=project.classes.color_index(column),
                name=record.name,
                key=class_key_mark(project.classes.keys[column]),
                prompts=record.definition.prompts,
                threshold=record.threshold,
                predicted=None if predicted is None else int(predicted[column]),
                photos=len(project.photos),
                yes=int(yes[column]),
                no=int(no[column]),
            )
            for column, record in enumerate(project.classes)
        ]


class ClassRowDelegate(CellDelegate):
    """Dot, name, key, count; below it the share of photos, the answers and the threshold."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, frame = current_theme(), QRectF(option.rect).adjusted(0, 1, 0, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_box(painter, frame, theme.selection, radius=6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_box(painter, frame, theme.hover, radius=6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            inside = frame.adjusted(0.5, 0.5, -0.5, -0.5)
            paint_box(painter, inside, None, line=theme.accent, radius=6)

    def paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow, column: int
    ) -> None:
        theme = current_theme()
        inner = QRectF(option.rect).adjusted(SPACING[1], 6, -SPACING[1], -6)
        first = QRectF(inner.left(), inner.top(), inner.width(), 20)
        paint_dot(painter, first.left(), first.center().y() - 5, 10, class_color(row.color))
        painter.setFont(option.font)
        metrics = QFontMetricsF(option.font)
        count_text = "–" if row.predicted is None else f"{row.predicted:,}"
        paint_text(painter, first, count_text, theme.text, align=RIGHT)
        left = first.left() + 18
        right = first.right() - metrics.horizontalAdvance(count_text) - SPACING[1]
        key_width = {0: 0, 1: 16}.get(len(row.key), 26)
        room = right - left - (key_width + 6)
        name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        paint_text(painter, QRectF(left, first.top(), room, first.height()), name, theme.text)
        if row.key:
            name_end = left + metrics.horizontalAdvance(name) + 6
            key = QRectF(name_end, first.center().y() - 8, key_width, 16)
            paint_box(painter, key, None, line=theme.border, radius=3)
            paint_text(painter, key, row.key, theme.text_muted, 11, align=CENTER)
        second = QRectF(left, first.bottom(), inner.right() - left, inner.bottom() - first.bottom())
        painter.setFont(sized_font(option.font, 11))
        _paint_second_line(painter, second, row)


def _paint_second_line(painter: QPainter, line: QRectF, row: ClassRow) -> None:
    theme, metrics = current_theme(), QFontMetricsF(painter.font())
    paint_text(painter, line, f"≥ {row.threshold:.2f}", theme.text_muted, align=RIGHT)
    right = line.right() - metrics.horizontalAdvance("≥ 0.00") - SPACING[1]
    for glyph, ink, count in (("✕", theme.no, row.no), ("✓", theme.yes, row.yes)):
        text = f"{glyph} {count:,}"
        width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance("✓ 00"))
        cell = QRectF(right - width, line.top(), width, line.height())
        paint_text(painter, cell, text, ink if count else theme.text_muted, align=RIGHT)
        right -= width + SPACING[1]
    track = QRectF(line.left(), line.center().y() - 1.5, max(0.0, right - line.left()), 3)
    share = (row.predicted or 0) / max(1, row.photos)
    paint_bar(painter, track, share, class_color(row.color), theme.border, least=3)
