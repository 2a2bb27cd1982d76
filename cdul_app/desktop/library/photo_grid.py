"""The view of thumbnails: as many columns as fit, and cells that fill the width."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from cdul_app.desktop.library.photo_delegate import ChipPlace, PhotoDelegate
from cdul_app.desktop.library.photo_list_model import PhotoListModel, PhotoRole
from cdul_app.desktop.widgets.cell_grid import CellGrid
from cdul_app.language import tr
from cdul_app.method.arrays import distinct


class PhotoGrid(CellGrid):
    """Thumbnails are as wide as asked for, or wider where a row would leave a gap at its end."""

    chip_pressed = Signal(object, QPoint)  # ChipPlace, where a menu about it belongs
    page_changed = Signal()  # `whole_places` may be others: another size, not another scroll place

    def __init__(
        self, model: PhotoListModel, delegate: PhotoDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.delegate = delegate
        self.thumbnail_side = delegate.side  # pixels, as asked for
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Photos"))
        self.verticalScrollBar().setSingleStep(40)

    def set_thumbnail_side(self, pixels: int) -> None:
        self.thumbnail_side = pixels
        self.fit_columns()
        self.page_changed.emit()

    def selected_places(self) -> NDArray[np.int64]:
        """Rows of the model, sorted.  From ranges: all of 100,000 photos are one of them."""
        parts = self.selectionModel().selection().toList()
        ranges = [np.arange(part.top(), part.bottom() + 1, dtype=np.int64) for part in parts]
        if len(ranges) < 2:
            return ranges[0] if ranges else np.zeros(0, dtype=np.int64)
        return distinct(np.concatenate(ranges))

    def whole_places(self) -> NDArray[np.int64]:
        """Rows of the model whose cells are wholly on the screen; at least one line of them."""
        count, cell = self.model().rowCount(), self.gridSize()
        if not count or cell.isEmpty():
            return np.zeros(0, dtype=np.int64)
        columns, above = self.columns, self.verticalScrollBar().value()
        first = -(-above // cell.height())
        lines = max(1, (above + self.viewport().height()) // cell.height() - first)
        return np.arange(first * columns, min(count, (first + lines) * columns), dtype=np.int64)

    def scroll_page(self) -> bool:
        """Go on to the first line that was not wholly shown; False at the end."""
        shown = self.whole_places()
        if not shown.size or shown[-1] + 1 >= self.model().rowCount():
            return False
        line = (int(shown[-1]) + 1) // self.columns
        self.verticalScrollBar().setValue(line * self.gridSize().height())
        return True

    def keyboardSearch(self, search: str) -> None:
        """Letters decide here, and the field above finds names: Qt would ask a million for theirs,
        for a letter that is no key."""

    def chip_at(self, point: QPoint) -> ChipPlace | None:
        """The label under the mouse; none while clicks review a class."""
        index = self.indexAt(point)
        review = self.delegate.review
        if not index.isValid() or (review is not None and review.is_active):
            return None
        row, cell = int(index.data(PhotoRole.ROW)), self.visualRect(index)
        return self.delegate.chip_at(cell, row, self.font(), point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.chip_at(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A label is a button: what is selected stays."""
        chip = self.chip_at(event.position().toPoint())
        if chip is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self.chip_pressed.emit(chip, self.viewport().mapToGlobal(chip.box.bottomLeft()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.chip_at(event.position().toPoint()) is None:
            super().mouseDoubleClickEvent(event)

    def _hover(self, chip: ChipPlace | None) -> None:
        under = None
        if chip is not None:
            under = chip.row, None if chip.counted else chip.labels[0].column
        if under != self.delegate.hovered:
            self.delegate.hovered = under
            shape = (
                Qt.CursorShape.ArrowCursor if chip is None else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().setCursor(shape)
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.page_changed.emit()

    def fit_columns(self) -> None:
        self.delegate.side = self.thumbnail_side
        width = self.delegate.cell_size().width()
        # One more where a quarter less makes room: else a photo fills a small window.
        smaller = width // 4
        columns = max(1, (self.room + smaller) // width)
        self.delegate.side += max(self.room // columns - width, -smaller)
        self.columns, size = columns, self.delegate.cell_size()
        if size != self.gridSize():
            self.setGridSize(size)
            self.doItemsLayout()
