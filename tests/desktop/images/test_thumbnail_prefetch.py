"""What is likely to be scrolled to is decoded before."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.session.project_session import ProjectSession
from tests.benchmarks.library_folders import make_library

PHOTOS = 400


@pytest.fixture
def page(qtbot, tmp_path: Path):
    session = ProjectSession.open_folder(make_library(tmp_path / "many", PHOTOS))
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    page = LibraryPage(session, session.project.decisions.undo)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: page.model.rowCount() == PHOTOS)
    QCoreApplication.processEvents()
    yield page
    page.close_page()
    session.close()


def kept_places(page: LibraryPage) -> set[int]:
    """Places of the grid whose thumbnail is here; asks for none."""
    photos = page._session.project.photos
    side = page.delegate.decoded_side(page.grid.devicePixelRatioF())
    return {
        place
        for place in range(PHOTOS)
        if (photos.absolute(int(page.model.rows[place])), (side, side)) in page.thumbnails._kept
    }


def test_places_in_view_are_those_that_the_view_shows(qtbot, page: LibraryPage):
    bar = page.grid.verticalScrollBar()
    for offset in (0, 37, bar.maximum() // 2, bar.maximum()):
        bar.setValue(offset)
        rect = page.grid.viewport().rect()
        shown = {
            place
            for place in range(PHOTOS)
            if page.grid.visualRect(page.model.index(place)).intersects(rect)
        }
        assert shown <= set(page.grid.places_in_view())
        assert len(page.grid.places_in_view()) - len(shown) <= 2 * page.grid.columns


def test_the_next_screen_is_decoded_before_it_is_scrolled_to(qtbot, page: LibraryPage):
    shown = page.grid.places_in_view()
    following = range(shown.stop, shown.stop + len(shown))
    qtbot.waitUntil(lambda: set(following) <= kept_places(page))
    assert max(kept_places(page)) < shown.stop + 2 * len(shown)


def test_scrolling_back_decodes_what_lies_above(qtbot, page: LibraryPage):
    bar = page.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    bar.setValue(bar.maximum() - 40)
    shown = page.grid.places_in_view()
    above = range(shown.start - len(shown), shown.start)
    qtbot.waitUntil(lambda: set(above) <= kept_places(page))


def test_what_is_decoded_ahead_does_not_repaint_the_screen(qtbot, page: LibraryPage):
    shown = page.grid.places_in_view()
    ready: list[Path] = []
    page.thumbnails.ready.connect(ready.append)
    qtbot.waitUntil(lambda: set(range(shown.stop, shown.stop + 5)) <= kept_places(page))
    in_view = {
        page._session.project.photos.absolute(int(page.model.rows[place])) for place in shown
    }
    assert set(ready) <= in_view
