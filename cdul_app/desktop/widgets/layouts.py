"""Rows and columns, written as what stands in them."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
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
    _fill(layout, items, spacing, margins)
    return layout


def vertical(
    *items: Item, on: QWidget | None = None, spacing: int | None = None, margins: Margins = 0
) -> QVBoxLayout:
    """One below the other, as `horizontal`."""
    layout = QVBoxLayout() if on is None else QVBoxLayout(on)
    _fill(layout, items, spacing, margins)
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


def _fill(
    layout: QBoxLayout, items: tuple[Item, ...], spacing: int | None, margins: Margins
) -> None:
    if margins is not None:
        sides = (margins, margins) if isinstance(margins, int) else margins
        layout.setContentsMargins(*(sides if len(sides) == 4 else sides * 2))
    if spacing is not None:
        layout.setSpacing(spacing)
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
