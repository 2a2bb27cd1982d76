"""The window's language: the choice is kept, and spoken from the next start on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from cdul_app.desktop.language_choice import SYSTEM, choose_language, chosen_language
from cdul_app.desktop.settings_dialog import SettingsDialog

REPOSITORY = Path(__file__).parents[2]

SPOKEN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from cdul_app.desktop import language_choice
language_choice.name_the_app()
if sys.argv[1] != "system":
    language_choice.choose_language(sys.argv[1])
language_choice.speak_chosen_language()
from cdul_app.desktop.settings_dialog import SettingsDialog
app = QApplication([])
language_choice.translate_qt(app)
dialog = SettingsDialog()
buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
print(dialog.language_row.title.text())
print(buttons.buttons()[0].text().replace("&", ""))
dialog.done(0)
"""


def spoken(choice: str, tmp_path: Path, **system: str) -> list[str]:
    home = {"XDG_CONFIG_HOME": str(tmp_path), "CDUL_CACHE": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", SPOKEN, choice],
        cwd=REPOSITORY, env={**os.environ, **home, **system, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout.splitlines()


def test_german_is_spoken_by_the_app_and_by_qt(tmp_path: Path):
    assert spoken("de", tmp_path) == ["Sprache", "Abbrechen"]
    assert spoken("system", tmp_path) == ["Sprache", "Abbrechen"]  # as chosen the last time


def test_the_system_tells_where_nothing_was_chosen(tmp_path: Path):
    assert spoken("system", tmp_path, LC_ALL="de_AT.UTF-8") == ["Sprache", "Abbrechen"]
    assert spoken("en", tmp_path, LC_ALL="de_AT.UTF-8") == ["Language", "Cancel"]


@pytest.mark.usefixtures("qapp")
def test_a_choice_is_kept_and_says_when_it_holds(qtbot):
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    assert dialog.language.currentData() == SYSTEM
    dialog.language.setCurrentIndex(dialog.language.findData("de"))
    dialog.language.activated.emit(dialog.language.currentIndex())
    assert chosen_language() == "de"
    assert "next start" in dialog.language_row.help.text()
    dialog.done(0)


@pytest.mark.usefixtures("qapp")
def test_a_language_that_is_gone_counts_as_none():
    choose_language("xx")
    assert chosen_language() == SYSTEM
    QSettings().remove("language")
