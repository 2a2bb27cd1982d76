import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.library.grid_keys import GridKeys
from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey
from cdul_app.tasks.scan import scan
from tests.benchmarks.library_folders import make_library
from tests.desktop.conftest import choose_class


@pytest.fixture
def page(qtbot, trained_session):
    page = LibraryPage(trained_session, trained_session.project.decisions.undo)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    yield page
    page.side_panel.release()
    page.close_page()


@pytest.fixture
def keys(page, trained_session) -> GridKeys:
    return GridKeys(trained_session, page, trained_session.project.decisions.undo)


@pytest.fixture
def new_page(qtbot, photo_folder):
    """A folder that was opened just now; its page."""
    session = ProjectSession.open_folder(photo_folder)
    page = LibraryPage(session, session.project.decisions.undo)
    qtbot.addWidget(page)
    page.show()
    yield page
    page.side_panel.release()
    page.close_page()
    session.close()


def select(page, *places):
    flags = QItemSelectionModel.SelectionFlag
    page.grid.selectionModel().clear()
    for place in places:
        page.grid.selectionModel().setCurrentIndex(page.model.index(place), flags.Select)


def test_all_photos_are_shown_and_counted(page, trained_session):
    assert page.model.rowCount() == len(trained_session.project.photos)
    assert page.grid_line.count.text() == f"{len(trained_session.project.photos)} photos"
    assert page.stack.currentWidget() is page.grid
    select(page, 1, 2)
    assert page.grid_line.count.text().endswith("· 2 selected")


def test_a_filter_says_how_many_it_shows(page, trained_session):
    choose_class(page.filter_bar, 0)
    page.filter_bar.label.setCurrentIndex(1)
    shown = int(trained_session.project.facts.labels.values()[:, 0].sum())
    assert page.model.rowCount() == shown
    assert page.grid_line.count.text() == f"{shown} of {len(trained_session.project.photos)} photos"
    assert page.column == 0
    assert page.delegate.column == 0


def test_answers_go_to_the_selected_photos_in_one_step(page, trained_session, keys):
    choose_class(page.filter_bar, 2)
    select(page, 1, 4, 5)
    keys.answer_selected(YES)
    assert trained_session.project.answers[[1, 4, 5], 2].tolist() == [YES] * 3
    # Several stay selected: another key corrects them.
    assert page.selected_rows().tolist() == [1, 4, 5]
    trained_session.project.decisions.undo()
    assert (trained_session.project.answers == UNOBSERVED).all()


def test_one_answered_photo_makes_way_for_the_next(page, trained_session, keys):
    choose_class(page.filter_bar, 2)
    select(page, 4)
    keys.answer_selected(NO)
    assert page.selected_rows().tolist() == [5]
    last = len(trained_session.project.photos) - 1
    select(page, last)
    keys.answer_selected(NO)
    assert page.selected_rows().tolist() == [last]


def test_without_a_class_or_a_photo_it_says_what_is_missing(qtbot, page, keys):
    with qtbot.waitSignal(page.say) as said:
        keys.answer_selected(YES)
    assert "Choose a class in the list" in said.args[0]
    choose_class(page.filter_bar, 0)
    with qtbot.waitSignal(page.say) as said:
        keys.answer_selected(YES)
    assert "Select photos" in said.args[0]


def test_an_answered_photo_stays_where_it_is(page, trained_session, keys):
    """A photo must not run away from under the mouse because it was answered."""
    choose_class(page.filter_bar, 0)
    page.filter_bar.label.setCurrentIndex(page.filter_bar.label.findData(LabelWanted.HAS))
    before = page.model.rows.tolist()
    select(page, 0)
    keys.answer_selected(NO)
    assert page.model.rows.tolist() == before
    assert page.filter_bar.states[ReviewState.ANSWERED].text() == "Answered 1"


def test_a_double_click_and_enter_open_a_photo(qtbot, page):
    box = page.grid.visualRect(page.model.index(1))
    with qtbot.waitSignal(page.photo_opened) as opened:
        QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
        QTest.mouseDClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert opened.args == [1]
    with qtbot.waitSignal(page.photo_opened) as opened:
        page.open_current()
    assert opened.args == [1]


def test_the_chosen_photo_stays_chosen_through_sorting(page, trained_session):
    page.show_row(7)
    page.filter_bar.sort.setCurrentIndex(page.filter_bar.sort.findData(SortKey.UNCERTAINTY))
    assert page.selected_rows().tolist() == [7]
    values = trained_session.project.facts.uncertainty.values()[page.model.rows]
    assert (np.diff(values) <= 0).all()


def test_the_chosen_photo_stays_chosen_when_photos_come_before_it(
    qtbot, page, trained_session, demo_folder
):
    name = trained_session.project.photos.paths[5]
    page.show_row(5)
    (demo_folder / trained_session.project.photos.paths[9]).rename(demo_folder / "a first one.jpg")
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    assert trained_session.project.photos.paths[0] == "a first one.jpg"
    assert [trained_session.project.photos.paths[row] for row in page.selected_rows()] == [name]


def test_a_photo_that_the_filter_hides_is_not_shown(page):
    page.show_row(3)
    page.filter_bar.finder.put_query("nothing is called so")
    page.show_row(3)
    assert page.selected_rows().tolist() == []


def test_another_class_is_shown_from_its_first_photo(page, trained_session):
    page.grid.set_thumbnail_side(page.grid_line.zoom.maximum())
    bar = page.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    trained_session.current_class.choose(0)
    page.filter_bar.show_class(0, LabelWanted.ANY)
    assert bar.value() == 0
    select(page, page.model.rowCount() - 1)  # a photo that is chosen stays in sight
    page.filter_bar.sort_by(SortKey.NAME)
    assert page.grid.currentIndex().row() in page.grid.places_in_view()


def test_no_match_offers_to_clear_the_filter(qtbot, page, trained_session):
    page.filter_bar.text.setText("nothing is called so")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert page.stack.currentWidget() is page.empty
    assert page.empty.title.text() == "No photo passes the filter"
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == len(trained_session.project.photos)
    assert page.stack.currentWidget() is page.grid


def test_a_new_folder_is_read_and_then_shown(qtbot, new_page):
    session = new_page._session
    assert new_page.empty.title.text() == "There are no photos in this folder"
    with qtbot.waitSignal(session.jobs.finished):
        qtbot.mouseClick(new_page.empty.button, Qt.MouseButton.LeftButton)
        assert new_page.empty.title.text() == "Reading the folder…"
    assert new_page.stack.currentWidget() is new_page.grid
    assert new_page.model.rowCount() == 6


def test_select_next_stops_at_the_end(page, trained_session):
    last = len(trained_session.project.photos) - 1
    page.select_next()
    assert page.selected_rows().tolist() == [0]
    page.show_row(last)
    page.select_next()
    assert page.selected_rows().tolist() == [last]


def test_other_classes_reach_the_filter(page, trained_session):
    choose_class(page.filter_bar, 3)
    name = trained_session.project.classes[3].name
    definitions = trained_session.project.classes.definitions
    trained_session.project.decisions.set_classes(definitions[::-1])
    assert trained_session.project.classes[page.column].name == name
    trained_session.project.decisions.set_classes([one for one in definitions if one.name != name])
    assert page.column is None


def test_thumbnails_fill_the_width_and_grow_with_the_slider(qtbot, page):
    columns = page.grid.viewport().width() // page.grid.gridSize().width()
    assert page.grid.gridSize().width() * columns > page.grid.viewport().width() - 40
    page.grid_line.zoom.setValue(300)
    assert page.grid.thumbnail_side == 300
    assert page.delegate.side >= 225  # a quarter less, where a column more fits so
    assert page.grid.viewport().width() // page.grid.gridSize().width() < columns


def test_thumbnails_appear_when_they_are_decoded(qtbot, page):
    first = page.grid.visualRect(page.model.index(0))
    before = page.grid.viewport().grab(first).toImage()

    def painted() -> bool:
        return page.grid.viewport().grab(first).toImage() != before

    qtbot.waitUntil(painted)


def test_the_mouse_selects_a_range(page):
    viewport = page.grid.viewport()

    def click(place: int, keys: Qt.KeyboardModifier) -> None:
        center: QPoint = page.grid.visualRect(page.model.index(place)).center()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, keys, center)

    click(0, Qt.KeyboardModifier.NoModifier)
    click(3, Qt.KeyboardModifier.ShiftModifier)
    assert page.selected_rows().tolist() == [0, 1, 2, 3]
    click(1, Qt.KeyboardModifier.ControlModifier)
    assert page.selected_rows().tolist() == [0, 2, 3]


def test_pictures(qtbot, demo_window, screenshot):
    page = demo_window.view.library
    session = demo_window.view.session
    page.grid.viewport().grab()  # asks for the thumbnails
    qtbot.waitUntil(lambda: page.thumbnails.is_idle)
    screenshot(demo_window, "window-grid")
    choose_class(page.filter_bar, 1)
    page.filter_bar.sort.setCurrentIndex(page.filter_bar.sort.findData(SortKey.SCORE))
    session.project.decisions.answer([int(page.model.rows[0])], 1, YES)
    session.project.decisions.answer([int(page.model.rows[2])], 1, NO)
    select(page, 1, 3, 4)
    page.grid.viewport().grab()  # asks for the thumbnails
    qtbot.waitUntil(lambda: page.thumbnails.is_idle)
    screenshot(demo_window, "window-grid-class-selected")
    page.filter_bar.text.setText("nothing is called so")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    screenshot(demo_window, "window-no-match")


def test_the_grid_keeps_its_place_while_more_photos_are_listed(
    qtbot, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scan, "FIRST_LIST", 100)
    session = ProjectSession.open_folder(make_library(tmp_path / "many", 400))
    page = LibraryPage(session, session.project.decisions.undo)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    places: list[int] = []

    def look() -> None:
        if not places:
            QApplication.processEvents()  # the first ones are laid out
            page.grid.verticalScrollBar().setValue(300)
            page.show_row(20)
        places.append(page.grid.verticalScrollBar().value())

    session.photos_listed.connect(look)
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    QApplication.processEvents()
    assert len(places) == 3  # 100, 200 and 400 photos
    assert places[0] > 0
    assert {*places, page.grid.verticalScrollBar().value()} == {places[0]}
    assert page.selected_rows().tolist() == [20]
    assert page.model.rows.tolist() == list(range(400))
    page.side_panel.release()
    page.close_page()
    session.close()


def test_a_filter_holds_while_more_photos_are_listed(
    qtbot, new_page, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scan, "FIRST_LIST", 2)
    new_page.filter_bar.direction.setChecked(True)
    with qtbot.waitSignal(new_page._session.jobs.finished):
        new_page._session.jobs.start_scan()
    assert new_page.model.rows.tolist() == [5, 4, 3, 2, 1, 0]


def test_scanning_again_leaves_the_view_and_a_selection_as_they_are(qtbot, page):
    select(page, 3, 5, 8)
    page.grid.verticalScrollBar().setValue(50)
    place = page.grid.verticalScrollBar().value()
    with qtbot.waitSignal(page._session.jobs.finished):
        page._session.jobs.start_scan()
    QApplication.processEvents()
    assert page.selected_rows().tolist() == [3, 5, 8]
    assert page.grid.verticalScrollBar().value() == place
