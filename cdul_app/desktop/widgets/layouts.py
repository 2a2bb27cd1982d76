"""Rows and columns, written as what stands in them, and lines that flow."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)


@dataclass(frozen=True)
class Stretch:
    """Room that grows, before parts with a smaller factor."""

    factor: int = 0


STRETCH = Stretch()
Part = QWidget | QLayout
# A pair is a part with how it grows or where it stands; a number is a gap in pixels.
Item = Part | Stretch | int | tuple[Part, int] | tuple[QWidget, Qt.AlignmentFlag]
# All sides, left and right with top and bottom, or left, top, right and bottom; the style's.
Margins = int | tuple[int, int] | tuple[int, int, int, int] | None


def horizontal(
    *items: Item, on: QWidget | None = None, spacing: int | None = None, margins: Margins = 0
) -> QHBoxLayout:
    """Side by side, `on` a widget or for another layout to take in.

    spacing : pixels between two of them, those of the layout around it by default.
    """
    layout = QHBoxLayout() if on is None else QHBoxLayout(on)
    _space(layout, spacing, margins)
    fill(layout, *items)
    return layout


def vertical(
    *items: Item, on: QWidget | None = None, spacing: int | None = None, margins: Margins = 0
) -> QVBoxLayout:
    """One below the other, as `horizontal`."""
    layout = QVBoxLayout() if on is None else QVBoxLayout(on)
    _space(layout, spacing, margins)
    fill(layout, *items)
    return layout


def box(layout: QLayout, *, role: str = "", parent: QWidget | None = None) -> QWidget:
    """A widget that holds a layout; with a role it is painted as the style sheet says."""
    widget = QWidget(parent)
    widget.setLayout(layout)
    if role:
        paint_as(widget, role)
    return widget


def paint_as(widget: QWidget, role: str) -> None:
    """Give a plain widget the ground that the style sheet has for a role."""
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def stack(*pages: QWidget, parent: QWidget | None = None) -> QStackedWidget:
    """Pages of which one is shown, the first at first."""
    stacked = QStackedWidget(parent)
    for page in pages:
        stacked.addWidget(page)
    return stacked


def photo_beside(photo: QWidget, side: QWidget, widths: tuple[int, int]) -> QSplitter:
    """A photo that grows, and beside it what is told about it, parted by a line to drag.

    widths : pixels of both at first.
    """
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(photo)
    splitter.addWidget(side)
    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 0)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    splitter.setSizes(widths)
    return splitter


def scroll_area(content: QWidget, *, sideways: bool = False) -> QScrollArea:
    """Content as wide as the area, without a frame; sideways : scrolled so where it is wider."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def _space(layout: QBoxLayout, spacing: int | None, margins: Margins) -> None:
    if margins is not None:
        sides = (margins, margins) if isinstance(margins, int) else margins
        layout.setContentsMargins(*(sides if len(sides) == 4 else sides * 2))
    if spacing is not None:
        layout.setSpacing(spacing)


def fill(layout: QBoxLayout, *items: Item) -> None:
    """Add more at the end of a layout."""
    for item in items:
        part, how = item if isinstance(item, tuple) else (item, 0)
        if isinstance(part, Stretch):
            layout.addStretch(part.factor)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part, int(how))
        elif isinstance(how, Qt.AlignmentFlag):
            layout.addWidget(part, 0, how)
        else:
            layout.addWidget(part, how)


class FlowLayout(QLayout):
    """Side by side, each in its own size, on as many lines as are needed; what is hidden takes no
    room."""

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
