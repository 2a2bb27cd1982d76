import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.widgets.layouts import FlowLayout


class Box(QWidget):
    def __init__(self, width, height=20):
        super().__init__()
        self._size = QSize(width, height)

    def sizeHint(self):
        return self._size


@pytest.fixture
def flow(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder, spacing=4)
    for width, height in ((50, 20), (60, 30), (70, 20)):
        layout.addWidget(Box(width, height))
    yield layout
    holder.close()


def places(layout, width):
    holder = layout.parentWidget()
    holder.resize(width, layout.heightForWidth(width))
    holder.show()
    layout.activate()
    boxes = [layout.itemAt(place).widget().geometry() for place in range(layout.count())]
    assert all(holder.rect().contains(box) for box in boxes)
    return [(box.x(), box.y()) for box in boxes]


def test_one_line_where_there_is_room(flow):
    assert places(flow, 188) == [(0, 5), (54, 0), (118, 5)]
    assert flow.heightForWidth(188) == flow.sizeHint().height() == 30
    assert flow.sizeHint().width() == 188


def test_as_many_lines_as_are_needed(flow):
    assert places(flow, 187) == [(0, 5), (54, 0), (0, 34)]
    assert flow.heightForWidth(70) == 20 + 4 + 30 + 4 + 20


def test_what_is_hidden_takes_no_room(flow):
    places(flow, 300)
    flow.itemAt(1).widget().hide()
    assert flow.heightForWidth(300) == 20
    assert flow.sizeHint().width() == 124
