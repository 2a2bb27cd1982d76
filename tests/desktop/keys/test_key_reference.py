"""The key reference tells the truth: each key in it works, and each key that works is in it."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from cdul_app.classes.class_list import KEYED_CLASSES
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.key_reference import KeyReference
from cdul_app.desktop.keys.shortcuts import (
    EDIT,
    FILE,
    FIXED_KEYS,
    HELP,
    PAGE_SHORTCUTS,
    REVIEW,
    SHORTCUTS,
    VIEW,
    class_key,
    shortcut,
)
from cdul_app.desktop.settings import WindowSettings
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey
from tests.desktop.conftest import choose_class


def normal(key: str) -> str:
    return QKeySequence(key).toString()


CLASS_KEYS = {normal(class_key(column)) for column in range(KEYED_CLASSES)}


def working_keys(widget: QWidget) -> list[tuple[str, str, QWidget]]:
    """Every key of every action and shortcut below a widget: key, what it is, its owner."""
    found = []
    for owner in (widget, *widget.findChildren(QWidget)):
        for action in owner.actions():
            found += [(key.toString(), action.text(), owner) for key in action.shortcuts()]
        for key in owner.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            found.append((key.key().toString(), "shortcut", owner))
    return found


def test_every_key_of_the_reference_belongs_to_something(demo_window):
    actions = demo_window.findChildren(QAction)
    for entry in SHORTCUTS:
        (action,) = [one for one in actions if one.text() == entry.text]
        assert [key.toString() for key in action.shortcuts()] == [normal(k) for k in entry.keys]
    pages = {key for key, _, _ in working_keys(demo_window.view)}
    for entry in PAGE_SHORTCUTS:
        assert {normal(key) for key in entry.keys} <= pages, entry.name
    assert pages >= CLASS_KEYS


def test_every_key_that_works_is_in_the_reference(demo_window):
    listed = {normal(key) for entry in (*SHORTCUTS, *PAGE_SHORTCUTS) for key in entry.keys}
    found = {key for key, _, owner in working_keys(demo_window) if not is_text(owner)}
    assert {key for key in found if key} <= listed | CLASS_KEYS


def is_text(owner: QWidget) -> bool:
    """Text fields bring the keys of their context menu along."""
    return owner.metaObject().className() in ("QLineEdit", "QWidgetTextControl", "QPlainTextEdit")


def test_no_key_is_claimed_twice(demo_window):
    """Two owners that are in reach at the same time would make Qt do neither."""
    view = demo_window.view
    everywhere = [
        key
        for key, _, owner in working_keys(demo_window)
        if owner is demo_window and not is_text(owner)
    ]
    assert len(everywhere) == len(set(everywhere))
    for page in (view.library, view.photo):
        local = [key for key, _, owner in working_keys(page) if not is_text(owner)]
        assert len(local) == len(set(local))
        assert not set(local) & set(everywhere)


@pytest.mark.parametrize("panel", ["Photos", "Classes", "Label", "Check", "Quality"])
def test_ctrl_return_does_the_next_act_where_the_panel_has_none_of_its_own(
    qtbot, demo_window, panel
):
    view = demo_window.view
    activate(qtbot, demo_window)
    view.library.side_panel.show_panel(panel)
    view.library.grid.setFocus()
    assert view.strip.act_button.text().startswith("Check ")
    qtbot.keyClick(view.library.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shown = view.library.filter_bar.filter  # from the threshold of a class outwards
    assert shown.column is not None
    assert (shown.label, shown.sort) == (LabelWanted.ANY, SortKey.UNCERTAINTY)
    assert view.library.grid.hasFocus()


def test_ctrl_return_in_the_class_editor_applies_the_list(qtbot, demo_window):
    view = demo_window.view
    activate(qtbot, demo_window)
    view.library.side_panel.show_panel("Classes")
    panel = view.library.side_panel.panels["Classes"]
    panel.editor.text.setPlainText("cat\ndog")
    qtbot.keyClick(panel.editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [record.name for record in view.session.project.classes] == ["cat", "dog"]
    assert not view.session.jobs.is_busy


def test_both_keys_of_the_reference_open_it(qtbot, demo_window, answering):
    titles = []
    for key in (Qt.Key.Key_F1, Qt.Key.Key_Question):
        activate(qtbot, demo_window)
        answering(lambda dialog: titles.append(dialog.windowTitle()))
        qtbot.keyClick(demo_window.view.library.grid, key)
    assert titles == ["Keyboard"] * 2


def activate(qtbot, window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


# ---- the dialog ----


@pytest.fixture
def reference(qtbot):
    reference = KeyReference()
    qtbot.addWidget(reference)
    return reference


def test_it_lists_every_key(reference):
    shown = [label.text() for label in reference.findChildren(QLabel)]
    for group in (REVIEW, FILE, EDIT, VIEW, HELP):
        assert group in shown
    for entry in (*SHORTCUTS, *PAGE_SHORTCUTS):
        assert entry.text.removesuffix("…") in shown
        assert reference.buttons[entry.name].text() == key_map().shown(entry.name)
    for _, text, keys in FIXED_KEYS:
        assert text in shown
        assert keys in shown


CONTROL = Qt.KeyboardModifier.ControlModifier


def press(qtbot, button, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    activate(qtbot, button.window())
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.text() == "Press a key…"
    for key in keys:
        qtbot.keyClick(button, key, modifier)


def test_a_key_is_changed_and_works_at_once_and_after_a_restart(qtbot, reference, demo_window):
    reference.show()
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_J)
    assert key_map().keys("yes") == ("J",)
    assert WindowSettings().keys_of("yes") == ("J",)
    assert reference.buttons["yes"].text() == "J"
    assert reference.reset_button.isEnabled()
    library = demo_window.view.library
    choose_class(library.filter_bar, 0)
    library.choose_place(0)
    activate(qtbot, demo_window)
    row = int(library.selected_rows()[0])
    qtbot.keyClick(library.grid, Qt.Key.Key_Y)
    assert demo_window.view.session.project.answers[row, 0] == UNOBSERVED
    qtbot.keyClick(library.grid, Qt.Key.Key_J)
    assert demo_window.view.session.project.answers[row, 0] == YES
    assert demo_window.view.photo.keys.text().startswith("J\N{NO-BREAK SPACE}yes")
    qtbot.mouseClick(reference.reset_button, Qt.MouseButton.LeftButton)
    assert key_map().keys("yes") == ("Y", "A")
    assert not reference.reset_button.isEnabled()


def test_a_key_that_is_taken_is_told_and_changes_nothing(qtbot, reference):
    reference.show()
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_F)
    assert "Flag" in reference.message.text()
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_3)
    assert "keys of classes" in reference.message.text()
    assert key_map().is_default


def test_a_key_is_taken_away_and_esc_changes_nothing(qtbot, reference):
    reference.show()
    press(qtbot, reference.buttons["flag"], Qt.Key.Key_Backspace)
    assert key_map().keys("flag") == ()
    assert reference.buttons["flag"].text() == "none"
    press(qtbot, reference.buttons["skip"], Qt.Key.Key_Escape)
    assert key_map().keys("skip") == ("Space",)
    press(qtbot, reference.buttons["skip"], Qt.Key.Key_Shift, Qt.Key.Key_Tab)
    assert "Next unreviewed" in reference.message.text()
    press(
        qtbot, reference.buttons["undo"], Qt.Key.Key_U, modifier=Qt.KeyboardModifier.ControlModifier
    )
    assert key_map().keys("undo") == ("Ctrl+U",)
    key_map().reset()


def test_one_key_is_given_back(qtbot, reference):
    reference.show()
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_J)
    press(qtbot, reference.buttons["no"], Qt.Key.Key_Y)  # free now
    assert (key_map().keys("yes"), key_map().keys("no")) == (("J",), ("Y",))
    assert reference.buttons["yes"].property("changed")
    assert "chosen by you" in reference.buttons["yes"].accessibleName()
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_Backspace, modifier=CONTROL)
    assert "No for the chosen class" in reference.message.text()  # it has the Y
    assert key_map().keys("yes") == ("J",)
    press(qtbot, reference.buttons["no"], Qt.Key.Key_Backspace, modifier=CONTROL)
    assert key_map().keys("no") == ("N", "X")
    press(qtbot, reference.buttons["yes"], Qt.Key.Key_Backspace, modifier=CONTROL)
    assert key_map().keys("yes") == ("Y", "A")
    assert not reference.buttons["yes"].property("changed")
    assert key_map().is_default


def test_each_shortcut_has_its_own_name_and_keys():
    table = (*SHORTCUTS, *PAGE_SHORTCUTS)
    assert len({entry.name for entry in table}) == len(table)
    keys = [normal(key) for entry in table for key in entry.keys] + sorted(CLASS_KEYS)
    assert all(keys)
    assert len(keys) == len(set(keys))
    assert shortcut("undo").text == "Undo"
    with pytest.raises(KeyError):
        shortcut("no such")


def test_it_fits_a_small_screen(reference):
    reference.resize(860, 430)  # 911 x 512 with its title and a task bar: the keys are scrolled
    assert reference.size() == QSize(860, 430)


def test_pictures(reference, screenshot):
    key_map().choose("yes", ["J"])
    screenshot(reference, "key-reference", size=(1060, 640))
    key_map().reset()
