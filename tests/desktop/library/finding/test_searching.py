"""Search by words and by a photo, as a person meets it in the window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.project.finding.photo_filter import PhotoFilter, SortKey
from tests.desktop.conftest import choose_class


@pytest.fixture
def library(demo_window):
    return demo_window.view.library


def test_words_rank_the_grid_and_are_taken_away_again(qtbot, demo_window, library, screenshot):
    bar, session = library.filter_bar, demo_window.view.session
    bar.sort_by(SortKey.UNCERTAINTY)
    demo_window.menu_actions["search"].trigger()
    name = session.project.classes[0].name
    qtbot.keyClicks(bar.finder.words, name)
    with qtbot.waitSignal(session.search.found, timeout=60_000):
        qtbot.keyClick(bar.finder.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not session.search.is_running)
    assert bar.filter.sort is SortKey.SIMILARITY
    shown = session.project.search_results.similarities()[library.model.rows]
    assert (np.diff(shown) <= 0).all()
    assert [chip.text() for chip in bar.active.chips] == [f"Search: “{name}”"]
    screenshot(demo_window, "window-search-words")
    bar.active.chips[0].click()
    qtbot.waitUntil(lambda: bar.filter.sort is SortKey.UNCERTAINTY)
    assert bar.sort.findData(SortKey.SIMILARITY) < 0
    assert not bar.active.isVisible()


def test_more_like_a_photo_begins_with_it(qtbot, demo_window, library):
    session = demo_window.view.session
    library.show_row(7)
    with qtbot.waitSignal(session.search.found, timeout=60_000):
        qtbot.keyClick(library.grid, Qt.Key.Key_L)
    assert library.model.rows[0] == 7
    assert library.filter_bar.filter == PhotoFilter(sort=SortKey.SIMILARITY, descending=True)


def test_the_best_hit_is_at_the_top_and_nothing_is_selected(qtbot, demo_window, library):
    """A photo that was selected far below took the view with it, so that the hits were not seen."""
    bar, session, grid = library.filter_bar, demo_window.view.session, library.grid
    demo_window.resize(1000, 600)
    for turned in (False, True):  # also for a second search in the order of the first
        library.choose_place(library.model.rowCount() - 1)
        qtbot.waitUntil(lambda: grid.verticalScrollBar().value() > 0)
        if turned:
            bar.direction.click()
        bar.finder.focus_field(bar.finder.words)
        bar.finder.words.setText(session.project.classes[int(turned)].name)
        with qtbot.waitSignal(bar.searched, timeout=60_000):
            qtbot.keyClick(bar.finder.words, Qt.Key.Key_Return)
        similarities = session.project.search_results.similarities()
        assert library.model.rows[0] == np.nanargmax(similarities)
        assert grid.verticalScrollBar().value() == 0
        assert not library.selected_rows().size
        assert grid.hasFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert library.selected_rows().tolist() == [library.model.rows[0]]


def test_more_like_a_photo_keeps_it_selected(qtbot, demo_window, library):
    library.choose_place(library.model.rowCount() - 1)
    (row,) = library.selected_rows()
    with qtbot.waitSignal(library.filter_bar.searched, timeout=60_000):
        qtbot.keyClick(library.grid, Qt.Key.Key_L)
    assert library.selected_rows().tolist() == [row] == [library.model.rows[0]]
    assert library.grid.verticalScrollBar().value() == 0


def test_filters_and_their_chips(qtbot, demo_window, library, screenshot):
    bar, session = library.filter_bar, demo_window.view.session
    session.project.decisions.flag([1, 2, 3], True)
    choose_class(bar, 1)
    bar.label.setCurrentIndex(1)
    bar.finder.put_query("labels>=1")
    scores = session.project.scores(session.project.display_kind)[:, 1]
    bar._set(score_range=(0.2, 0.95))
    screenshot(demo_window, "window-filters")
    assert len(bar.active.chips) == 2
    assert set(library.model.rows) <= set(np.flatnonzero((scores >= 0.2) & (scores <= 0.95)))
    bar.finder.help_button.click()
    bar.text.setText("label:dgo")
    qtbot.waitUntil(lambda: bar.finder.note.isVisible())
    screenshot(demo_window, "window-filter-help")


def test_the_menu_of_a_photo(qtbot, demo_window, library):
    session, menu = demo_window.view.session, demo_window.view.grid_keys
    library.show_row(5)
    entries = {entry.text().split("\t")[0]: entry for entry in menu.make_menu().actions()}
    assert entries["More photos like this"].text().endswith("\tL")
    with qtbot.waitSignal(session.search.found, timeout=60_000):
        entries["More photos like this"].trigger()
    assert library.model.rows[0] == 5
    entries["Flag, to come back to"].trigger()
    assert session.project.flags.nonzero()[0].tolist() == [5]


def test_several_photos_are_like_nothing(qtbot, library):
    library.grid.selectAll()
    with qtbot.waitSignal(library.say) as said:
        library.search_like_current()
    assert said.args == ["Select one photo first: others are compared with it."]


def test_what_was_being_typed_is_not_taken_after_closing(library):
    finder = library.filter_bar.finder
    finder.query.setText("scene")
    assert finder._typing.isActive()
    library.close_page()
    assert not finder._typing.isActive()
