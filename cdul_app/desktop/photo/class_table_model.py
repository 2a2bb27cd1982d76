"""All classes of one photo with every kind of score, as rows a table can sort."""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QColor

from cdul_app.desktop.keys.shortcuts import class_key_mark
from cdul_app.desktop.look.theme import class_color
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import TO_RIGHT, AnyIndex
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, YES


class TableColumn(IntEnum):
    KEY = 0
    NAME = 1
    GLOBAL = 2
    LOCAL_MAX = 3
    LOCAL_MIN = 4
    AGGREGATED = 5
    RANKING = 6
    PSEUDO = 7
    CLASSIFIER = 8
    ANSWER = 9


SCORE_KINDS = {
    TableColumn.GLOBAL: LabelKind.GLOBAL,
    TableColumn.LOCAL_MAX: LabelKind.LOCAL_MAX,
    TableColumn.LOCAL_MIN: LabelKind.LOCAL_MIN,
    TableColumn.AGGREGATED: LabelKind.AGGREGATED,
    TableColumn.RANKING: LabelKind.RANKING,
    TableColumn.PSEUDO: LabelKind.PSEUDO,
    TableColumn.CLASSIFIER: LabelKind.CLASSIFIER,
}
_HEADERS = {
    TableColumn.KEY: ("", "The key that chooses the class"),
    TableColumn.NAME: ("Class", "Class; bold where the photo has it"),
    TableColumn.GLOBAL: ("Global", "Global: how much the whole photo looks like the class"),
    TableColumn.LOCAL_MAX: ("Max", "Snippet max: the snippet that looks most like the class"),
    TableColumn.LOCAL_MIN: ("Min", "Snippet min: the snippet that looks least like the class"),
    TableColumn.AGGREGATED: ("Aggr.", "Aggregated: the one score made of all snippets"),
    TableColumn.RANKING: (
        "Rank",
        "Ranking score: global and aggregated joined at a softer temperature. It puts photos in "
        "order better; labels and training use the pseudo label.",
    ),
    TableColumn.PSEUDO: (
        "Pseudo",
        "Pseudo label: global and aggregated joined, then refined by training. "
        "The tick is the class's threshold.",
    ),
    TableColumn.CLASSIFIER: ("Classif.", "Classifier: what the trained classifier says"),
    TableColumn.ANSWER: ("Answer", "Your answer: yes (Y) or no (N); click again to take it back"),
}


class ClassTableModel(QAbstractTableModel):
    """A place is where a class stands in the table, a column of the session which class it is."""

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._row: int | None = None
        self._order: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._predicted: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._scores: dict[TableColumn, NDArray[np.float32] | None] = {}
        self._answers: NDArray[np.int8] = np.zeros(0, dtype=np.int8)
        self._thresholds: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self.sort_column = TableColumn.PSEUDO
        self.sort_order = Qt.SortOrder.DescendingOrder

    # ---- what is shown ----

    def show_photo(self, row: int | None) -> None:
        """Read everything again, for this photo."""
        self.beginResetModel()
        self._row = row
        self._read()
        self._sort()
        self.endResetModel()

    def refresh(self) -> None:
        """Answers or thresholds changed: no class moves under the person's hands."""
        self._read()
        if len(self._order):
            last = self.index(len(self._order) - 1, len(TableColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def color_at(self, place: int) -> QColor:
        """Of the class that stands there."""
        return class_color(self._project.classes.color_index(self.class_at(place)))

    def class_at(self, place: int) -> int:
        return int(self._order[place])

    def place_of(self, column: int) -> int | None:
        found = np.flatnonzero(self._order == column)
        return int(found[0]) if len(found) else None

    def is_predicted(self, place: int) -> bool:
        return bool(self._predicted[self._order[place]])

    def answer_at(self, place: int) -> int:
        return int(self._answers[self._order[place]])

    def threshold_at(self, place: int) -> float:
        return float(self._thresholds[self._order[place]])

    def score_at(self, place: int, table_column: TableColumn) -> float:
        """In [0, 1], NaN where there is none."""
        scores = self._scores[table_column]
        return math.nan if scores is None else float(scores[self._order[place]])

    # ---- Qt's model ----

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TableColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        place, table_column = index.row(), TableColumn(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(place, table_column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(place, table_column)
        if role == Qt.ItemDataRole.TextAlignmentRole and table_column in SCORE_KINDS:
            return TO_RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        header, tooltip = _HEADERS[TableColumn(section)]
        if role == Qt.ItemDataRole.DisplayRole:
            return header
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return tooltip
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_column, self.sort_order = TableColumn(column), order
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        classes = [self.class_at(index.row()) for index in before]
        self._sort()
        places = {int(column): place for place, column in enumerate(self._order)}
        after = [
            self.index(places[column], index.column())
            for index, column in zip(before, classes, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # ---- helpers ----

    def _read(self) -> None:
        session, row = self._session, self._row
        self._thresholds = session.project.classes.thresholds
        count = len(session.project.classes)
        if row is None:
            self._predicted = np.zeros(count, dtype=np.bool_)
            self._answers = np.full(count, UNOBSERVED, dtype=np.int8)
            self._scores = dict.fromkeys(SCORE_KINDS)
        else:
            self._predicted = session.project.facts.predicted_row(row)
            self._answers = session.project.answers[row]
            self._scores = {}
            for table_column, kind in SCORE_KINDS.items():
                matrix = session.project.scores(kind)
                self._scores[table_column] = None if matrix is None else matrix[row]

    def _sort(self) -> None:
        places = np.arange(len(self._project.classes), dtype=np.int64)
        keys = self._sort_keys()
        if keys is None:
            self._order = places
        else:
            # Absent scores come last either way, equal ones keep the order of the class list.
            signed = keys if self.sort_order is Qt.SortOrder.AscendingOrder else -keys
            self._order = np.argsort(np.nan_to_num(signed, nan=np.inf), kind="stable")

    def _sort_keys(self) -> NDArray[np.float64] | None:
        """(n_classes,); None for the order of the class list."""
        if self.sort_column is TableColumn.KEY:
            return np.arange(len(self._project.classes), dtype=np.float64)
        if self.sort_column is TableColumn.NAME:
            names = [record.name.casefold() for record in self._project.classes]
            ranks = {name: rank for rank, name in enumerate(sorted(names))}
            return np.array([ranks[name] for name in names], dtype=np.float64)
        if self.sort_column is TableColumn.ANSWER:
            return self._answers.astype(np.float64)
        scores = self._scores[self.sort_column]
        return None if scores is None else scores.astype(np.float64)

    def _text(self, place: int, table_column: TableColumn) -> str:
        column = self.class_at(place)
        if table_column is TableColumn.KEY:
            return class_key_mark(column)
        if table_column is TableColumn.NAME:
            return self._project.classes[column].name
        if table_column is TableColumn.ANSWER:
            answer = self.answer_at(place)
            return "" if answer == UNOBSERVED else "yes" if answer == YES else "no"
        return percent(self.score_at(place, table_column))

    def _tooltip(self, place: int, table_column: TableColumn) -> str | None:
        column = self.class_at(place)
        if table_column is TableColumn.NAME:
            return self._project.classes[column].name
        if table_column in SCORE_KINDS:
            score = self.score_at(place, table_column)
            kind = SCORE_KINDS[table_column]
            if math.isnan(score):
                absent = "train first" if kind is LabelKind.CLASSIFIER else "not scored yet"
                return f"{kind.heading}: {absent}"
            text = f"{kind.heading}: {score * 100:.2f}\N{NO-BREAK SPACE}%"
            if table_column is TableColumn.PSEUDO:
                text += f", threshold {percent(self.threshold_at(place))}"
            return text
        return None
