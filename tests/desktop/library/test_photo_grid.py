"""Selecting as in any app for photos."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def grid(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    library = demo_window.view.library
    library.grid.setFocus()
    library.choose_place(0)
    return library.grid


def center(grid, place: int) -> QPoint:
    return grid.visualRect(grid.model().index(place, 0)).center()


def chosen(grid) -> list[int]:
    return grid.selected_places().tolist()


def test_dragging_selects_what_the_frame_touches(grid):
    viewport = grid.viewport()
    start, end = center(grid, 1), center(grid, 6)
    QTest.mousePress(viewport, LEFT, NO_KEY, start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, LEFT, NO_KEY, end)
    # Four columns: the frame from the second photo to the seventh touches the two in the middle.
    assert chosen(grid) == [1, 2, 5, 6]


def test_all_are_one_range_from_which_single_photos_are_taken(qtbot, demo_window, grid):
    grid.selectAll()
    assert len(grid.selectionModel().selection().toList()) == 1
    assert chosen(grid) == list(range(60))
    assert demo_window.view.library.grid_line.count.text().endswith("60 selected")
    QTest.mouseClick(grid.viewport(), LEFT, CONTROL, center(grid, 2))
    assert chosen(grid) == [place for place in range(60) if place != 2]


def test_keys_extend_a_range_and_add_single_photos(qtbot, grid):
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    assert chosen(grid) == [0, 1, 2]
    qtbot.keyClick(grid, Qt.Key.Key_Right, CONTROL)
    qtbot.keyClick(grid, Qt.Key.Key_Right, CONTROL)
    qtbot.keyClick(grid, Qt.Key.Key_Space, CONTROL)
    assert chosen(grid) == [0, 1, 2, 4]
    qtbot.keyClick(grid, Qt.Key.Key_Space, CONTROL)
    assert chosen(grid) == [0, 1, 2]


class PaintWatcher(QObject):
    """Remembers what of a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.painted += event.region()
        return False


def test_a_selection_is_painted_wherever_it_changes(qtbot, grid):
    QApplication.processEvents()
    watcher = PaintWatcher()
    grid.viewport().installEventFilter(watcher)
    grid.selectAll()
    cells = [grid.visualRect(grid.model().index(place, 0)) for place in range(6)]
    qtbot.waitUntil(lambda: all(watcher.painted.intersects(cell) for cell in cells))
