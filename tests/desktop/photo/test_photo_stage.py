"""The photo page with a heat map, with classes side by side, and enlarged."""

import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.photo.snippet_view import Overlay


@pytest.fixture
def page(qtbot, demo_window):
    view = demo_window.view
    view.open_photo(10)
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.waitUntil(lambda: not view.photo.view.is_loading)
    return view.photo


def press(qtbot, page, key):
    qtbot.keyClick(page.table, key)


def test_h_and_g_change_what_lies_over_the_photo(qtbot, page):
    assert page.header.snippets.isChecked()
    press(qtbot, page, Qt.Key.Key_H)
    assert page.stage.overlay is Overlay.HEAT
    assert page.header.heat.isChecked()
    assert not page.header.snippets.isChecked()
    press(qtbot, page, Qt.Key.Key_H)
    assert page.stage.overlay is Overlay.NONE
    qtbot.mouseClick(page.header.heat, Qt.MouseButton.LeftButton)
    assert page.stage.overlay is Overlay.HEAT
    press(qtbot, page, Qt.Key.Key_G)
    assert page.header.snippets.isChecked()


def test_v_shows_three_classes_side_by_side_and_esc_the_photo_again(qtbot, page, demo_window):
    chosen = page.current_column
    press(qtbot, page, Qt.Key.Key_V)
    assert len(page.stage.compared) == 3
    assert page.stage.compared[0] == chosen
    assert page.header.compare.isChecked()
    names = [pane.name.whole_text for pane in page.stage.comparison.panes]
    assert names == [page._project.classes[column].name for column in page.stage.compared]
    press(qtbot, page, Qt.Key.Key_Escape)
    assert not page.stage.is_comparing
    assert not page.header.compare.isChecked()
    assert demo_window.view.stack.currentWidget() is page
    press(qtbot, page, Qt.Key.Key_Escape)
    assert demo_window.view.stack.currentWidget() is demo_window.view.library


def test_classes_are_put_into_the_comparison_and_taken_out(qtbot, page):
    first = page.current_column
    press(qtbot, page, Qt.Key.Key_P)
    assert page.stage.compared == (first,)
    others = []
    for _ in range(3):
        press(qtbot, page, Qt.Key.Key_Down)
        press(qtbot, page, Qt.Key.Key_P)
        others.append(page.current_column)
    assert page.stage.compared == tuple(others)  # beyond three the oldest goes
    qtbot.mouseClick(page.stage.comparison.panes[0].close_button, Qt.MouseButton.LeftButton)
    assert page.stage.compared == tuple(others[1:])
    press(qtbot, page, Qt.Key.Key_Right)  # stays from photo to photo
    assert page.stage.compared == tuple(others[1:])


def test_panes_are_zoomed_together(qtbot, page):
    press(qtbot, page, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: page.stage.comparison.panes[0].view.photo_rect().width() > 1)
    page.stage.zoom_by_steps(2)
    factors = {pane.view.zoom.factor for pane in page.stage.comparison.panes}
    assert len(factors) == 1
    assert factors.pop() > 1.5


def test_menu_keys_zoom_the_photo_and_the_next_one_is_whole(qtbot, page, demo_window):
    demo_window.menu_actions["zoom_in"].trigger()
    demo_window.menu_actions["zoom_in"].trigger()
    assert page.view.zoom.factor == pytest.approx(1.25**2)
    demo_window.menu_actions["zoom_fit"].trigger()
    assert page.view.zoom.is_fitted
    demo_window.menu_actions["zoom_in"].trigger()
    press(qtbot, page, Qt.Key.Key_Right)
    assert page.view.zoom.is_fitted
    demo_window.menu_actions["zoom_in"].trigger()
    press(qtbot, page, Qt.Key.Key_Escape)  # first the whole photo, then the grid
    assert page.view.zoom.is_fitted
    assert demo_window.view.stack.currentWidget() is page


def test_pictures(qtbot, page, demo_window, screenshot):
    page.toggle_overlay(Overlay.HEAT)
    screenshot(demo_window, "window-photo-heat")
    page.toggle_overlay(Overlay.SNIPPETS)
    page.stage.toggle_comparison()
    screenshot(demo_window, "window-photo-compare")
