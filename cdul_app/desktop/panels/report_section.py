"""The label report: what answers about a random sample say of each class's labels."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
from cdul_app.language import figure, tr, translatable
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import ClassReport
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.progress import percent

_HELP = translatable(
    "How good are the labels? Answer about photos drawn at random: after {count} answers of a "
    "class its figures are known, and ± tells how far they may be off (95\N{NO-BREAK SPACE}%)."
)
MOST_ROWS = 100  # beyond, the table scrolls by itself


@dataclass(frozen=True)
class _Row:
    name: str
    report: ClassReport
    answers: int  # all that were given
    column: int | None  # None for several classes together


def _share(title: str, read: Callable[[ClassReport], Estimate | None], tip: str) -> Column[_Row]:
    def cell(row: _Row) -> Cell:
        share = read(row.report) if row.report.is_known else None
        if share is None:
            return Cell("–", tip, bold=row.column is None)
        return Cell(
            f"{percent(share.value)} ±{100 * share.most_off:.0f}",
            tr(
                "{name}: {share}, with 95 % certainty {low} to {high}",
                name=row.name,
                share=percent(share.value, 1),
                low=percent(share.low, 1),
                high=percent(share.high, 1),
            ),
            bold=row.column is None,
        )

    return Column(title, cell, tip, align=RIGHT)


def _share_or_way(column: Column[_Row]) -> Column[_Row]:
    """In its place, until figures are known, how many answers are missing."""

    def cell(row: _Row) -> Cell:
        if row.report.is_known or not row.report.needed:  # no photo was labelled for it
            return column.cell(row)
        return Cell(
            tr("{count} to go", count=figure(row.report.needed)),
            tr(
                "Answers about photos drawn at random until the figures are known. With those to "
                "other photos you gave {answers}.",
                answers=figure(row.answers),
            ),
        )

    return replace(column, cell=cell)


_COLUMNS = (  # few and narrow: all of them are in sight beside the photos
    _share(
        tr("Right"),
        lambda of: of.precision,
        tr("Precision: of the photos with the label, those that show the class"),
    ),
    _share(
        tr("Found"),
        lambda of: of.recall,
        tr("Recall: of the photos that show the class, those with the label"),
    ),
    _share_or_way(
        _share(tr("Both"), lambda of: of.f1, tr("F1, the harmonic mean of the two")),
    ),
)


class ReportSection(QWidget):
    """Computed while it can be seen; asks the window for the question page."""

    questions_requested = Signal(int)  # column

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self._outdated = True
        self._least_known = 0
        self._rows = ColumnTable(_COLUMNS, row_name=lambda row: row.name)
        self.table = FigureTable(tr("How good the labels of each class are"))
        self.table.show_table(self._rows)
        self.ask_button = push_button(
            tr("Answer questions…"),
            self._on_ask,
            tip=tr("Of the class that is known least, or the one chosen above"),
        )
        asking = horizontal(self.ask_button, STRETCH)
        about = caption_label(tr(_HELP, count=ENOUGH_ANSWERS))
        vertical(about, asking, self.table, on=self, spacing=SPACING[1])
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
        self._least_known = report.least_known
        together = []
        if report.overall is not None:
            together = [
                _Row(
                    tr("{count} together", count=report.known),
                    report.overall,
                    report.overall.answered,
                    None,
                )
            ]
        named = zip(report.class_names, report.classes, report.answers, strict=True)
        classes = [_Row(*row, column) for column, row in enumerate(named)]
        classes.sort(key=lambda row: not row.report.is_known)  # what there is to read comes first
        self._rows.show(together + classes)
        self.table.fit_height(MOST_ROWS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self.refresh()

    def _on_ask(self) -> None:
        chosen = self.table.currentIndex()
        column = self._rows.rows[chosen.row()].column if chosen.isValid() else None
        self.questions_requested.emit(self._least_known if column is None else column)
