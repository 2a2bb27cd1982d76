"""One class page by page: Enter does what the bar says it will, and nothing else."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.desktop.conftest import choose_class

DOG = 8


@pytest.fixture
def reviewing(qtbot, demo_window):
    """The demo's dogs under review."""
    library = demo_window.view.library
    choose_class(library.filter_bar, DOG)
    library.grid.setFocus()
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.keyClick(library.grid, Qt.Key.Key_R)
    assert library.review.is_active
    return library


def session_of(library):
    return library._session


def page_rows(library):
    return library.model.rows[library.grid.whole_places()].tolist()


def test_enter_answers_the_page_as_the_bar_says_and_undo_takes_it_back(qtbot, reviewing):
    session, rows = session_of(reviewing), page_rows(reviewing)
    labelled = session.project.facts.labels.values()[rows, DOG]
    told = f"Enter answers {labelled.sum()} yes, {(~labelled).sum()} no."
    assert reviewing.review_bar.what.text() == told
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
    np.testing.assert_array_equal(session.project.answers[rows, DOG], np.where(labelled, YES, NO))
    assert (session.project.answers != UNOBSERVED).sum() == len(rows)
    assert page_rows(reviewing) != rows  # on to the next page
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Backspace)
    assert (session.project.answers == UNOBSERVED).all()


def test_photos_come_from_the_threshold_outwards_and_clicked_ones_are_exceptions(qtbot, reviewing):
    session, rows = session_of(reviewing), page_rows(reviewing)
    places = np.argsort(-session.project.facts.places_to_ask(DOG), kind="stable")
    assert reviewing.model.rows.tolist() == places.tolist()
    first = reviewing.grid.visualRect(reviewing.model.index(0)).center()
    qtbot.mouseClick(reviewing.grid.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert reviewing.review.is_exception(rows[0])
    before = bool(session.project.facts.labels.values()[rows[0], DOG])
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Right)
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Space)  # the same by keys
    assert reviewing.review.is_exception(rows[1])
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Space)
    assert not reviewing.review.is_exception(rows[1])
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
    assert session.project.answers[rows[0], DOG] == (NO if before else YES)


def test_what_is_answered_already_stays(qtbot, reviewing):
    session, rows = session_of(reviewing), page_rows(reviewing)
    opposite = NO if session.project.facts.labels.values()[rows[0], DOG] else YES
    session.project.decisions.answer([rows[0]], DOG, opposite)
    assert reviewing.review.will_be(rows[0]) is None
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
    assert session.project.answers[rows[0], DOG] == opposite
    assert "answered" in reviewing.review_bar.what.text() or page_rows(reviewing) != rows


def test_all_pages_one_after_the_other_answer_every_photo(qtbot, demo_window, reviewing):
    session = session_of(reviewing)
    for _ in range(60):
        qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
        if (session.project.answers[:, DOG] != UNOBSERVED).all():
            break
    assert (session.project.answers[:, DOG] != UNOBSERVED).all()
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
    assert "last page" in demo_window.messages.label.text()


def test_esc_another_class_and_a_removed_class_end_it(qtbot, reviewing):
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_Escape)
    assert not reviewing.review.is_active
    assert not reviewing.review_bar.isVisible()
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_R)
    assert reviewing.review.is_active
    choose_class(reviewing.filter_bar, 0)
    assert not reviewing.review.is_active
    qtbot.keyClick(reviewing.grid, Qt.Key.Key_R)
    session = session_of(reviewing)
    session.project.decisions.set_classes(
        [record.definition for record in session.project.classes[1:]]
    )
    assert not reviewing.review.is_active


def test_without_a_class_the_key_says_what_to_do(qtbot, demo_window):
    library = demo_window.view.library
    library.grid.setFocus()
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.keyClick(library.grid, Qt.Key.Key_R)
    assert "Choose a class" in demo_window.messages.label.text()
    assert not library.review.is_active


def test_pictures(demo_window, reviewing, screenshot):
    reviewing.toggle_exception(reviewing.model.index(1))
    screenshot(demo_window, "window-class-review")


def test_the_line_below_the_photos_leads_to_the_review_of_the_class(qtbot, demo_window):
    library = demo_window.view.library
    assert not library.grid_line.review_link.isVisible()
    choose_class(library.filter_bar, DOG)
    assert library.grid_line.review_link.isVisible()
    assert "Review page by page" in library.grid_line.review_link.text()
    qtbot.mouseClick(library.grid_line.review_link, Qt.MouseButton.LeftButton)
    assert library.review.column == DOG
    assert not library.grid_line.review_link.isVisible()
    assert library.grid.hasFocus() or not demo_window.isActiveWindow()
    qtbot.mouseClick(library.review_bar.leave_button, Qt.MouseButton.LeftButton)
    assert library.grid_line.review_link.isVisible()
    choose_class(library.filter_bar, None)
    assert not library.grid_line.review_link.isVisible()


def test_taking_a_page_back_shows_that_page(qtbot, reviewing):
    first = page_rows(reviewing)
    for _ in range(3):
        qtbot.keyClick(reviewing.grid, Qt.Key.Key_Return)
    third_on = page_rows(reviewing)
    assert not set(first) & set(third_on)
    for _ in range(3):
        qtbot.keyClick(reviewing.grid, Qt.Key.Key_Backspace)
    assert page_rows(reviewing) == first
    assert reviewing.review.is_active


def told(library):
    """What the bar says, and what it should."""
    answers = list(library.review.page_answers().values())
    yes, no = answers.count(YES), answers.count(NO)
    return library.review_bar.what.text(), f"Enter answers {yes} yes, {no} no."


def test_the_bar_follows_whatever_changes_the_page(qtbot, demo_window, reviewing):
    session, seen = session_of(reviewing), set()
    for change in (
        lambda: demo_window.resize(1600, 1000),
        lambda: reviewing.grid_line.zoom.setValue(120),
        lambda: reviewing.side_panel.show_panel("Check"),
        lambda: reviewing.filter_bar.direction.click(),
        lambda: reviewing.filter_bar.text.setText("scene_1"),
        lambda: session.project.decisions.set_threshold(DOG, 0.9),
        lambda: session.project.decisions.answer(reviewing.model.rows[:2], DOG, YES),
    ):
        change()
        qtbot.waitUntil(lambda: told(reviewing)[0] not in seen)
        said, right = told(reviewing)
        assert said == right
        assert set(reviewing.review.page_answers()) <= set(page_rows(reviewing))
        seen.add(said)
    assert "dog ≥ 0.90" in reviewing.review_bar.title.text()
