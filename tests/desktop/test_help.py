from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QTextBrowser

from cdul_app.desktop.help_dialog import HelpDialog


def test_it_tells_the_whole_way(qtbot):
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    text = dialog.findChild(QTextBrowser).toPlainText()
    for word in ("Name your classes", "Score", "Train", "Export", "truth file", ".cdul", "CDUL"):
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


def test_pictures(qtbot, screenshot):
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    screenshot(dialog, "help")
