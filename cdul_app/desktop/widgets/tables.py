"""Set-up that the window's tables share."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QListView, QTableView

AnyIndex = QModelIndex | QPersistentModelIndex
TO_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TO_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def prepare_table(table: QTableView, name: str, row_height: int, *, role: str = "plain") -> None:
    """Read only, chosen by rows, without grid or row names; Tab leaves it."""
    table.setAccessibleName(name)
    table.setProperty("role", role)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height)
    table.horizontalHeader().setHighlightSections(False)


def show_as_grid(view: QListView) -> None:
    """Cells of one size in lines, on the ground of the page."""
    view.setProperty("role", "grid")
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setMovement(QListView.Movement.Static)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)


def fit_height(table: QTableView, most_rows: int) -> None:
    """As high as its rows, where they are not too many: the page scrolls, not the table."""
    rows = min(table.model().rowCount(), most_rows)
    height = rows * table.verticalHeader().defaultSectionSize()
    table.setFixedHeight(table.horizontalHeader().sizeHint().height() + height + 4)


def order_after_click(
    section: int, sorted_by: int, order: Qt.SortOrder, *, ascending_first: bool
) -> Qt.SortOrder:
    """The order that a click on a header gives: a second click on the same turns it around."""
    ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    if section == sorted_by:
        return ascending if order is descending else descending
    return ascending if ascending_first else descending


def bold_font() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


class NamedTable(QAbstractTableModel):
    """A model whose rows and columns have names that do not change."""

    def __init__(
        self,
        row_names: list[str],
        column_names: list[str],
        column_tips: list[str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.row_names, self.column_names, self._tips = row_names, column_names, column_tips

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.row_names)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.column_names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        horizontal = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.column_names if horizontal else self.row_names)[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (self._tips if horizontal else self.row_names)[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(TO_RIGHT if horizontal else TO_LEFT)
        return None
