from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from cdul_app.desktop.look.theme import ThemeChoice
from cdul_app.desktop.settings import MAX_RECENT, WindowSettings


def test_recent_folders_are_newest_first_without_doubles_and_bounded():
    settings = WindowSettings()
    assert settings.recent_folders == []
    for number in range(MAX_RECENT + 3):
        settings.add_recent(Path(f"/photos/{number}"))
    settings.add_recent(Path("/photos/5"))
    recent = WindowSettings().recent_folders
    assert recent[0] == Path("/photos/5")
    assert len(recent) == MAX_RECENT
    assert len(set(recent)) == MAX_RECENT


def test_a_single_recent_folder_survives_the_file():
    WindowSettings().add_recent(Path("/photos/one, with a comma"))
    QSettings().sync()
    assert WindowSettings().recent_folders == [Path("/photos/one, with a comma")]


def test_a_recent_folder_can_be_removed():
    settings = WindowSettings()
    settings.add_recent(Path("/a"))
    settings.add_recent(Path("/b"))
    settings.remove_recent(Path("/a"))
    assert settings.recent_folders == [Path("/b")]


def test_values_that_cannot_be_read_count_as_absent():
    raw = QSettings()
    raw.setValue("theme", "mauve")
    raw.setValue("thumbnail_size", "huge")
    raw.setValue("geometry", "not bytes")
    raw.setValue("recent_folders", 7)
    settings = WindowSettings()
    assert settings.theme is ThemeChoice.SYSTEM
    assert settings.thumbnail_size == 200
    assert settings.geometry is None
    assert settings.recent_folders == []


def test_theme_size_and_geometry_are_kept():
    settings = WindowSettings()
    settings.theme = ThemeChoice.DARK
    settings.thumbnail_size = 260
    settings.geometry = QByteArray(b"geometry")
    again = WindowSettings()
    assert again.theme is ThemeChoice.DARK
    assert again.thumbnail_size == 260
    assert again.geometry == QByteArray(b"geometry")


def test_a_thumbnail_size_outside_the_slider_is_brought_inside():
    WindowSettings().thumbnail_size = 5000
    assert WindowSettings().thumbnail_size == 360
