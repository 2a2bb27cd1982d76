"""All runs, newest first, and up to three of them side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.panels.run_details import outcome_text, run_seconds, run_time
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.desktop.widgets.tables import TO_LEFT, TO_RIGHT, bold_font, fit_height, prepare_table
from cdul_app.events import EpochFinished
from cdul_app.progress import format_duration
from cdul_app.project.runs import RunRecord

if TYPE_CHECKING:
    from cdul_app.desktop.collection.run_curves import RunCurves

MOST_COMPARED = 3
_KINDS = {"score": "scoring", "train": "training", "predict": "prediction"}
_TITLES = (
    "Run", "When", "Kind", "Encoder or classifier", "Outcome", "Time", "Epochs", "Loss", "mAP",
)  # fmt: skip
_NUMBERS = (0, 5, 6, 7, 8)  # columns of figures, to the right


class RunsTable(QWidget):
    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._runs: list[RunRecord] = []
        self._histories: dict[int, Sequence[EpochFinished]] = {}
        self.table = _plain_table("Runs", len(_TITLES))
        self.table.setHorizontalHeaderLabels(list(_TITLES))
        for column in _NUMBERS:
            item = self.table.horizontalHeaderItem(column)
            assert item is not None, "the labels were set above"
            item.setTextAlignment(TO_RIGHT)
        header = self.table.horizontalHeader()
        for column in range(len(_TITLES)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.hint = caption_label("Select up to three runs to see their settings side by side.")
        self.comparison = _plain_table("Settings of the selected runs", 0)
        self._layout = vertical(self.table, self.hint, self.comparison, on=self, spacing=SPACING[1])
        self.curves: RunCurves | None = None  # made for the first runs that are compared
        self.table.itemSelectionChanged.connect(self._compare)
        theme_manager().changed.connect(self._compare)

    def refresh(self) -> None:
        """Read the runs again."""
        self._runs = self._project.runs.all()
        self._histories = {
            run.identifier: self._project.runs.history(run.identifier) for run in self._runs
        }
        self.table.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            history = self._histories[run.identifier]
            for column, text in enumerate(_cells(run, history)):
                item = QTableWidgetItem(text)
                if column in _NUMBERS:
                    item.setTextAlignment(TO_RIGHT)
                item.setToolTip(run.summary or text)
                self.table.setItem(row, column, item)
        fit_height(self.table, most_rows=8)
        self._compare()

    def compared(self) -> list[RunRecord]:
        """The first selected runs, newest first."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [self._runs[row] for row in rows[:MOST_COMPARED] if row < len(self._runs)]

    def _compare(self) -> None:
        runs = self.compared()
        self.comparison.setVisible(bool(runs))
        self.hint.setVisible(bool(self._runs))
        self._show_curves(runs)
        if not runs:
            return
        settings = [flat_settings(run) for run in runs]
        names = list(dict.fromkeys(name for each in settings for name in each))
        self.comparison.setColumnCount(len(runs))
        self.comparison.setRowCount(len(names))
        self.comparison.setHorizontalHeaderLabels([f"Run {run.identifier}" for run in runs])
        self.comparison.setVerticalHeaderLabels([name.replace("_", " ") for name in names])
        self.comparison.verticalHeader().show()
        self.comparison.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        accent = QColor(current_theme().selection)
        for row, name in enumerate(names):
            values = [each.get(name, "–") for each in settings]
            differs = len(set(values)) > 1
            for column, value in enumerate(values):
                item = QTableWidgetItem(value)
                item.setToolTip(value)
                if differs:
                    item.setFont(bold_font())
                    item.setBackground(accent)
                self.comparison.setItem(row, column, item)
        fit_height(self.comparison, most_rows=len(names))

    def _show_curves(self, runs: Sequence[RunRecord]) -> None:
        histories = {run.identifier: self._histories[run.identifier] for run in runs}
        if self.curves is None and any(histories.values()):
            from cdul_app.desktop.collection.run_curves import RunCurves

            self.curves = RunCurves()
            self._layout.addWidget(self.curves)
        if self.curves is not None:
            self.curves.setVisible(self.curves.show_runs(histories))


def flat_settings(run: RunRecord) -> dict[str, str]:
    """The settings a run was started with, and what it ran on, as they are written."""
    written = {name: _written(value) for name, value in run.config.items()}
    if run.device:
        written["device"] = run.device
    return written


def _written(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) or "–"


def _cells(run: RunRecord, history: Sequence[EpochFinished]) -> tuple[str, ...]:
    last = history[-1] if history else None
    precision = None if last is None else last.mean_average_precision
    seconds = run_seconds(run)
    return (
        str(run.identifier),
        run_time(run),
        _KINDS.get(run.kind, run.kind),
        str(run.config.get("classifier") or run.config.get("encoder") or "–"),
        outcome_text(run),
        "–" if seconds is None else format_duration(seconds),
        "–" if last is None else f"{last.epoch:,}",
        "–" if last is None else f"{last.loss:.4f}",
        "–" if precision is None else f"{100 * precision:.1f}",
    )


def _plain_table(name: str, columns: int) -> QTableWidget:
    table = QTableWidget(0, columns)
    prepare_table(table, name, 28)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.horizontalHeader().setDefaultAlignment(TO_LEFT)
    table.setWordWrap(False)
    return table
