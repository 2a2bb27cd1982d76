"""The window on the photos of a manifest, where it was given and on another computer."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from cdul_app.desktop.file_manager import WayToFile
from cdul_app.desktop.main_window import MainWindow
from cdul_app.paths import locate_project
from cdul_app.photos.unreadable import ELSEWHERE
from cdul_app.tasks.score.score import score_project
from tests.desktop.conftest import settle
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.photos.elsewhere.stand_in_server import StandInServer
from tests.tar_files import write_tar
from tests.tasks.project_helpers import make_project


@pytest.fixture
def folder(tmp_path: Path, encoder: str) -> Path:
    """Of a scored project: two photos in a tar file in it, two in another folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    packed = copy_photos(tmp_path / "packed", 2)
    write_tar(folder / "s.tar", {file.name: file for file in packed})
    others = copy_photos(tmp_path / "others", 2, start=2)
    manifest = tmp_path / "list.txt"
    manifest.write_text("\n".join(["s.tar", *map(str, others)]), encoding="utf-8")
    config = make_project(folder, encoder, "house", "dog", "tree")
    run_task(score_project(locate_project(folder), config, manifest=str(manifest)))
    return folder


def photos_shown(window: MainWindow) -> list[bool]:
    """Of each photo whether it is seen, in the grid."""
    assert window.view is not None
    photos, library = window.view.session.project.photos, window.view.library
    settle(window)
    pixmaps = [library.thumbnails.pixmap(photos.absolute(row), 256) for row in range(len(photos))]
    settle(window)
    pixmaps = [library.thumbnails.pixmap(photos.absolute(row), 256) for row in range(len(photos))]
    return [pixmap is not None and not pixmap.isNull() for pixmap in pixmaps]


def test_they_are_seen_where_the_manifest_was_given(window: MainWindow, folder: Path):
    window.open_folder(folder)
    assert photos_shown(window) == [True] * 4


def test_on_another_computer_labels_are_there_and_photos_say_where_they_are(
    window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screenshot
):
    monkeypatch.setenv("CDUL_DATA", str(tmp_path / "other data"))
    window.open_folder(folder)
    assert photos_shown(window) == [False, False, True, True]
    project = window.view.session.project
    assert not any(project.photos.errors)
    assert project.scoring.evidence(0) is not None
    screenshot(window, "distant-photos")
    window.view.open_photo(0)
    settle(window)
    assert window.view.photo.stage.view.error == ELSEWHERE
    screenshot(window, "distant-photo")


def test_photos_of_a_server_are_seen_when_it_is_away_as_well(
    window: MainWindow, tmp_path: Path, encoder: str, screenshot
):
    photos = copy_photos(tmp_path / "photos", 3)
    folder = tmp_path / "project"
    folder.mkdir()
    with StandInServer({f"/{photo.name}": photo.read_bytes() for photo in photos}) as server:
        manifest = tmp_path / "list.txt"
        manifest.write_text("".join(f"{server.address}/{photo.name}\n" for photo in photos))
        config = make_project(folder, encoder, "house", "dog", "tree")
        run_task(score_project(locate_project(folder), config, manifest=str(manifest)))
        window.open_folder(folder)
        assert photos_shown(window) == [True] * 3
        asked = len(server.requests)
        window.open_folder(folder)
        assert photos_shown(window) == [True] * 3
        assert len(server.requests) == asked
    window.close_project()
    window.open_folder(folder)
    assert photos_shown(window) == [True] * 3
    screenshot(window, "server-away")
    window.view.open_photo(0)
    settle(window)
    assert window.view.photo.stage.view.error.startswith("It cannot be read (the ")
    screenshot(window, "server-away-photo")


def test_what_no_program_opens_gives_its_address(
    window: MainWindow, tmp_path: Path, encoder: str, qtbot, screenshot
):
    photos = copy_photos(tmp_path / "photos", 2)
    storage = pytest.importorskip("fsspec").filesystem("memory")
    for photo in photos:
        storage.pipe_file(f"/user/{photo.name}", photo.read_bytes())
    folder = tmp_path / "project"
    folder.mkdir()
    manifest = tmp_path / "list.txt"
    manifest.write_text("".join(f"memory://user/{photo.name}\n" for photo in photos))
    run_task(
        score_project(
            locate_project(folder),
            make_project(folder, encoder, "house", "dog", "tree"),
            manifest=str(manifest),
        )
    )
    window.open_folder(folder)
    window.view.open_photo(0)
    settle(window)
    shown = [way for way, each in window.view.photo.header.ways.items() if each.isVisible()]
    assert shown == [WayToFile.ADDRESS]
    qtbot.mouseClick(window.view.photo.header.ways[shown[0]], Qt.MouseButton.LeftButton)
    address = f"memory://user/{photos[0].name}"
    assert QGuiApplication.clipboard().text() == address
    assert window.messages.text == "Copied the address of the photo."
    screenshot(window, "address-copied")
    window.view.show_library()
    QGuiApplication.clipboard().clear()
    entries = {e.text().split("\t")[0]: e for e in window.view.grid_keys.make_menu().actions()}
    entries["Copy the address"].trigger()
    assert QGuiApplication.clipboard().text() == address
