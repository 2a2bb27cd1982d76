"""The key reference tells the truth: each key in it works, and each key that works is in it."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from cdul_app.ui.key_reference import KeyReference, _rows
from cdul_app.ui.shortcuts import (
    EDIT,
    FILE,
    HELP,
    PAGE_KEYS,
    REVIEW,
    SHORTCUTS,
    VIEW,
    shortcut,
)

ARROWS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down", "Enter": "Return"}


def keys_of(text: str) -> list[str]:
    """The keys a line of the page keys names: "Y or A", "← →", "1 … 9, 0"."""
    if text == "1 … 9, 0":
        return list("1234567890")
    return [ARROWS.get(key, key) for key in re.split(r" or | ", text)]


def normal(key: str) -> str:
    return QKeySequence(key).toString()


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
    view = demo_window.view
    pages = {key for key, _, _ in working_keys(view)}
    for _, text, keys in PAGE_KEYS:
        for key in keys_of(keys):
            assert normal(key) in pages, text


def test_every_key_that_works_is_in_the_reference(demo_window):
    listed = {normal(key) for entry in SHORTCUTS for key in entry.keys}
    listed |= {normal(key) for _, _, keys in PAGE_KEYS for key in keys_of(keys)}
    listed.add("Enter")  # that of the number pad
    found = {key for key, _, owner in working_keys(demo_window) if not is_text(owner)}
    assert {key for key in found if key} <= listed


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


@pytest.mark.parametrize("panel", ["Classes", "Scoring", "Training", "Results", "Export"])
def test_ctrl_return_scores_whatever_panel_is_open(qtbot, demo_window, panel):
    view = demo_window.view
    activate(qtbot, demo_window)
    view.library.side_panel.show_panel(panel)
    view.library.grid.setFocus()
    with qtbot.waitSignal(view.session.job_finished, timeout=60_000):
        qtbot.keyClick(view.library.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert view.library.side_panel.buttons["Scoring"].isChecked()


def test_ctrl_return_in_the_class_editor_applies_the_list(qtbot, demo_window):
    view = demo_window.view
    activate(qtbot, demo_window)
    view.library.side_panel.show_panel("Classes")
    panel = view.library.side_panel.panels["Classes"]
    panel.edit()
    panel.editor.text.setPlainText("cat\ndog")
    qtbot.keyClick(panel.editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [record.name for record in view.session.classes] == ["cat", "dog"]
    assert not view.session.is_busy


def test_both_keys_of_the_reference_open_it(qtbot, demo_window, answering):
    titles = []
    for key in (Qt.Key.Key_F1, Qt.Key.Key_Question):
        activate(qtbot, demo_window)
        answering(lambda dialog: titles.append(dialog.windowTitle()))
        qtbot.keyClick(demo_window.view.library.grid, key)
    assert titles == ["Keyboard reference"] * 2


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
        assert _rows(group)
    for entry in SHORTCUTS:
        assert entry.text.removesuffix("…") in shown
    for _, text, keys in PAGE_KEYS:
        assert text in shown
        assert keys in shown


def test_each_shortcut_has_its_own_name_and_keys():
    assert len({entry.name for entry in SHORTCUTS}) == len(SHORTCUTS)
    keys = [normal(key) for entry in SHORTCUTS for key in entry.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))
    assert shortcut("undo").text == "Undo"
    with pytest.raises(KeyError):
        shortcut("no such")


def test_it_fits_a_small_screen(reference):
    size = reference.sizeHint()
    assert size.width() <= 960
    assert size.height() <= 640


def test_pictures(reference, screenshot):
    screenshot(reference, "key-reference")
