"""Tables of a comparison with truth: each kind of label, and each class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame

from cdul_app.desktop.widgets.tables import Cell, Column, ColumnTable, ColumnView
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind

ROW_HEIGHT = 24
SHORT_HEADINGS = {
    LabelKind.GLOBAL: "Global",
    LabelKind.LOCAL_MAX: "Max",
    LabelKind.AGGREGATED: "Aggr.",
    LabelKind.RANKING: "Rank",
    LabelKind.INITIAL: "Init.",
    LabelKind.PSEUDO: "Pseudo",
    LabelKind.CLASSIFIER: "Clf.",
}
# Short, so that six figures have room beside them.
_ROW_HEADINGS = {
    LabelKind.LOCAL_MAX: "Snippets",
    LabelKind.AGGREGATED: "Aggr.",
    LabelKind.INITIAL: "Initial",
    LabelKind.PSEUDO: "Pseudo",
}
# Title, what it is, and where it stands among the measures of a kind of label.
_MEASURES = (
    (
        "mAP",
        "Mean over classes of the average precision, %: how well scores rank the photos",
        "mAP",
    ),
    ("F1", "Macro-F1, %: mean over classes of F1 at your thresholds", "macro_F1"),
    (
        "CF1",
        "%: harmonic mean of the classes' mean precision and mean recall, at your thresholds",
        "CF1",
    ),
    ("OF1", "%: F1 over all labels of all photos together, at your thresholds", "OF1"),
    (
        "Best",
        "Macro-F1, %, at the thresholds that the truth itself would choose",
        "best macro_F1",
    ),
    ("ECE", "Calibration error, %: how far scores are from probabilities; low is good", "ECE"),
)
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
                return Cell(
                    "–", "No photo of the truth has this class", f"{row.name}, {title}: none"
                )
            return Cell(
                f"{value:.1f}",
                f"{row.name}: {value:.2f} %" + (", the best" if is_best else ""),
                f"{row.name}, {title}: {value:.1f} percent" + (", best" if is_best else ""),
                bold=is_best,
            )

        return Column(title, cell, tip)

    rows = map(_Row, names, values, best)
    made = [column(place, *titled) for place, titled in enumerate(columns)]
    return ColumnTable(made, rows, row_name=lambda row: row.name)


def _best(values: _Percentages, choose: Callable[..., float | None] = max) -> list[bool]:
    best = choose((value for value in values if value is not None), default=None)
    return [value is not None and value == best for value in values]


def kinds_table(evaluation: Mapping[str, Any]) -> ColumnTable[_Row]:
    """The measures of each kind of label."""
    kinds = _kinds(evaluation)
    found = [_flat(evaluation["labels"][kind.value]) for kind in kinds]
    measures = [each for each in _MEASURES if all(each[2] in of_kind for of_kind in found)]
    values = [[of_kind[key] for of_kind in found] for *_, key in measures]  # by column
    best = [
        _best(of_column, min if title == "ECE" else max)
        for of_column, (title, *_) in zip(values, measures, strict=True)
    ]
    return _percent_table(
        [(title, tip) for title, tip, _ in measures],
        [_ROW_HEADINGS.get(kind, kind.heading) for kind in kinds],
        list(zip(*values, strict=True)),
        list(zip(*best, strict=True)),
    )


def classes_table(evaluation: Mapping[str, Any]) -> ColumnTable[_Row]:
    """Average precision of each class, by kind of label."""
    kinds, names = _kinds(evaluation), evaluation["classes"]
    labels = evaluation["labels"]
    values = [[labels[kind.value]["AP"].get(name) for kind in kinds] for name in names]
    columns = [(SHORT_HEADINGS[kind], kind.heading) for kind in kinds]
    return _percent_table(columns, names, values, [_best(of_class) for of_class in values])


def _flat(measures: Mapping[str, Any]) -> dict[str, Any]:
    best = measures.get("best", {})
    return {**measures, **{f"best {name}": value for name, value in best.items()}}


def _kinds(evaluation: Mapping[str, Any]) -> list[LabelKind]:
    return [kind for kind in EVALUATED_KINDS if kind.value in evaluation["labels"]]


class FigureTable(ColumnView):
    """A quiet table: row names stay in sight, heights fit the rows where there are few."""

    def __init__(self, name: str) -> None:
        super().__init__(name, ROW_HEIGHT, role="figures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.show()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setMaximumWidth(132)
        rows.setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(38)
