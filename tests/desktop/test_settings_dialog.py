"""The settings of the whole app."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.keys.key_reference import KeyReference
from cdul_app.desktop.look.theme import ThemeChoice, current_theme, theme_manager
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.settings_dialog import SettingsDialog
from cdul_app.method.view_plans import ViewPlan
from cdul_app.paths import user_cache_dir
from cdul_app.project.labeling.choice import prefer_encoder, preferred_encoder
from cdul_app.project.labeling.kept_encodings import kept_size, open_shared_cache
from cdul_app.project.labeling.runtimes import kept_graph
from cdul_app.settings.configs import INT8
from cdul_app.storage.shared_cache import KnownPhoto


@pytest.fixture
def kept(isolated_home):
    """A thumbnail of 3 MB and a graph of 2, as far as their sizes go, and what an encoder saw in a
    photo."""
    file = user_cache_dir() / "thumbnails" / "ab" / "cd.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(3_000_000))
    graph = kept_graph("key", INT8)
    graph.parent.mkdir()
    graph.write_bytes(bytes(2_000_000))
    views = np.zeros((10, 50_000), dtype=np.float16)
    with open_shared_cache() as cache:
        cache.add_photos("key", ViewPlan.parse("3x3"), [("photo", KnownPhoto(views, 4, 3))])
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


def test_the_cache_is_counted_and_cleared(qtbot, dialog, kept, screenshot):
    qtbot.waitUntil(lambda: "3.0 MB of thumbnails, 1." in dialog.cache.help.text())
    assert "2.0 MB of encoders made faster here" in dialog.cache.help.text()
    screenshot(dialog, "settings")
    qtbot.mouseClick(dialog.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "0.0 MB of thumbnails, 0.0 MB" in dialog.cache.help.text())
    assert ", 0.0 MB of encoders made faster here" in dialog.cache.help.text()
    assert not kept.exists()
    assert not kept_graph("key", INT8).exists()
    assert not dialog.clear_button.isEnabled()


def test_how_much_is_kept_of_photos_is_chosen_and_holds_at_once(qtbot, dialog, kept):
    assert dialog.kept.currentText() == "Up to 2 GB"
    nothing = dialog.kept.findText("Nothing")
    dialog.kept.setCurrentIndex(nothing)
    dialog.kept.activated.emit(nothing)
    qtbot.waitUntil(lambda: "3.0 MB of thumbnails, 0.0 MB" in dialog.cache.help.text())
    assert kept_size() == 0
    assert kept.exists()


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
