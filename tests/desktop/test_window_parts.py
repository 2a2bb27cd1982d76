"""F6 and Shift+F6 reach every part of the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.session.job import JobKind
from tests.desktop.conftest import choose_class

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    demo_window.view.library.grid.setFocus()
    return demo_window.view


def walked(qtbot, view, steps: int, modifier=Qt.KeyboardModifier.NoModifier) -> list[str]:
    """Names of the parts that the key comes to."""
    library = view.library
    parts = {
        "strip": view.strip, "classes": library.navigator, "filter": library.filter_bar,
        "photos": library.grid, "nothing found": library.empty, "review": library.review_bar,
        "panel": library.side_panel, "job": view.job_bar,
    }  # fmt: skip
    names = []
    for _ in range(steps):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, modifier)
        focused = QApplication.focusWidget()
        names += [
            name for name, part in parts.items() if part is focused or part.isAncestorOf(focused)
        ]
    return names


def test_there_and_back(qtbot, view):
    view.library.side_panel.show_panel("Check")
    view.library.grid.setFocus()
    assert walked(qtbot, view, 5) == ["panel", "strip", "classes", "filter", "photos"]
    assert walked(qtbot, view, 4, SHIFT) == ["filter", "classes", "strip", "panel"]


def test_a_job_and_a_review_are_parts_while_they_are_there(qtbot, view):
    choose_class(view.library.filter_bar, 8)
    view.library.toggle_class_review()
    assert walked(qtbot, view, 4) == ["review", "classes", "filter", "photos"]
    view.session.jobs.started.emit(JobKind.SCORE)
    assert walked(qtbot, view, 2) == ["review", "job"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert not view.job_bar.cancel_button.isEnabled()


def test_what_is_hidden_is_passed_over(qtbot, view):
    assert walked(qtbot, view, 4) == ["strip", "classes", "filter", "photos"]
    view.library.filter_bar.text.setText("no such photo")
    qtbot.waitUntil(lambda: view.library.model.rowCount() == 0)
    view.library.filter_bar.text.setFocus()
    assert walked(qtbot, view, 2) == ["nothing found", "strip"]


def test_on_a_photo_it_goes_between_the_photo_and_the_next_step(qtbot, view):
    view.open_photo(0)
    before = QApplication.focusWidget()
    qtbot.keyClick(before, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is view.strip.act_button
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is before
