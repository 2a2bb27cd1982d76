"""Class keys by their place, whatever the layout types there."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QListWidget, QVBoxLayout, QWidget

from cdul_app.desktop.keys.digit_row import DigitRow, place_in_row

NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot):
    """A page with a list that searches for what is typed."""
    page = QWidget()
    page.list = QListWidget()
    page.list.addItems(["cat", "école", "&c"])
    page.list.setCurrentRow(0)
    QVBoxLayout(page).addWidget(page.list)
    page.classes = []
    DigitRow(page, page.classes.append, platform="xcb")
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    page.list.setFocus()
    qtbot.waitUntil(page.list.hasFocus)
    return page


def strike(widget, key, modifiers, scan_code, text) -> bool:
    """As the platform sends a key: first the question whether it is wanted, then the key.

    Returns whether it was wanted, so that no shortcut is looked for.
    """
    wanted = QKeyEvent(
        QEvent.Type.ShortcutOverride, key, modifiers, scan_code, 0, 0, text, False, 1
    )
    wanted.ignore()
    QApplication.sendEvent(widget, wanted)
    press = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan_code, 0, 0, text, False, 1)
    QApplication.sendEvent(widget, press)
    return wanted.isAccepted()


@pytest.mark.parametrize(
    ("key", "modifiers", "scan_code", "text", "column"),
    [
        (Qt.Key.Key_Ampersand, NO_KEY, 10, "&", 0),  # French
        (Qt.Key.Key_Eacute, NO_KEY, 11, "é", 1),
        (Qt.Key.Key_Agrave, NO_KEY, 19, "à", 9),
        (Qt.Key.Key_1, SHIFT, 10, "1", 10),
        (Qt.Key.Key_Exclam, SHIFT, 10, "!", 10),  # American
        (Qt.Key.Key_ParenRight, SHIFT, 19, ")", 19),
    ],
)
def test_signs_of_the_row_are_classes_and_are_not_searched_for(
    page, key, modifiers, scan_code, text, column
):
    assert strike(page.list, key, modifiers, scan_code, text)
    assert page.classes == [column]
    assert page.list.currentRow() == 0
    assert strike(page.list, key, modifiers, scan_code, text)  # and again
    assert page.classes == [column] * 2


@pytest.mark.parametrize(
    ("key", "modifiers", "scan_code"),
    [
        (Qt.Key.Key_1, NO_KEY, 10),  # typed as such: the shortcut's
        (Qt.Key.Key_Ampersand, CONTROL, 10),
        (Qt.Key.Key_E, NO_KEY, 26),
    ],
)
def test_other_keys_are_left_alone(page, key, modifiers, scan_code):
    strike(page.list, key, modifiers, scan_code, "")
    assert page.classes == []


def test_what_comes_after_is_searched_for_as_ever(page):
    strike(page.list, Qt.Key.Key_Ampersand, NO_KEY, 10, "&")
    strike(page.list, Qt.Key.Key_E, NO_KEY, 26, "é")
    assert page.list.currentItem().text() == "école"


@pytest.mark.parametrize(
    ("platform", "first", "last", "outside"),
    [("xcb", 10, 19, 20), ("wayland", 10, 19, 9), ("windows", 2, 11, 12), ("offscreen", -1, -1, 0)],
)
def test_scan_codes(platform, first, last, outside):
    known = platform != "offscreen"
    assert place_in_row(platform, first, 0) == (0 if known else None)
    assert place_in_row(platform, last, 0) == (9 if known else None)
    assert place_in_row(platform, outside, 0) is None


def test_keys_of_a_mac_are_not_in_their_order():
    assert [place_in_row("cocoa", 0, key) for key in (18, 22, 23, 29, 0)] == [0, 5, 4, 9, None]
