"""Tables of a comparison with truth: each kind of label, and each class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyle

from cdul_app.desktop.look.painting import RIGHT
from cdul_app.desktop.widgets.tables import Cell, Column, ColumnTable, ColumnView
from cdul_app.language import figure, tr
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.progress import percent

ROW_HEIGHT = 24
_LEAST_WIDTH, _GAP = 38, 6  # pixels, of a column and beside its text
_LEAST_NAMES, _MOST_NAMES = 60, 132  # of the names of rows
SHORT_HEADINGS = {
    LabelKind.GLOBAL: tr("Global"),
    LabelKind.LOCAL_MAX: tr("Max"),
    LabelKind.AGGREGATED: tr("Aggr."),
    LabelKind.RANKING: tr("Rank"),
    LabelKind.INITIAL: tr("Init."),
    LabelKind.PSEUDO: tr("Pseudo"),
    LabelKind.CLASSIFIER: tr("Clf."),
}
# Short, so that six figures have room beside them.
_ROW_HEADINGS = {
    LabelKind.LOCAL_MAX: tr("Snippets"),
    LabelKind.AGGREGATED: tr("Aggr."),
    LabelKind.INITIAL: tr("Initial"),
    LabelKind.PSEUDO: tr("Pseudo"),
}
_MEASURES = {
    "mAP": tr("Mean over classes of the average precision, %: how well scores rank the photos"),
    "F1": tr(
        "Macro-F1, %: mean over classes of F1. “Pseudo” at your thresholds, each other kind "
        "at those found from its own scores"
    ),
    "CF1": tr(
        "%: harmonic mean of the classes' mean precision and mean recall, at the same thresholds"
    ),
    "OF1": tr("%: F1 over all labels of all photos together, at the same thresholds"),
    "Best": tr("Macro-F1, %, at the thresholds that the truth itself would choose"),
    "ECE": tr("Calibration error, %: how far scores are from probabilities; low is good"),
}
_TITLES = {"Best": tr("Best")}  # the others are names of the field
_Percentages = Sequence[float | None]


@dataclass(frozen=True)
class _Row:
    name: str
    values: _Percentages  # one for each column
    best: Sequence[bool]


def _percent_table(
    columns: Sequence[tuple[str, str]],
    names: Sequence[str],
    values: Sequence[_Percentages],
    best: Sequence[Sequence[bool]],
) -> ColumnTable[_Row]:
    """columns : title and tip; values, best : of each row; the best are bold."""

    def column(place: int, title: str, tip: str) -> Column[_Row]:
        def cell(row: _Row) -> Cell:
            value, is_best = row.values[place], row.best[place]
            if value is None:
                spoken = tr("{name}, {measure}: none", name=row.name, measure=title)
                return Cell("–", tr("No photo of the truth has this class"), spoken)
            tip = f"{row.name}: {percent(value / 100, 2)}"
            spoken = tr(
                "{name}, {measure}: {value:.1f} percent",
                name=row.name,
                measure=title,
                value=value,
            )
            if is_best:
                tip, spoken = (
                    tr("{figure}, the best", figure=tip),
                    tr("{figure}, best", figure=spoken),
                )
            return Cell(figure(value, ".1f"), tip, spoken, bold=is_best)

        return Column(title, cell, tip, align=RIGHT)

    rows = map(_Row, names, values, best)
    made = [column(place, *titled) for place, titled in enumerate(columns)]
    return ColumnTable(made, rows, row_name=lambda row: row.name)


def _best(values: _Percentages, choose: Callable[..., float | None] = max) -> list[bool]:
    best = choose((value for value in values if value is not None), default=None)
    return [value is not None and value == best for value in values]


def kinds_table(evaluation: Mapping[str, Any]) -> ColumnTable[_Row]:
    """The measures of each kind of label."""
    kinds = _kinds(evaluation)
    found = [_measures(evaluation["labels"][kind.value]) for kind in kinds]
    titles = [title for title in _MEASURES if all(title in measures for measures in found)]
    values = {title: [measures[title] for measures in found] for title in titles}
    best = [_best(values[title], min if title == "ECE" else max) for title in titles]
    return _percent_table(
        [(_TITLES.get(title, title), _MEASURES[title]) for title in titles],
        [_ROW_HEADINGS.get(kind, tr(kind.heading)) for kind in kinds],
        list(zip(*values.values(), strict=True)),
        list(zip(*best, strict=True)),
    )


def _measures(of_kind: Mapping[str, Any]) -> dict[str, Any]:
    """By their titles; not all are there always."""
    shown = {"F1": of_kind, "Best": of_kind.get("best", {})}
    macro = {title: of["macro_F1"] for title, of in shown.items() if "macro_F1" in of}
    return {**of_kind, **macro}


def classes_table(evaluation: Mapping[str, Any]) -> ColumnTable[_Row]:
    """Average precision of each class, by kind of label."""
    kinds, names = _kinds(evaluation), evaluation["classes"]
    labels = evaluation["labels"]
    values = [[labels[kind.value]["AP"].get(name) for kind in kinds] for name in names]
    columns = [(SHORT_HEADINGS[kind], tr(kind.heading)) for kind in kinds]
    return _percent_table(columns, names, values, [_best(of_class) for of_class in values])


def _kinds(evaluation: Mapping[str, Any]) -> list[LabelKind]:
    return [kind for kind in EVALUATED_KINDS if kind.value in evaluation["labels"]]


class FigureTable(ColumnView):
    """A quiet table: row names stay in sight, heights fit the rows where there are few."""

    def __init__(self, name: str) -> None:
        super().__init__(name, ROW_HEIGHT, role="figures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.show()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setHighlightSections(False)
        rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def show_table(self, table: ColumnTable[Any]) -> None:
        super().show_table(table)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.modelReset.connect(self._fit_columns)
        self._fit_columns()

    def fit_height(self, most_rows: int) -> None:
        super().fit_height(most_rows)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setFixedHeight(self.height() + bar)  # where the columns are scrolled

    def _fit_columns(self) -> None:
        """Each as wide as its figures, and names have what is left; only where even short names
        have no room the columns are scrolled."""
        header = self.horizontalHeader()
        if self.model() is None or not header.count():
            return
        wanted = [
            max(header.sectionSizeHint(column), self.sizeHintForColumn(column)) + _GAP
            for column in range(header.count())
        ]
        names = self.width() - sum(wanted)
        if self.verticalScrollBar().isVisible():
            names -= self.verticalScrollBar().width()
        most = names if _LEAST_NAMES <= names < _MOST_NAMES else _MOST_NAMES
        self.verticalHeader().setMaximumWidth(most)
        spare = max(0, self.viewport().width() - sum(wanted)) // len(wanted)
        for column, width in enumerate(wanted):
            header.resizeSection(column, max(_LEAST_WIDTH, width + spare))
