import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.overlays.on_screen import first_size, keep_on_screen, moved_inside, open_below

ROOM = QRect(0, 0, 1280, 800)


@pytest.mark.parametrize(
    "place",
    [QRect(-40, -40, 100, 100), QRect(1250, 780, 100, 100), QRect(30, 10, 1280, 828)],
)
def test_what_is_moved_inside_is_inside(place: QRect):
    assert ROOM.contains(moved_inside(place, ROOM))


def test_what_is_inside_stays():
    assert moved_inside(QRect(5, 6, 70, 80), ROOM) == QRect(5, 6, 70, 80)


def test_the_first_window_leaves_room_for_its_title_bar(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    screen = window.screen().availableSize()
    assert first_size(window, screen).height() <= screen.height() - 30
    assert first_size(window, QSize(300, 200)) == QSize(300, 200)


def test_a_window_that_reaches_out_of_the_screen_comes_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    screen = window.screen().availableGeometry()
    window.setGeometry(QRect(screen.topLeft() + QPoint(300, 300), screen.size()))
    window.show()
    keep_on_screen(window)
    assert screen.contains(window.frameGeometry())


@pytest.mark.parametrize("to_the_left", [False, True])
def test_a_popup_at_the_corner_of_the_screen_is_inside(qtbot, to_the_left):
    anchor, popup = QWidget(), QFrame(None, Qt.WindowType.Popup)
    for each in (anchor, popup):
        qtbot.addWidget(each)
    popup.setFixedSize(300, 200)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    anchor.setGeometry(QRect(screen.bottomRight() - QPoint(50, 20), QSize(50, 20)))
    anchor.show()
    open_below(popup, anchor, to_the_left=to_the_left)
    frame = 2  # pixels, which this platform puts around every window
    assert screen.adjusted(0, 0, frame, frame).contains(popup.frameGeometry())
