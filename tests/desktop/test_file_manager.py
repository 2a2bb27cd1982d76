"""Showing a file where it lies, where no file manager can be asked to select it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from cdul_app.desktop.file_manager import show_in_file_manager


class Opened(QObject):
    """What the system is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.folders.append(Path(url.toLocalFile()))


@pytest.fixture
def opened(qapp):
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "open")
    yield opened
    QDesktopServices.unsetUrlHandler("file")


def test_its_folder_is_opened(opened, tmp_path: Path):
    show_in_file_manager(tmp_path / "a photo #1.jpg")
    assert opened.folders == [tmp_path]


def test_from_the_grid_s_menu_and_from_the_photo_page(qtbot, opened, demo_window):
    view = demo_window.view
    view.library.show_row(5)
    titles = {each.text().split("\t")[0]: each for each in view.grid_keys.make_menu().actions()}
    titles["Show in file manager"].trigger()
    view.open_photo(5)
    qtbot.mouseClick(view.photo.header.file, Qt.MouseButton.LeftButton)
    folder = view.session.project.photos.absolute(5).parent
    assert opened.folders == [folder, folder]
