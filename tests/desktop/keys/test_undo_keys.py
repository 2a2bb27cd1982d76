"""Ctrl+Z reaches the decisions, whatever field has the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cdul_app.measures.reviews import UNOBSERVED, YES

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def field(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    field = demo_window.view.library.filter_bar.text
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    return field


def test_a_field_with_nothing_of_its_own_leaves_the_key_to_the_window(demo_window, field):
    session = demo_window.view.session
    session.project.decisions.answer([0], 0, YES)
    QTest.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert session.project.answers[0, 0] == UNOBSERVED
    QTest.keyClick(field, Qt.Key.Key_Y, CONTROL)
    assert session.project.answers[0, 0] == YES


def test_a_field_undoes_its_own_typing_first(demo_window, field):
    session = demo_window.view.session
    session.project.decisions.answer([0], 0, YES)
    QTest.keyClicks(field, "scene")
    QTest.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.text() != "scene"
    assert session.project.answers[0, 0] == YES


def test_the_class_editor_does_so_too(demo_window, qtbot, field):
    session, panels = demo_window.view.session, demo_window.view.library.side_panel
    panels.show_panel("Classes")
    editor = panels.classes.editor.text
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    session.project.decisions.answer([0], 0, YES)
    QTest.keyClick(editor, Qt.Key.Key_Z, CONTROL)
    assert session.project.answers[0, 0] == UNOBSERVED
