import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QTextBrowser

from cdul_app.desktop.help_dialog import HelpDialog
from cdul_app.desktop.steps.step_strip import TITLES


def test_it_tells_the_whole_way(qtbot):
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    text = dialog.findChild(QTextBrowser).toPlainText()
    steps = [f"{number}. {title}." for number, title in enumerate(TITLES.values(), 1)]
    for word in (*steps, "Train", "Export", "truth file", ".cdul", "CDUL"):
        assert word in text


def test_it_is_left_with_escape_and_with_the_button(qtbot):
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.show()
    close = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("title", "shown", "begins"),
    [
        ("Getting started", "Erste Schritte", "Von Fotos zu Labels"),
        ("Troubleshooting", "Problemlösung", ""),  # in whatever language it is there
    ],
)
def test_a_page_is_read_in_the_language_where_it_is_there(
    qtbot, german, title: str, shown: str, begins: str
):
    dialog = HelpDialog(title)
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == shown
    assert dialog.text.toPlainText().strip().startswith(begins)
    assert dialog.text.toPlainText().strip()


def test_words_are_found_and_after_the_last_place_the_first(qtbot):
    dialog = HelpDialog("Troubleshooting")
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert dialog.wanted.hasFocus()
    qtbot.keyClicks(dialog.wanted, "this BRACKET")
    places = []
    for _ in range(4):
        assert dialog.text.textCursor().selectedText().lower() == "this bracket"
        assert dialog.text.cursorRect().top() < dialog.text.viewport().height() / 2
        places.append(dialog.text.textCursor().position())
        qtbot.keyClick(dialog.wanted, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert places[0] < places[1] < places[2]
    assert places[3] == places[0]
    qtbot.keyClicks(dialog.wanted, " of another colour")
    assert not dialog.text.textCursor().hasSelection()


@pytest.mark.parametrize("title", ["Getting started", "Troubleshooting"])
def test_pictures(qtbot, screenshot, title: str):
    dialog = HelpDialog(title)
    qtbot.addWidget(dialog)
    if title == "Troubleshooting":
        dialog.show()
        dialog.wanted.setText("truncated")
    screenshot(dialog, "help" if title == "Getting started" else "help-troubleshooting")
