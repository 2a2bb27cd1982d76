"""The wall of a class's best snippets, found beside whatever else runs."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.pages.snippet_wall import SnippetWall
from cdul_app.measures.label_kinds import LabelKind

DOG = 8


@pytest.fixture
def wall(qtbot, demo_window):
    demo_window.view.session.current_class.choose(DOG)
    demo_window.menu_actions["snippet_wall"].trigger()
    wall = demo_window.view.wall
    qtbot.waitUntil(lambda: wall.model.rowCount() > 0)
    return wall


def test_it_shows_the_best_snippet_of_each_photo_best_first(wall, demo_window):
    session = demo_window.view.session
    best = session.project.scores(LabelKind.LOCAL_MAX)[:, DOG]
    rows = wall.model.rows()
    assert len(rows) == 60
    assert len(set(rows)) == 60
    np.testing.assert_allclose(best[rows], np.sort(best)[::-1], atol=2e-3)
    assert "best 60" in wall.status.text()


def test_enter_opens_the_photo_and_arrows_walk_the_wall(qtbot, wall, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    wall.list.setFocus()
    qtbot.keyClick(wall.list, Qt.Key.Key_Right)
    rows = wall.model.rows()
    qtbot.keyClick(wall.list, Qt.Key.Key_Return)
    photo = demo_window.view.photo
    assert demo_window.view.stack.currentWidget() is photo
    assert photo.row == rows[1]
    assert photo.current_column == DOG
    photo.step(1)
    assert photo.row == rows[2]


def test_another_class_is_chosen_and_known_ones_come_at_once(qtbot, wall):
    before = wall.model.rows()
    wall.classes.setCurrentIndex(0)
    qtbot.waitUntil(lambda: wall.model.rowCount() == 60 and wall.model.rows() != before)
    wall.classes.setCurrentIndex(DOG)
    assert wall.model.rows() == before


def test_esc_goes_back(qtbot, wall, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.keyClick(wall.list, Qt.Key.Key_Escape)
    assert demo_window.view.stack.currentWidget() is demo_window.view.library


def test_before_scoring_and_for_a_new_class_it_says_what_to_do(qtbot, new_session, demo_window):
    new_session.project.decisions.set_classes([ClassDefinition("cat")])
    page = SnippetWall(new_session)
    qtbot.addWidget(page)
    page.show_class(0)
    assert "Label the photos first" in page.empty.text.text()
    page.close_page()
    session = demo_window.view.session
    session.project.decisions.set_classes(
        [*(item.definition for item in session.project.classes), ClassDefinition("zebra")]
    )
    session.current_class.choose(len(session.project.classes) - 1)
    demo_window.menu_actions["snippet_wall"].trigger()
    wall = demo_window.view.wall
    qtbot.waitUntil(lambda: wall.stack.currentWidget() is wall.empty)
    assert "Label the photos first" in wall.empty.text.text()


def test_closing_the_project_while_it_looks(qtbot, demo_window):
    demo_window.view.session.current_class.choose(1)
    demo_window.menu_actions["snippet_wall"].trigger()
    demo_window.close_project()
    assert demo_window.view is None


def test_pictures(qtbot, wall, demo_window, screenshot):
    screenshot(demo_window, "window-snippet-wall")
