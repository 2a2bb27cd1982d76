"""The label report: what answers about a random sample say of each class's labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.painting import RIGHT
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.evaluation_tables import FigureTable
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.desktop.widgets.tables import Cell, Column, ColumnTable
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import ClassReport, answers_needed
from cdul_app.progress import percent

_HELP = (
    "How good are the labels? Answer about photos drawn at random: the figures are unbiased, and "
    "± tells how far they may be off (95 %)."
)
MOST_ROWS = 12


@dataclass(frozen=True)
class _Row:
    name: str
    report: ClassReport
    column: int | None  # None for several classes together


def _count(title: str, text: Callable[[ClassReport], str], tip: str) -> Column[_Row]:
    def cell(row: _Row) -> Cell:
        return Cell(text(row.report), tip, bold=row.column is None)

    return Column(title, cell, tip, align=RIGHT)


def _share(title: str, read: Callable[[ClassReport], Estimate | None], tip: str) -> Column[_Row]:
    def cell(row: _Row) -> Cell:
        share = read(row.report) if row.report.answered else None
        if share is None:
            return Cell("–", tip, bold=row.column is None)
        return Cell(
            f"{100 * share.value:.0f} ±{100 * share.half_width:.0f}",
            f"{row.name}: {percent(share.value, 1)}, with 95 % certainty "
            f"{percent(share.low, 1)} to {percent(share.high, 1)}",
            bold=row.column is None,
        )

    return Column(title, cell, tip, align=RIGHT)


def _more(report: ClassReport) -> str:
    if not report.answered:
        return "–"
    needed = answers_needed(report)
    return f"{needed:,}" if needed else "✓"


_COLUMNS = (
    _count("Answers", lambda of: f"{of.answered:,}", "Answers about the random sample"),
    _share(
        "Precision",
        lambda of: of.precision,
        "Of the photos with the label, those that show the class",
    ),
    _share(
        "Recall", lambda of: of.recall, "Of the photos that show the class, those with the label"
    ),
    _share("F1", lambda of: of.f1, "Of both, the harmonic mean"),
    _count("More", _more, "About how many more answers until F1 is known within 5 points; ✓ it is"),
)


class ReportSection(QWidget):
    """Computed while it can be seen; asks the window for the question page."""

    questions_requested = Signal(int)  # column

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self._outdated = True
        self._neediest = 0
        self._rows = ColumnTable(_COLUMNS, row_name=lambda row: row.name)
        self.table = FigureTable("Precision, recall and F1 of each class")
        self.table.show_table(self._rows)
        self.ask_button = push_button(
            "Answer questions…",
            self._on_ask,
            tip="Of the class that is known least, or the one chosen above",
        )
        asking = horizontal(self.ask_button, STRETCH)
        vertical(caption_label(_HELP), self.table, asking, on=self, spacing=SPACING[1])
        self.refresh()

    def refresh(self) -> None:
        """Compute the report anew, if it can be seen; else when it is shown."""
        scored = self._project.display_kind is not None
        self.table.setVisible(scored)
        self.ask_button.setEnabled(scored)
        self._outdated = not self.isVisible()
        report = self._project.samples.report() if scored and not self._outdated else None
        if report is None:
            return
        self._neediest = int(np.argmax(report.answers_needed))
        together = [] if report.overall is None else [_Row("Together", report.overall, None)]
        named = zip(report.class_names, report.classes, strict=True)
        classes = [_Row(name, of, column) for column, (name, of) in enumerate(named)]
        self._rows.show(together + classes)
        self.table.fit_height(MOST_ROWS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self.refresh()

    def _on_ask(self) -> None:
        chosen = self.table.currentIndex()
        column = self._rows.rows[chosen.row()].column if chosen.isValid() else None
        self.questions_requested.emit(self._neediest if column is None else column)
