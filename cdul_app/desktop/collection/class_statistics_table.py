"""All classes of the collection: balance, scores and threshold, progress of review."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from cdul_app.desktop.look.painting import Color, paint_bar, paint_dot, paint_text
from cdul_app.desktop.look.theme import class_color, current_theme
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.score_histogram import bar_heights, paint_histogram
from cdul_app.desktop.widgets.tables import (
    Cell,
    CellDelegate,
    Column,
    ColumnTable,
    ColumnView,
)
from cdul_app.language import figure, tr
from cdul_app.measures.collection_statistics import ClassStatistics
from cdul_app.method.arrays import FloatArray
from cdul_app.project.classes.class_table import ClassTable, ProjectClass

_BINS = 40
_SECONDS_AT_ONCE = 0.02  # a class of a million photos takes that long; of 10,000 all are there
_ROW_HEIGHT = 34
NAME, PHOTOS, SCORES, ANSWERS, AGREEMENT = range(5)


@dataclass(frozen=True, eq=False)
class _ClassRow:
    column: int  # of the project
    record: ProjectClass
    color: int  # see ClassTable.color_index
    histogram: FloatArray  # (_BINS,), the highest 1; zeros until it is counted
    labelled: int
    share: float  # of the photos that the most frequent class has
    yes: int
    no: int
    agreed: int  # answers that say what the machine's label says

    @property
    def answered(self) -> int:
        return self.yes + self.no

    @property
    def agreement(self) -> str:
        if not self.answered:
            return "–"
        return tr("{agreed} of {answers}", agreed=self.agreed, answers=self.answered)

    def cell(self, text: str) -> Cell:
        return Cell(text, tip=self.record.name)


_COLUMNS: tuple[Column[_ClassRow], ...] = (
    Column(
        tr("Class"),
        lambda row: row.cell(row.record.name),
        tr("Enter shows the photos of the class"),
        sort_key=lambda row: row.record.name.casefold(),
        ascending_first=True,
    ),
    Column(
        tr("Photos with the label"),
        lambda row: row.cell(figure(row.labelled)),
        tr("As labels are shown: answers first, then scores above the threshold"),
        width=190,
        sort_key=lambda row: row.labelled,
    ),
    Column(
        tr("Scores and threshold"),
        lambda row: row.cell(tr("threshold {score:.2f}", score=row.record.threshold)),
        tr(
            "How many photos have which score (0 to 1), the threshold as a line; heights are "
            "square roots"
        ),
        width=190,
        sort_key=lambda row: row.record.threshold,
    ),
    Column(
        tr("Answers"),
        lambda row: row.cell(tr("{yes} yes, {no} no", yes=row.yes, no=row.no)),
        tr("Your yes and no"),
        width=120,
        sort_key=lambda row: row.answered,
    ),
    Column(
        tr("Agreement"),
        lambda row: row.cell(row.agreement),
        tr(
            "How many of your answers say what the app's label says; of all photos it tells "
            "nothing, since you chose which to answer"
        ),
        width=104,
        sort_key=lambda row: row.agreed / row.answered if row.answered else None,
    ),
)


class _ClassDelegate(CellDelegate):
    def paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Any, column: int
    ) -> None:
        theme, color = current_theme(), class_color(row.color)
        box = QRectF(option.rect).adjusted(8, 0, -10, 0)

        def write(text: str, ink: Color = theme.text, left: float = 0) -> None:
            room = box.adjusted(left, 0, 0, 0)
            paint_text(painter, room, text, ink, 13, elide=Qt.TextElideMode.ElideRight)

        if column == NAME:
            paint_dot(painter, box.left(), box.center().y() - 4, 8, color)
            write(row.record.name, left=16)
        elif column == SCORES:
            area = box.adjusted(0, 5, 0, -5)
            paint_histogram(painter, area, row.histogram, row.record.threshold, 1.0, color)
            painter.setPen(QPen(QColor(theme.text), 1))
            where = round(box.left() + row.record.threshold * box.width())
            painter.drawLine(where, round(box.top() + 4), where, round(area.bottom()))
        elif column == ANSWERS:
            write(f"✓ {figure(row.yes)}", theme.yes if row.yes else theme.text_muted)
            write(f"✕ {figure(row.no)}", theme.no if row.no else theme.text_muted, box.width() / 2)
        else:
            write(_COLUMNS[column].cell(row).text)
            if column == PHOTOS:
                track = QRectF(box.left() + 56, box.center().y() - 3, box.width() - 56, 6)
                paint_bar(painter, track, row.share, color, theme.border, least=6)


class ClassStatisticsTable(ColumnView):
    class_chosen = Signal(int)  # column of the project

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Classes of the collection"), _ROW_HEIGHT, parent=parent)
        self.rows = ColumnTable(_COLUMNS)
        self.rows.sort(PHOTOS, Qt.SortOrder.DescendingOrder)
        self.show_table(self.rows)
        self.setItemDelegate(_ClassDelegate(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._on_activated)
        self._histograms: Iterator[None] = iter(())  # those that are not counted yet
        self._timer = single_shot(self, 0, self._count_scores)

    def show_statistics(
        self, classes: ClassTable, found: ClassStatistics, scores: FloatArray
    ) -> None:
        """scores : (n_images, n_classes), NaN where there is none; those of many photos are counted
        class by class, while the window answers."""
        most = max(1, int(found.labelled.max()))
        self.rows.show(
            _ClassRow(
                column=column,
                record=record,
                color=classes.color_index(column),
                histogram=np.zeros(_BINS),
                labelled=int(found.labelled[column]),
                share=found.labelled[column] / most,
                yes=int(found.yes[column]),
                no=int(found.no[column]),
                agreed=int(found.agreed[column]),
            )
            for column, record in enumerate(classes)
        )
        self.fit_height(len(classes))
        self._histograms = _counting(tuple(self.rows.rows), scores)
        self._count_scores()

    def _count_scores(self) -> None:
        begun = time.monotonic()
        for _ in self._histograms:
            if time.monotonic() - begun > _SECONDS_AT_ONCE:
                self._timer.start()
                break
        self.viewport().update()

    def _on_activated(self, index: QModelIndex) -> None:
        self.class_chosen.emit(self.rows.rows[index.row()].column)


def _counting(rows: Sequence[_ClassRow], scores: FloatArray) -> Iterator[None]:
    """Into the rows, one after the other."""
    for row in rows:
        row.histogram[:] = bar_heights(scores[:, row.column], _BINS)
        yield
