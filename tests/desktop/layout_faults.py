"""What a designer would call broken in a window: text cut off, widgets over each other."""

import itertools

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollArea,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.one_line import OneLine

_SLACK = 1  # pixels that rounding may take
_FIELD_PADDING = 16
_CELL_GAP = 4  # pixels between two columns
_MOST_ROWS = 30  # of a table


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
        scrolls = isinstance(widget, QScrollArea) and not isinstance(widget, OneLine)
        if scrolls and widget.widget() is not None:
            wide, room = widget.widget().width(), widget.viewport().width()
            if wide > room + _SLACK:
                faults.append(f"what {_name(widget)} holds is {wide} wide and has {room}")
        if isinstance(widget, QTableView) and widget.model() is not None:
            faults += _columns_that_run_together(widget)
        faults += _overlaps(widget)
    return faults


def _columns_that_run_together(table: QTableView) -> list[str]:
    """Texts of cells and headers that are wider than their column, and told nowhere."""
    faults = []
    header, model = table.horizontalHeader(), table.model()
    shown = [each for each in range(model.columnCount()) if not table.isColumnHidden(each)]
    never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if (
        table.horizontalScrollBarPolicy() == never
        and header.length() > table.viewport().width() + 1
    ):
        faults.append(f"the columns of {_name(table)} are {header.length()} wide and have "
                      f"{table.viewport().width()}")  # fmt: skip
    for column in shown:
        room = table.columnWidth(column)
        title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        if header.isVisible() and header.fontMetrics().horizontalAdvance(title) > room:
            faults.append(f"the heading {title!r} of {_name(table)} is cut to {room}")
        for row in range(min(model.rowCount(), _MOST_ROWS)):
            index = model.index(row, column)
            text = index.data()
            if not isinstance(text, str) or type(table.itemDelegate()) is not QStyledItemDelegate:
                continue  # painted by a delegate that shortens it
            metrics = QFontMetrics(index.data(Qt.ItemDataRole.FontRole) or table.font())
            elides = table.textElideMode() is not Qt.TextElideMode.ElideNone
            told = elides and index.data(Qt.ItemDataRole.ToolTipRole)
            if metrics.horizontalAdvance(text) + _CELL_GAP > room and not told:
                faults.append(f"{text!r} in {_name(table)} is cut to {room}")
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
