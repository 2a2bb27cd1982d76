"""Nothing of a project stays in the window once another is open."""

import gc
import shutil
import sys
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from cdul_app.desktop import app
from cdul_app.desktop.garbage import GarbageCollector
from cdul_app.desktop.images.image_loader import THUMBNAILS, ImageLoader
from cdul_app.desktop.main_window import MainWindow
from tests.desktop.conftest import settle


@pytest.fixture
def collector(qapp):
    """As in the app, where collections are this object's alone."""
    seconds = sys.getswitchinterval()
    collector = app.prepare_interpreter(qapp)
    yield collector
    collector.stop()
    gc.disable()  # as `garbage_on_this_thread` has it
    sys.setswitchinterval(seconds)


@pytest.fixture
def folders(scored_photos_folder: Path, tmp_path: Path) -> list[Path]:
    copies = [tmp_path / f"photos {number}" for number in range(3)]
    for copy in copies:
        shutil.copytree(scored_photos_folder, copy)
    return copies


def look_at_all(qtbot, window: MainWindow) -> list[weakref.ref[object]]:
    """Each page and panel of the open project.  Returns what must go with it."""
    view = window.view
    assert view is not None
    for name in view.library.side_panel.panels:
        view.library.side_panel.show_panel(name)
        settle(view)
    view.open_photo(0)
    settle(view)
    view.show_collection()
    view.show_wall()
    settle(view)
    view.show_library()
    qtbot.waitUntil(lambda: not view.session.jobs.reading.is_running)
    gone: list[object] = [view, view.session, view.session.project, view.library, view.photo]
    gone += view.findChildren(ImageLoader)
    return [weakref.ref(each) for each in gone]


def open_files() -> int:
    """Where the system lists them."""
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.is_dir() else 0


def left(references: list[weakref.ref[object]]) -> list[str]:
    return [type(found).__name__ for each in references if (found := each()) is not None]


def test_each_project_goes_when_another_is_opened(
    qtbot, window: MainWindow, collector: GarbageCollector, folders: list[Path]
):
    window.project_gone.connect(collector.collect_closed_project)
    window.open_folder(folders[0])
    for following in (*folders[1:], None):
        opened = look_at_all(qtbot, window)
        gc.freeze()  # as when a job imports torch meanwhile
        with qtbot.waitSignal(window.project_gone):
            window.open_folder(following) if following else window.close_project()
        assert left(opened) == []


def test_threads_objects_and_files_are_as_many_after_each_project(
    qtbot, window: MainWindow, collector: GarbageCollector, folders: list[Path]
):
    window.project_gone.connect(collector.collect_closed_project)
    counts = []
    for _ in range(4):
        window.open_folder(folders[0])
        look_at_all(qtbot, window)
        with qtbot.waitSignal(window.project_gone):
            window.close_project()
        objects = [*window.findChildren(QObject), *QApplication.topLevelWidgets()]
        counts.append((threading.active_count(), len(objects), open_files()))
    assert counts == counts[:1] * len(counts)


def test_a_loader_that_has_decoded_goes(qtbot, photo_folder: Path):
    page = QObject()
    loader = ImageLoader(THUMBNAILS, page)
    for side in range(100, 200, 10):
        with qtbot.waitSignal(loader.ready):
            loader.pixmap(photo_folder / "photo 1.jpg", side)
    loader.close()
    gone = weakref.ref(loader)
    del loader
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
