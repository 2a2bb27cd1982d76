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
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = item.sizeHint().width()
            if not lines or left + width > area.width():
                lines.append([])
                left = 0
            lines[-1].append(item)
            left += width + self.spacing()
        top = area.top()
        for line in lines:
            height, left = max(item.sizeHint().height() for item in line), area.left()
            for item in line if move else ():
                size = item.sizeHint()
                middle = top + (height - size.height()) // 2  # what is lower than its line
                width = min(size.width(), area.width()) if area.width() > 0 else size.width()
                item.setGeometry(QRect(left, middle, width, size.height()))
                left += size.width() + self.spacing()
            top += height + self.spacing()
        return top - area.top() - (self.spacing() if lines else 0)
