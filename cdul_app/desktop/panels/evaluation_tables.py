"""Tables of a comparison with truth: each kind of label, and each class."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from cdul_app.desktop.widgets.tables import (
    TO_RIGHT,
    AnyIndex,
    NamedTable,
    bold_font,
    fit_height,
    prepare_table,
)
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


class PercentTable(NamedTable):
    """Rows of percentages, None where there is none, the best of each group in bold."""

    def __init__(
        self,
        row_names: Sequence[str],
        column_names: Sequence[str],
        values: Sequence[Sequence[float | None]],
        *,
        best_by_row: bool,
        column_tooltips: Sequence[str] = (),
        lowest_is_best: Sequence[int] = (),
        parent: QObject | None = None,
    ) -> None:
        """best_by_row : mark the highest of each row, else that of each column; of the columns in
        `lowest_is_best` the lowest."""
        names, tips = list(column_names), list(column_tooltips or column_names)
        super().__init__(list(row_names), names, tips, parent)
        self._values = values
        groups = values if best_by_row else list(zip(*values, strict=True))
        self._best = [
            (min if place in lowest_is_best else max)(
                (value for value in group if value is not None), default=None
            )
            for place, group in enumerate(groups)
        ]
        self._best_by_row = best_by_row

    def is_best(self, row: int, column: int) -> bool:
        value = self._values[row][column]
        return value is not None and value == self._best[row if self._best_by_row else column]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        value = self._values[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "–" if value is None else f"{value:.1f}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(TO_RIGHT)
        best = self.is_best(index.row(), index.column())
        if role == Qt.ItemDataRole.FontRole and best:
            return bold_font()
        if role == Qt.ItemDataRole.ToolTipRole:
            if value is None:
                return "No photo of the truth has this class"
            return f"{self.row_names[index.row()]}: {value:.2f} %" + (", the best" if best else "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shown = "none" if value is None else f"{value:.1f} percent"
            return (
                f"{self.row_names[index.row()]}, {self.column_names[index.column()]}: {shown}"
                + (", best" if best else "")
            )
        return None


def kinds_table(evaluation: Mapping[str, Any]) -> PercentTable:
    """The measures of each kind of label."""
    kinds = _kinds(evaluation)
    labels = evaluation["labels"]
    columns = [measure for measure in _MEASURES if all(measure[2](labels[k.value]) for k in kinds)]
    return PercentTable(
        [_ROW_HEADINGS.get(kind, kind.heading) for kind in kinds],
        [title for title, *_ in columns],
        [[read(labels[kind.value])[0] for _, _, read in columns] for kind in kinds],
        best_by_row=False,
        column_tooltips=[tooltip for _, tooltip, _ in columns],
        lowest_is_best=[place for place, (title, *_) in enumerate(columns) if title == "ECE"],
    )


def _reader(*path: str) -> Callable[[Mapping[str, Any]], list[float | None]]:
    """Reads one measure as a list of one value, empty where there is no such measure."""

    def read(measures: Mapping[str, Any]) -> list[float | None]:
        value: Any = measures
        for key in path:
            if key not in value:
                return []
            value = value[key]
        return [value]

    return read


_MEASURES = (
    (
        "mAP",
        "Mean over classes of the average precision, %: how well scores rank the photos",
        _reader("mAP"),
    ),
    ("F1", "Macro-F1, %: mean over classes of F1 at your thresholds", _reader("macro_F1")),
    (
        "CF1",
        "%: harmonic mean of the classes' mean precision and mean recall, at your thresholds",
        _reader("CF1"),
    ),
    ("OF1", "%: F1 over all labels of all photos together, at your thresholds", _reader("OF1")),
    (
        "Best",
        "Macro-F1, %, at the thresholds that the truth itself would choose",
        _reader("best", "macro_F1"),
    ),
    (
        "ECE",
        "Calibration error, %: how far scores are from probabilities; low is good",
        _reader("ECE"),
    ),
)


def classes_table(evaluation: Mapping[str, Any]) -> PercentTable:
    """Average precision of each class, by kind of label."""
    kinds = _kinds(evaluation)
    names = evaluation["classes"]
    labels = evaluation["labels"]
    return PercentTable(
        names,
        [SHORT_HEADINGS[kind] for kind in kinds],
        [[labels[kind.value]["AP"].get(name) for kind in kinds] for name in names],
        best_by_row=True,
        column_tooltips=[kind.heading for kind in kinds],
    )


def _kinds(evaluation: Mapping[str, Any]) -> list[LabelKind]:
    return [kind for kind in EVALUATED_KINDS if kind.value in evaluation["labels"]]


class FigureTable(QTableView):
    """A quiet table: row names stay in sight, heights fit the rows where there are few."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare_table(self, accessible_name, ROW_HEIGHT, role="figures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.show()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(38)

    def show_table(self, model: NamedTable, *, most_rows: int) -> None:
        """At most `most_rows` rows are in sight, the others are scrolled to."""
        previous = self.model()
        self.setModel(model)
        if previous is not None:
            previous.deleteLater()
        model.setParent(self)
        self.verticalHeader().setMaximumWidth(132)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        fit_height(self, most_rows)
