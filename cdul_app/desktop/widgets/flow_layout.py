"""Widgets side by side, on as many lines as they need."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Each widget has its own size; what is hidden takes no room."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        result = QSize()
        for item in self._items:
            if not item.isEmpty():
                result = result.expandedTo(item.minimumSize())
        return result

    def _place(self, area: QRect, *, move: bool) -> int:
        """Returns the height that the lines take."""
        left, top, line_height = area.left(), area.top(), 0
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if line and left + size.width() > area.right() + 1:
                self._settle(line, line_height, move=move)
                left, top, line_height, line = (
                    area.left(),
                    top + line_height + self.spacing(),
                    0,
                    [],
                )
            width = min(size.width(), area.width()) if area.width() > 0 else size.width()
            line.append((item, QRect(left, top, width, size.height())))
            left += size.width() + self.spacing()
            line_height = max(line_height, size.height())
        self._settle(line, line_height, move=move)
        return top + line_height - area.top()

    def _settle(self, line: list[tuple[QLayoutItem, QRect]], height: int, *, move: bool) -> None:
        """What is lower than its line stands in its middle."""
        if move:
            for item, box in line:
                box.translate(0, (height - box.height()) // 2)
                item.setGeometry(box)
