"""All classes of one photo with every kind of score, as rows a table can sort."""

import math
from enum import IntEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication

from cdul_app.desktop.keys.shortcuts import class_key_mark
from cdul_app.desktop.look.class_colors import class_colors
from cdul_app.desktop.look.painting import CENTER, RIGHT
from cdul_app.desktop.look.theme import sized_font
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import Cell, Column, ColumnTable
from cdul_app.language import tr
from cdul_app.measures.certainty import CERTAINTY_WORDS
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labels.label_states import LabelState, PhotoLabel, answered_labels


class TableColumn(IntEnum):
    KEY = 0
    NAME = 1
    LABEL = 2
    GLOBAL = 3
    LOCAL_MAX = 4
    AGGREGATED = 5
    RANKING = 6
    PSEUDO = 7
    CLASSIFIER = 8
    ANSWER = 9


_SCORES = {
    LabelKind.GLOBAL: (
        tr("Global"),
        tr("Global: how much the whole photo looks like the class"),
    ),
    LabelKind.LOCAL_MAX: (
        tr("Max"),
        tr("Snippet max: the snippet that looks most like the class"),
    ),
    LabelKind.AGGREGATED: (tr("Aggr."), tr("Aggregated: the one score made of all snippets")),
    LabelKind.RANKING: (
        tr("Rank"),
        tr(
            "Ranking score: global and aggregated joined at a softer temperature. It puts photos "
            "in order better; labels and training use the pseudo label."
        ),
    ),
    LabelKind.PSEUDO: (
        tr("Pseudo"),
        tr(
            "Pseudo label: global and aggregated joined, then refined by training. "
            "The tick is the class's threshold."
        ),
    ),
    LabelKind.CLASSIFIER: (tr("Classif."), tr("Classifier: what the trained classifier says")),
}
SCORE_KINDS = {TableColumn[kind.name]: kind for kind in _SCORES}
_ANSWERS = {YES: tr("yes"), NO: tr("no"), UNOBSERVED: ""}


def _label_width() -> int:
    """As wide as a score's track can be read, and as the longest word of a label."""
    metrics = QFontMetrics(sized_font(QGuiApplication.font(), 12, bold=True))
    words = (*CERTAINTY_WORDS, *LabelState)
    return max(92, *(metrics.horizontalAdvance(tr(word)) + 12 for word in words))


class ClassTableModel(ColumnTable[int]):
    """Rows are columns of the project, each a class; a place is where one stands in the table."""

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        self._project = session.project
        self._row: int | None = None
        columns = (
            Column(
                "",
                lambda column: Cell(self.key_mark(column)),
                tr("The key that chooses the class"),
                align=RIGHT,
                width=36,
                sort_key=lambda column: column,
                ascending_first=True,
            ),
            Column(
                tr("Class"),
                lambda column: Cell(self._name(column), tip=self._name(column)),
                tr("Class; bold where the photo has it"),
                sort_key=lambda column: self._name(column).casefold(),
                ascending_first=True,
            ),
            Column(
                tr("Label"),
                lambda column: Cell(self.word(column), tip=self._describe(column)),
                tr(
                    "What the photo is labelled with: sure, likely or unsure, or as you answered. "
                    "The line is the score, the tick in it from where on it is a label."
                ),
                width=_label_width(),
                sort_key=self._label_place,
            ),
            *(
                Column(
                    title,
                    partial(self._score_cell, kind),
                    tip,
                    align=RIGHT,
                    width=50,
                    sort_key=partial(self._known_score, kind),
                )
                for kind, (title, tip) in _SCORES.items()
            ),
            Column(
                tr("Answer"),
                lambda column: Cell(_ANSWERS[self.answer(column)]),
                tr("Your answer: yes (Y) or no (N); click again to take it back"),
                align=CENTER,
                width=62,
                sort_key=self.answer,
            ),
        )
        super().__init__(columns, parent=parent)
        self.sort_column = TableColumn.LABEL

    def show_photo(self, row: int | None) -> None:
        """Read everything again, for this photo."""
        self._row = row
        self._read()
        self.show(range(len(self._project.classes)))

    def refresh(self) -> None:
        """Answers or thresholds changed: no class moves under the person's hands."""
        self._read()
        super().refresh()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The titles are short for the eye only."""
        spoken = role == Qt.ItemDataRole.AccessibleTextRole
        return super().headerData(
            section, orientation, Qt.ItemDataRole.ToolTipRole if spoken else role
        )

    @property
    def labels(self) -> tuple[int, ...]:
        """Columns of the classes that are labels, or were answered."""
        return tuple(self._labels)

    # ---- of a class ----

    def key_mark(self, column: int) -> str:
        return class_key_mark(self._project.classes.keys[column])

    def color(self, column: int) -> QColor:
        """As on the chip of the label, where it is one."""
        index = self._project.classes.color_index
        return class_colors(index, [*self.labels, column])[column]

    def word(self, column: int) -> str:
        """sure, likely or unsure, or what a person made of it; empty where there is no label."""
        label = self._labels.get(column)
        return "" if label is None else label.word or tr(label.state)

    def is_predicted(self, column: int) -> bool:
        return bool(self._predicted[column])

    def answer(self, column: int) -> int:
        return int(self._answers[column])

    def threshold(self, column: int) -> float:
        return self._project.classes[column].threshold

    def score(self, kind: LabelKind, column: int) -> float:
        """In [0, 1], NaN where there is none."""
        scores = self._scores.get(kind)
        return math.nan if scores is None else float(scores[column])

    def _describe(self, column: int) -> str:
        label = self._labels.get(column)
        if label is not None:
            return label.describe()
        score = percent(self.score(LabelKind.PSEUDO, column))
        return tr("{name}: no label ({score})", name=self._name(column), score=score)

    def _label_place(self, column: int) -> tuple[bool, bool, float]:
        """Labels before what is none, a person's before those suggested, then by score."""
        score = self.score(LabelKind.PSEUDO, column)
        labelled, answered = self.is_predicted(column), self.answer(column) != UNOBSERVED
        return labelled, answered, -1.0 if math.isnan(score) else score

    def _name(self, column: int) -> str:
        return self._project.classes[column].name

    def _known_score(self, kind: LabelKind, column: int) -> float | None:
        score = self.score(kind, column)
        return None if math.isnan(score) else score

    def _score_cell(self, kind: LabelKind, column: int) -> Cell:
        score = self.score(kind, column)
        if math.isnan(score):
            trains = kind is LabelKind.CLASSIFIER
            tip = tr("train first") if trains else tr("not scored yet")
        else:
            tip = percent(score, 2)
            if kind is LabelKind.PSEUDO:
                threshold = percent(self.threshold(column))
                tip = tr("{score}, threshold {threshold}", score=tip, threshold=threshold)
        return Cell(percent(score), tip=f"{tr(kind.heading)}: {tip}")

    def _read(self) -> None:
        project, row = self._project, self._row
        self._scores: dict[LabelKind, NDArray[np.float32]] = {}
        self._labels: dict[int, PhotoLabel] = {}
        if row is None:
            self._predicted = np.zeros(len(project.classes), dtype=np.bool_)
            self._answers = np.full(len(project.classes), UNOBSERVED, dtype=np.int8)
            return
        self._labels = {label.column: label for label in answered_labels(project, row)}
        self._predicted = project.facts.predicted_row(row)
        self._answers = project.answers[row]
        for kind in _SCORES:
            matrix = project.scores(kind)
            if matrix is not None:
                self._scores[kind] = matrix[row]
