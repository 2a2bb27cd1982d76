import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.desktop.widgets.one_line import OneLine
from tests.desktop.conftest import settle


@pytest.fixture
def line(qtbot):
    line = OneLine(*(push_button(f"a choice {place}") for place in range(12)))
    page = box(vertical(line, push_button("below")))
    qtbot.addWidget(page)
    page.resize(300, 100)
    page.show()
    settle(page)
    yield line
    page.close()


def test_it_is_one_line_high_however_little_room_there_is(line):
    height = line.height()
    line.window().resize(1900, 100)
    settle(line)
    assert line.height() == height
    assert height == line.widget().sizeHint().height()


def test_the_wheel_brings_the_rest_into_sight(line):
    bar = line.horizontalScrollBar()
    assert bar.maximum() > 0
    none = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(
        QPointF(5, 5), line.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, none[0], none[1], False,
    )  # fmt: skip
    QApplication.sendEvent(line.viewport(), wheel)
    assert bar.value() > 0


def test_what_tab_comes_to_is_in_sight(qtbot, line):
    line.window().activateWindow()
    qtbot.waitUntil(line.window().isActiveWindow)
    line.line.itemAt(0).widget().setFocus()
    for _ in range(11):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    last = line.line.itemAt(11).widget()
    assert QApplication.focusWidget() is last
    assert not last.visibleRegion().isEmpty()
