"""The label report: what answers about a random sample say of each class's labels."""

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.evaluation_tables import FigureTable
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.desktop.widgets.tables import TO_RIGHT, AnyIndex, NamedTable, bold_font
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import ClassReport, answers_needed

_COLUMNS = ("Answers", "Precision", "Recall", "F1", "More")
_TOOLTIPS = (
    "Answers about the random sample",
    "Of the photos with the label, those that show the class",
    "Of the photos that show the class, those with the label",
    "Of both, the harmonic mean",
    "About how many more answers until F1 is known within 5 points; ✓ it is",
)
_HELP = (
    "How good are the labels? Answer about photos drawn at random: the figures are unbiased, and "
    "± tells how far they may be off (95 %)."
)
MOST_ROWS = 12


class ReportTable(NamedTable):
    def __init__(
        self,
        names: list[str],
        reports: list[ClassReport],
        *,
        first_bold: bool,
        parent: QObject | None = None,
    ) -> None:
        """first_bold : the first row is of several classes together."""
        super().__init__(names, list(_COLUMNS), list(_TOOLTIPS), parent)
        self._reports, self._first_bold = reports, first_bold

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        report, column = self._reports[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(report, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            estimate = self._estimate(report, column)
            return (
                _TOOLTIPS[column]
                if estimate is None
                else f"{self.row_names[index.row()]}: {estimate.value:.1%}, with 95 % certainty "
                f"{estimate.low:.1%} to {estimate.high:.1%}"
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(TO_RIGHT)
        if role == Qt.ItemDataRole.FontRole and index.row() == 0 and self._first_bold:
            return bold_font()
        return None

    @staticmethod
    def _estimate(report: ClassReport, column: int) -> Estimate | None:
        if not report.answered:
            return None
        return {1: report.precision, 2: report.recall, 3: report.f1}.get(column)

    def _text(self, report: ClassReport, column: int) -> str:
        if column == 0:
            return f"{report.answered:,}"
        if column == 4:
            if not report.answered:
                return "–"
            needed = answers_needed(report)
            return f"{needed:,}" if needed else "✓"
        estimate = self._estimate(report, column)
        if estimate is None:
            return "–"
        return f"{100 * estimate.value:.0f} ±{100 * estimate.half_width:.0f}"


class ReportSection(QWidget):
    """Computed while it can be seen; asks the window for the question page."""

    questions_requested = Signal(int)  # column

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._outdated = True
        self._neediest = 0
        self._first_class = 0  # row of the table
        self.table = FigureTable("Precision, recall and F1 of each class")
        self.help = caption_label(_HELP)
        self.ask_button = push_button(
            "Answer questions…",
            self._on_ask,
            tip="Of the class that is known least, or the one chosen above",
        )
        asking = horizontal(self.ask_button, STRETCH)
        vertical(self.help, self.table, asking, on=self, spacing=SPACING[1])
        self.refresh()

    def outdate(self) -> None:
        """Something it shows has changed."""
        self._outdated = True

    def refresh(self) -> None:
        """Compute the report, if it can be seen; else when it is shown."""
        scored = self._project.display_kind is not None
        self.table.setVisible(scored)
        self.ask_button.setEnabled(scored)
        if not self.isVisible():
            return
        report = self._project.samples.report() if scored else None
        self._outdated = False
        if report is None:
            return
        self._neediest = int(np.argmax(report.answers_needed))
        names, reports = list(report.class_names), list(report.classes)
        self._first_class = int(report.overall is not None)
        if report.overall is not None:
            names.insert(0, "Together")
            reports.insert(0, report.overall)
        model = ReportTable(names, reports, first_bold=bool(self._first_class))
        self.table.show_table(model, most_rows=MOST_ROWS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self.refresh()

    def _on_ask(self) -> None:
        chosen = self.table.currentIndex()
        column = chosen.row() - self._first_class if chosen.isValid() else -1
        self.questions_requested.emit(column if column >= 0 else self._neediest)
