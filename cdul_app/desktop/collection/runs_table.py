"""All runs, newest first, and up to three of them side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QWidget

from cdul_app.desktop.look.painting import LEFT, RIGHT
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.panels.run_details import outcome_text, run_seconds, run_time
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.desktop.widgets.tables import (
    ROW_ROLE,
    Cell,
    Column,
    ColumnTable,
    ColumnView,
)
from cdul_app.events import EpochFinished
from cdul_app.language import figure, tr
from cdul_app.progress import format_duration
from cdul_app.project.run_words import run_in_words
from cdul_app.project.runs import RunRecord

if TYPE_CHECKING:
    from cdul_app.desktop.collection.run_curves import RunCurves

MOST_COMPARED = 3
_KINDS = {"score": tr("scoring"), "train": tr("training"), "predict": tr("prediction")}


@dataclass(frozen=True)
class _RunRow:
    run: RunRecord
    history: Sequence[EpochFinished]

    def last(self, measure: str, form: str, factor: int = 1) -> str:
        """What the last epoch ended with."""
        value = getattr(self.history[-1], measure) if self.history else None
        return "–" if value is None else figure(factor * value, form)

    def duration(self) -> str:
        seconds = run_seconds(self.run)
        return "–" if seconds is None else format_duration(seconds)


def _column(
    title: str,
    text: Callable[[_RunRow], str],
    align: Qt.AlignmentFlag = LEFT,
    width: int | None = 0,
) -> Column[_RunRow]:
    def cell(row: _RunRow) -> Cell:
        return Cell(text(row), tip=run_in_words(row.run.summary) or text(row))

    return Column(title, cell, align=align, width=width)


_COLUMNS = (
    _column(tr("Run"), lambda row: str(row.run.identifier), RIGHT),
    _column(tr("When"), lambda row: run_time(row.run)),
    _column(tr("Kind"), lambda row: _KINDS.get(row.run.kind, row.run.kind)),
    _column(
        tr("Encoder or classifier"),
        lambda row: str(row.run.config.get("classifier") or row.run.config.get("encoder") or "–"),
        width=None,
    ),
    _column(tr("Outcome"), lambda row: outcome_text(row.run)),
    _column(tr("Time"), _RunRow.duration, RIGHT),
    _column(tr("Epochs"), lambda row: row.last("epoch", ","), RIGHT),
    _column(tr("Loss"), lambda row: row.last("loss", ".4f"), RIGHT),
    _column(tr("mAP"), lambda row: row.last("mean_average_precision", ".1f", 100), RIGHT),
)


class RunsTable(QWidget):
    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self._rows = ColumnTable(_COLUMNS)
        self.table = ColumnView(tr("Runs"), 28)
        self.comparison = ColumnView(tr("Settings of the selected runs"), 28)
        for table in (self.table, self.comparison):
            table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.show_table(self._rows)
        self.comparison.verticalHeader().show()
        self.hint = caption_label(tr("Select up to three runs to see their settings side by side."))
        self._layout = vertical(self.table, self.hint, self.comparison, on=self, spacing=SPACING[1])
        self.curves: RunCurves | None = None  # made for the first runs that are compared
        self.table.selectionModel().selectionChanged.connect(self._compare)
        theme_manager().changed.connect(self._compare)

    def refresh(self) -> None:
        """Read the runs again; those selected stay so."""
        selection = self.table.selectionModel()
        selected = {index.data(ROW_ROLE).run.identifier for index in selection.selectedRows()}
        runs = self._project.runs
        self._rows.show(_RunRow(run, runs.history(run.identifier)) for run in runs.all())
        flags = QItemSelectionModel.SelectionFlag
        for place, row in enumerate(self._rows.rows):
            if row.run.identifier in selected:
                selection.select(self._rows.index(place, 0), flags.Select | flags.Rows)
        self.table.fit_height(most_rows=8)
        self._compare()

    def compared(self) -> list[_RunRow]:
        """The first selected runs, newest first."""
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._rows.rows[place] for place in places[:MOST_COMPARED]]

    def _compare(self) -> None:
        rows = self.compared()
        self.comparison.setVisible(bool(rows))
        self.hint.setVisible(bool(self._rows.rows))
        if rows:
            settings = _settings_table([row.run for row in rows])
            self.comparison.show_table(settings)
            self.comparison.fit_height(most_rows=len(settings.rows))
        histories = {row.run.identifier: row.history for row in rows}
        if self.curves is None and any(histories.values()):
            from cdul_app.desktop.collection.run_curves import RunCurves

            self.curves = RunCurves()
            self._layout.addWidget(self.curves)
        if self.curves is not None:
            self.curves.setVisible(self.curves.show_runs(histories))


def _settings_table(runs: Sequence[RunRecord]) -> ColumnTable[str]:
    """A row for each setting, a column for each run; where they differ they stand out."""
    settings = [flat_settings(run) for run in runs]

    def column(place: int) -> Column[str]:
        def cell(name: str) -> Cell:
            values = [each.get(name, "–") for each in settings]
            differs = len(set(values)) > 1
            ground = QColor(current_theme().selection) if differs else None
            return Cell(values[place], tip=values[place], bold=differs, ground=ground)

        return Column(tr("Run {number}", number=str(runs[place].identifier)), cell)

    return ColumnTable(
        [column(place) for place in range(len(runs))],
        dict.fromkeys(name for each in settings for name in each),
        row_name=lambda name: name.replace("_", " "),
    )


def flat_settings(run: RunRecord) -> dict[str, str]:
    """The settings a run was started with, and what it ran on, as they are written."""
    written = {name: _written(value) for name, value in run.config.items()}
    return {**written, "device": run.device} if run.device else written


def _written(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    return figure(value, "g") if isinstance(value, float) else str(value)
