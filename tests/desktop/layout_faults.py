"""What a designer would call broken in a window: text cut off, widgets over each other."""

import itertools

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from cdul_app.desktop.widgets.elided_label import ElidedLabel

_SLACK = 1  # pixels that rounding may take
_FIELD_PADDING = 16


def layout_faults(root: QWidget) -> list[str]:
    """One sentence for each fault among the visible widgets of `root`; empty where all is well.

    A label that shortens its text itself, with the whole of it in a tooltip, is no fault.
    """
    faults = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or isinstance(widget.parent(), QLineEdit):  # Qt's own buttons
            continue
        if isinstance(widget, QLabel | QAbstractButton | QComboBox | QAbstractSpinBox):
            faults += _cut_off(widget)
        if isinstance(widget, QScrollArea) and widget.widget() is not None:
            wide, room = widget.widget().width(), widget.viewport().width()
            if wide > room + _SLACK:
                faults.append(f"what {_name(widget)} holds is {wide} wide and has {room}")
        faults += _overlaps(widget)
    return faults


def _cut_off(widget: QWidget) -> list[str]:
    if isinstance(widget, ElidedLabel) or (
        (isinstance(widget, QLabel) and not widget.text()) or widget.visibleRegion().isEmpty()
    ):
        return []
    wanted = widget.sizeHint()
    height = wanted.height()
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.height() + _SLACK < widget.heightForWidth(widget.width()):
            return [f"{_name(widget)} is {widget.height()} high and wraps to "
                    f"{widget.heightForWidth(widget.width())}"]  # fmt: skip
        return []
    if isinstance(widget, QComboBox):
        wanted = widget.minimumSizeHint()
    if isinstance(widget, QAbstractSpinBox):  # its hint has room for arrows, which we do not show
        wanted.setWidth(widget.fontMetrics().horizontalAdvance(widget.text()) + _FIELD_PADDING)
    if widget.width() + _SLACK < wanted.width():
        return [f"{_name(widget)} is {widget.width()} wide and needs {wanted.width()}"]
    if isinstance(widget, QLabel) and widget.height() + _SLACK < height:
        return [f"{_name(widget)} is {widget.height()} high and needs {height}"]
    return []


def _overlaps(parent: QWidget) -> list[str]:
    """Of widgets in one layout, none may lie on another or reach out of their parent."""
    layout = parent.layout()
    if layout is None:
        return []
    widgets = [widget for widget in _laid_out(layout) if widget.isVisible()]
    faults = []
    for first, second in itertools.combinations(widgets, 2):
        common = first.geometry().intersected(second.geometry())
        if common.width() > _SLACK and common.height() > _SLACK:
            faults.append(f"{_name(first)} lies over {_name(second)}")
    room = QRect(QPoint(0, 0), parent.size()).adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
    faults += [
        f"{_name(widget)} reaches out of {_name(parent)}"
        for widget in widgets
        if not room.contains(widget.geometry())
    ]
    return faults


def _laid_out(layout: QLayout) -> list[QWidget]:
    found = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            found += _laid_out(inner)
        elif widget is not None:
            found.append(widget)
    return found


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    words = text() if callable(text) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or words or widget.objectName()!r}"
