"""Tables whose columns say what stands in them, and the set-up that the window's views share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cdul_app.desktop.look.painting import LEFT
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import current_theme

AnyIndex = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # what the columns read, for those who paint it


@dataclass(frozen=True)
class Cell:
    text: str
    tip: str = ""
    spoken: str = ""  # where it is not the text
    bold: bool = False
    ground: QColor | None = None


@dataclass(frozen=True)
class Column(Generic[Row]):
    title: str
    cell: Callable[[Row], Cell]
    tip: str = ""
    align: Qt.AlignmentFlag = LEFT
    width: int | None = None  # pixels, 0 for what its texts take, None for a share of what is left
    sort_key: Callable[[Row], Any] | None = None  # rows whose key is None come last either way
    ascending_first: bool = False  # at the first click on its header


class ColumnTable(QAbstractTableModel, Generic[Row]):
    """Rows, whatever they are, in the order given or sorted by a column."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        rows: Iterable[Row] = (),
        *,
        row_name: Callable[[Row], str] = lambda _: "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows = list(rows)
        self._unsorted = self.rows
        self._row_name = row_name
        self.sort_column: int | None = None
        self.sort_order = Qt.SortOrder.DescendingOrder

    def show(self, rows: Iterable[Row]) -> None:
        """Other rows, sorted as before."""
        self.beginResetModel()
        self._unsorted = list(rows)
        self.rows = self._sorted()
        self.endResetModel()

    def refresh(self) -> None:
        """What cells say has changed; the rows stay where they are."""
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.cell(row).text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.cell(row).tip)
            case Qt.ItemDataRole.AccessibleTextRole:
                return column.cell(row).spoken or column.cell(row).text
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(column.align)
            case Qt.ItemDataRole.FontRole if column.cell(row).bold:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.BackgroundRole:
                return column.cell(row).ground
        return row if role == ROW_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal:
            column = self.columns[section]
            title, tip, align = column.title, column.tip, column.align
        else:
            title = tip = self._row_name(self.rows[section])
            align = LEFT
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(align)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(tip)
        return title if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """What is chosen stays so and moves along."""
        self.sort_column, self.sort_order = column, order
        self.layoutAboutToBeChanged.emit()
        before, rows = self.persistentIndexList(), self.rows
        self.rows = self._sorted()
        after = [self.index(self.rows.index(rows[old.row()]), old.column()) for old in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def sort_again(self, section: int) -> None:
        """As a click on a header does: a second one on the same turns the order around."""
        column, ascending = self.columns[section], Qt.SortOrder.AscendingOrder
        again = section == self.sort_column
        rises = self.sort_order is not ascending if again else column.ascending_first
        if column.sort_key is not None:
            self.sort(section, ascending if rises else Qt.SortOrder.DescendingOrder)

    def _sorted(self) -> list[Row]:
        """Equal ones in the order given."""
        key = None if self.sort_column is None else self.columns[self.sort_column].sort_key
        if key is None:
            return self._unsorted
        descending = self.sort_order is Qt.SortOrder.DescendingOrder
        known = [row for row in self._unsorted if key(row) is not None]
        absent = [row for row in self._unsorted if key(row) is None]
        return sorted(known, key=key, reverse=descending) + absent


class CellDelegate(QStyledItemDelegate):
    """For cells that are painted: `paint_cell` on the ground of the row."""

    hovers = False  # whether the cell under the mouse has a ground of its own

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, option)
        self.paint_cell(painter, option, index.data(ROW_ROLE), index.column())
        painter.restore()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(current_theme().selection))
        elif self.hovers and option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(current_theme().hover))

    def paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Any, column: int
    ) -> None:
        raise NotImplementedError


class ColumnView(QTableView):
    """Read only, chosen by rows, without grid or row names; Tab leaves it; headers sort."""

    def __init__(
        self,
        name: str,
        row_height: int,
        *,
        role: str = "plain",
        header: QHeaderView | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if header is not None:
            self.setHorizontalHeader(header)
        self.setAccessibleName(name)
        self.setProperty("role", role)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().sectionClicked.connect(self._on_header_clicked)

    def show_table(self, table: ColumnTable[Any]) -> None:
        """In place of the one before, which goes."""
        previous = self.model()
        self.setModel(table)
        if previous is not None:
            previous.deleteLater()
        table.setParent(self)
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        for place, column in enumerate(table.columns):
            mode = {None: modes.Stretch, 0: modes.ResizeToContents}.get(column.width, modes.Fixed)
            header.setSectionResizeMode(place, mode)
            if column.width:
                # A heading is never cut; one that paints itself knows what room it needs.
                hint = header.sectionSizeHint(place) if type(header) is QHeaderView else 0
                self.setColumnWidth(place, max(column.width, hint))

    def fit_height(self, most_rows: int) -> None:
        """As high as its rows, where they are not too many: the page scrolls, not the table."""
        rows = min(self.model().rowCount(), most_rows)
        height = rows * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + height + 4)

    def _on_header_clicked(self, section: int) -> None:
        model = self.model()
        if isinstance(model, ColumnTable):
            model.sort_again(section)
            self.scrollTo(self.currentIndex())
