"""The view of thumbnails: as many columns as fit, and cells that fill the width."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QWidget

from cdul_app.desktop.library.photo_delegate import ChipPlace, PhotoDelegate
from cdul_app.desktop.library.photo_list_model import PhotoListModel, PhotoRole
from cdul_app.desktop.widgets.tables import AnyIndex, show_as_grid
from cdul_app.language import tr

_PHOTOS_PER_BATCH = 5000  # laid out in some milliseconds, between two turns of the window
_SLACK = 2  # pixels: Qt wraps a row that fills the width exactly


class PhotoGrid(QListView):
    """Thumbnails are as wide as asked for, or wider where a row would leave a gap at its end."""

    chip_pressed = Signal(object, QPoint)  # ChipPlace, where a menu about it belongs
    page_changed = Signal()  # `whole_places` may be others: another size, not another scroll place

    def __init__(
        self, model: PhotoListModel, delegate: PhotoDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.delegate = delegate
        self.thumbnail_side = delegate.side  # pixels, as asked for
        self.columns = 1
        show_as_grid(self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_PHOTOS_PER_BATCH)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Photos"))
        self.verticalScrollBar().setSingleStep(40)

    def set_thumbnail_side(self, pixels: int) -> None:
        self.thumbnail_side = pixels
        self._fit_columns()
        self.page_changed.emit()

    def selected_places(self) -> NDArray[np.int64]:
        """Rows of the model, sorted.  From ranges: all of 100,000 photos are one of them."""
        parts = self.selectionModel().selection().toList()
        ranges = [np.arange(part.top(), part.bottom() + 1, dtype=np.int64) for part in parts]
        if len(ranges) < 2:
            return ranges[0] if ranges else np.zeros(0, dtype=np.int64)
        return np.unique(np.concatenate(ranges))

    def selectAll(self) -> None:
        """All as one range: Qt would ask each of 100,000 photos whether it is hidden."""
        model = self.model()
        if count := model.rowCount():
            everything = QItemSelection(model.index(0, 0), model.index(count - 1, 0))
            self.selectionModel().select(
                everything, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

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

    def places_in_view(self) -> range:
        """Places of the model, those half in view included; of a list that is laid out."""
        height = self.gridSize().height()
        top = self.verticalScrollBar().value()
        rows = self.model().rowCount()
        first = top // height * self.columns
        last = ((top + self.viewport().height() - 1) // height + 1) * self.columns
        return range(min(first, rows), min(last, rows))

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        """Paint again, and no more: Qt would ask 100,000 cells for their size, which is one."""
        self.viewport().update()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What is on the screen: Qt would join the cells of 100,000 photos for what it paints."""
        return QRegion(self.viewport().rect())

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
        self._fit_columns()
        super().resizeEvent(event)
        self.page_changed.emit()

    def _fit_columns(self) -> None:
        # Room for the scroll bar is kept whether or not it shows: it must not change the columns.
        extent = QStyle.PixelMetric.PM_ScrollBarExtent
        bar = max(
            self.style().pixelMetric(extent, None, each)  # Qt asks about the bar
            for each in (self, self.verticalScrollBar())
        )
        room = self.maximumViewportSize().width() - bar - _SLACK
        self.delegate.side = self.thumbnail_side
        width = self.delegate.cell_size().width()
        # One more where a quarter less makes room: else a photo fills a small window.
        smaller = width // 4
        self.columns = max(1, (room + smaller) // width)
        self.delegate.side += max(room // self.columns - width, -smaller)
        size = self.delegate.cell_size()
        if size != self.gridSize():
            self.setGridSize(size)
            self.doItemsLayout()
