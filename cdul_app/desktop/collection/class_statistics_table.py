"""All classes of the collection: balance, spread of scores with the cut, progress of review."""

from enum import IntEnum

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cdul_app.desktop.look.painting import paint_bar, paint_dot, paint_text
from cdul_app.desktop.look.theme import class_color, current_theme
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.score_histogram import bar_heights, paint_histogram
from cdul_app.desktop.widgets.tables import TO_LEFT, AnyIndex, order_after_click, prepare_table
from cdul_app.measures.collection_statistics import ClassStatistics
from cdul_app.method.arrays import FloatArray

BINS = 40
ROW_HEIGHT = 34


class StatisticsColumn(IntEnum):
    NAME = 0
    PHOTOS = 1
    SCORES = 2
    ANSWERS = 3
    AGREEMENT = 4


_TITLES = ("Class", "Photos with the label", "Scores and cut", "Answers", "Agreement")
_TOOLTIPS = (
    "Enter shows the photos of the class",
    "As labels are shown: answers first, then scores above the cut",
    "How many photos have which score (0 to 1), the cut as a line; heights are square roots",
    "Your yes and no",
    "How many of your answers say what the machine's label says",
)
_WIDTHS = {
    StatisticsColumn.PHOTOS: 190,
    StatisticsColumn.SCORES: 190,
    StatisticsColumn.ANSWERS: 120,
    StatisticsColumn.AGREEMENT: 84,
}


class ClassStatisticsModel(QAbstractTableModel):
    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self.statistics: ClassStatistics | None = None
        self.histograms: FloatArray = np.zeros((0, BINS))  # (n_classes, BINS), highest is 1
        self._order: list[int] = []
        self.sort_column, self.sort_order = StatisticsColumn.PHOTOS, Qt.SortOrder.DescendingOrder

    def show(self, statistics: ClassStatistics, scores: FloatArray | None) -> None:
        """scores : (n_images, n_classes), NaN where there is none."""
        self.beginResetModel()
        self.statistics = statistics
        self.histograms = np.array(
            [
                bar_heights(np.zeros(0) if scores is None else scores[:, column], BINS)
                for column in range(len(self._project.classes))
            ]
        ).reshape(-1, BINS)
        self._sort()
        self.endResetModel()

    def class_at(self, place: int) -> int:
        return self._order[place]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(StatisticsColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.statistics is None:
            return None
        column = self._order[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(column, StatisticsColumn(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(column, StatisticsColumn.NAME)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TOOLTIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(TO_LEFT)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self.sort_column, self.sort_order = StatisticsColumn(column), order
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        found, count = self.statistics, len(self._project.classes)
        columns = list(range(count))
        if found is None:
            self._order = []
            return
        keys: dict[StatisticsColumn, list[object]] = {
            StatisticsColumn.NAME: [record.name.casefold() for record in self._project.classes],
            StatisticsColumn.PHOTOS: found.labelled.tolist(),
            StatisticsColumn.SCORES: [record.threshold for record in self._project.classes],
            StatisticsColumn.ANSWERS: found.answered.tolist(),
            StatisticsColumn.AGREEMENT: np.nan_to_num(found.agreement, nan=2.0).tolist(),
        }
        key = keys[self.sort_column]
        descending = self.sort_order is Qt.SortOrder.DescendingOrder
        self._order = sorted(columns, key=lambda column: key[column], reverse=descending)  # type: ignore[arg-type,return-value]

    def _text(self, column: int, table_column: StatisticsColumn) -> str:
        found = self.statistics
        assert found is not None, "rows are there once there are statistics"
        match table_column:
            case StatisticsColumn.NAME:
                return self._project.classes[column].name
            case StatisticsColumn.PHOTOS:
                return f"{found.labelled[column]:,}"
            case StatisticsColumn.SCORES:
                return f"cut {self._project.classes[column].threshold:.2f}"
            case StatisticsColumn.ANSWERS:
                return f"{found.yes[column]:,} yes, {found.no[column]:,} no"
            case StatisticsColumn.AGREEMENT:
                share = found.agreement[column]
                return "–" if np.isnan(share) else f"{share:.0%}"


class ClassStatisticsDelegate(QStyledItemDelegate):
    def __init__(
        self, session: ProjectSession, model: ClassStatisticsModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, found = current_theme(), self._model.statistics
        if found is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.selection))
        column = self._model.class_at(index.row())
        color = class_color(self._project.classes.color_index(column))
        box = QRectF(option.rect).adjusted(8, 0, -10, 0)
        table_column = StatisticsColumn(index.column())
        text = str(index.data())
        if table_column is StatisticsColumn.NAME:
            paint_dot(painter, box.left(), box.center().y() - 4, 8, color)
            _write(painter, box.adjusted(16, 0, 0, 0), text, theme.text)
        elif table_column is StatisticsColumn.PHOTOS:
            share = found.labelled[column] / max(1, int(found.labelled.max()))
            _write(painter, box, text, theme.text)
            track = QRectF(box.left() + 56, box.center().y() - 3, box.width() - 56, 6)
            paint_bar(painter, track, share, color, theme.border, least=6)
        elif table_column is StatisticsColumn.SCORES:
            cut = self._project.classes[column].threshold
            _histogram(painter, box, self._model.histograms[column], cut, color)
        elif table_column is StatisticsColumn.ANSWERS:
            yes, no = int(found.yes[column]), int(found.no[column])
            _write(painter, box, f"✓ {yes:,}", theme.yes if yes else theme.text_muted)
            right = box.adjusted(box.width() / 2, 0, 0, 0)
            _write(painter, right, f"✕ {no:,}", theme.no if no else theme.text_muted)
        else:
            _write(painter, box, text, theme.text)
        painter.restore()


class ClassStatisticsTable(QTableView):
    class_chosen = Signal(int)  # column of the session

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.statistics = ClassStatisticsModel(session, self)
        self.setModel(self.statistics)
        self.setItemDelegate(ClassStatisticsDelegate(session, self.statistics, self))
        prepare_table(self, "Classes of the collection", ROW_HEIGHT)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for column in StatisticsColumn:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, _WIDTHS.get(column, 120))
        header.setSectionResizeMode(StatisticsColumn.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header_clicked)
        self.activated.connect(self._on_activated)

    def _on_activated(self, index: QModelIndex) -> None:
        self.class_chosen.emit(self.statistics.class_at(index.row()))

    def _on_header_clicked(self, section: int) -> None:
        model = self.statistics
        order = order_after_click(
            section,
            model.sort_column,
            model.sort_order,
            ascending_first=section == StatisticsColumn.NAME,
        )
        model.sort(section, order)


def _write(painter: QPainter, box: QRectF, text: str, color: str) -> None:
    paint_text(painter, box, text, color, 13, elide=Qt.TextElideMode.ElideRight)


def _histogram(
    painter: QPainter, box: QRectF, heights: FloatArray, cut: float, color: QColor
) -> None:
    area = box.adjusted(0, 5, 0, -5)
    paint_histogram(painter, area, heights, cut, 1.0, color)
    painter.setPen(QPen(QColor(current_theme().text), 1))
    where = round(box.left() + cut * box.width())
    painter.drawLine(where, round(box.top() + 4), where, round(area.bottom()))
