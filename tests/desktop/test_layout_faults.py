"""The check that the pictures rely on finds what it is there to find."""

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableView,
    QWidget,
)

from tests.desktop.layout_faults import layout_faults


@pytest.fixture
def row(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    layout.addWidget(QLabel("A sentence of some length"))
    layout.addWidget(QPushButton("Do it"))
    window.show()
    return window


def test_a_sound_layout_has_no_fault(row):
    assert layout_faults(row) == []


def test_text_that_is_cut_off_is_found(row):
    row.findChild(QLabel).setFixedWidth(20)
    row.layout().activate()
    assert "is 20 wide" in layout_faults(row)[0]


def test_a_wrapped_text_without_room_is_found(row):
    label = row.findChild(QLabel)
    label.setWordWrap(True)
    label.setFixedSize(60, 10)
    row.layout().activate()
    assert "wraps to" in layout_faults(row)[0]


def test_columns_that_run_into_each_other_are_found(qtbot):
    table = QTableView()
    qtbot.addWidget(table)
    model = QStandardItemModel(1, 2, table)
    model.setHorizontalHeaderLabels(["A heading", "B"])
    model.setItem(0, 1, QStandardItem("a figure of some length"))
    table.setModel(model)
    table.show()
    for column in range(2):
        table.setColumnWidth(column, 200)
    assert layout_faults(table) == []
    for column in range(2):
        table.setColumnWidth(column, 30)
    told = layout_faults(table)
    assert any("the heading 'A heading'" in fault for fault in told)
    assert any("'a figure of some length'" in fault for fault in told)


def test_widgets_over_each_other_are_found(row):
    row.findChild(QPushButton).setGeometry(row.findChild(QLabel).geometry())
    assert any("lies over" in fault for fault in layout_faults(row))


def test_a_widget_that_reaches_out_is_found(row):
    row.findChild(QPushButton).move(row.width() - 5, 5)
    assert any("reaches out" in fault for fault in layout_faults(row))


def test_what_is_wider_than_its_scroll_area_is_found(row):
    area = QScrollArea()
    area.setWidgetResizable(True)
    inner = QLabel("wide")
    inner.setMinimumWidth(300)
    area.setWidget(inner)
    area.setFixedWidth(200)
    row.layout().addWidget(area)
    area.show()
    row.layout().activate()
    assert any("has" in fault and "wide" in fault for fault in layout_faults(row))
