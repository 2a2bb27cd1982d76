"""The settings of the whole app."""

import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.keys.key_reference import KeyReference
from cdul_app.desktop.look.theme import ThemeChoice, current_theme, theme_manager
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.settings_dialog import SettingsDialog
from cdul_app.paths import user_cache_dir
from cdul_app.project.labeling.choice import prefer_encoder, preferred_encoder


@pytest.fixture
def kept(isolated_home):
    """A thumbnail of 3 MB, as far as its size goes."""
    file = user_cache_dir() / "thumbnails" / "ab" / "cd.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(3_000_000))
    return file


@pytest.fixture
def dialog(qtbot, kept):
    dialog = SettingsDialog()
    qtbot.addWidget(dialog, before_close_func=lambda each: each.done(0))
    dialog.show()
    return dialog


def test_a_theme_holds_at_once_and_at_the_next_start(dialog):
    before = current_theme()
    dialog.theme.setCurrentIndex(dialog.theme.findData(ThemeChoice.DARK))
    assert current_theme() is not before
    assert WindowSettings().theme is ThemeChoice.DARK
    theme_manager().choose(ThemeChoice.LIGHT)


def test_thumbnails_are_counted_and_cleared(qtbot, dialog, kept, screenshot):
    qtbot.waitUntil(lambda: "3.0 MB" in dialog.thumbnails.help.text())
    screenshot(dialog, "settings")
    qtbot.mouseClick(dialog.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "0.0 MB" in dialog.thumbnails.help.text())
    assert not kept.exists()
    assert not dialog.clear_button.isEnabled()


def test_it_leads_to_the_keys(qtbot, dialog, answering):
    answering(lambda met: opened.append(type(met)))
    opened: list[type] = []
    qtbot.mouseClick(dialog.keys_button, Qt.MouseButton.LeftButton)
    assert opened == [KeyReference]


def test_it_opens_from_the_menu_without_a_project(window, answering):
    opened: list[type] = []
    answering(lambda met: opened.append(type(met)))
    window.menu_actions["settings"].trigger()
    assert opened == [SettingsDialog]


def test_the_quality_of_the_next_project_is_chosen_and_remembered(dialog):
    place = dialog.encoder.findText("Best")
    dialog.encoder.setCurrentIndex(place)
    dialog.encoder.activated.emit(place)
    assert preferred_encoder() == dialog.encoder.itemData(place)
    prefer_encoder("hf-hub:owner/model")
    again = SettingsDialog()
    assert again.encoder.currentText() == "hf-hub:owner/model"
    again.done(0)
