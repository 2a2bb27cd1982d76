"""Showing a file where it lies, where no file manager can be asked to select it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from cdul_app.desktop.file_manager import WayToFile, go_to_file, show_in_file_manager
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.elsewhere.places import name_places


class Opened(QObject):
    """What the system is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[Path] = []
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.folders.append(Path(url.toLocalFile()))
        self.urls.append(url.toString())


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
    qtbot.mouseClick(view.photo.header.ways[WayToFile.FOLDER], Qt.MouseButton.LeftButton)
    folder = view.session.project.photos.absolute(5).parent
    assert opened.folders == [folder, folder]


def test_only_a_photo_of_a_web_server_that_was_named_is_opened_in_the_browser(opened):
    kinds = ("https", "s3", "steam")
    for kind in kinds:
        QDesktopServices.setUrlHandler(kind, opened, "open")
    name_places(["https://host/a.jpg", "s3://bucket/a.jpg"])
    assert go_to_file(DistantPhoto("https://host/b.jpg")) == ""
    for photo in (
        DistantPhoto("https://other/b.jpg"),
        DistantPhoto("https://host/all.tar", "b.jpg"),
        DistantPhoto("s3://bucket/b.jpg"),
        DistantPhoto("steam://run/1"),
    ):
        assert go_to_file(photo) == "Copied the address of the photo."
        assert QGuiApplication.clipboard().text() == str(photo)
    for kind in kinds:
        QDesktopServices.unsetUrlHandler(kind)
    assert opened.urls == ["https://host/b.jpg"]
