"""Deciding in the grid with single keys."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.navigator.class_like_dialog import ClassLikeDialog
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.desktop.conftest import choose_class


@pytest.fixture
def library(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    library = demo_window.view.library
    library.grid.setFocus()
    library.choose_place(0)
    return library


@pytest.fixture
def session(demo_window):
    return demo_window.view.session


def current_row(library):
    return int(library.selected_rows()[0])


def test_digits_toggle_the_first_twenty_classes(qtbot, library, session):
    row = current_row(library)
    had = bool(session.project.facts.predicted_row(row)[2])
    qtbot.keyClick(library.grid, Qt.Key.Key_3)
    assert session.project.answers[row, 2] == (NO if had else YES)
    qtbot.keyClick(library.grid, Qt.Key.Key_3)
    assert session.project.answers[row, 2] == (YES if had else NO)
    qtbot.keyClick(library.grid, Qt.Key.Key_0)
    assert session.project.answers[row, 9] != UNOBSERVED
    qtbot.keyClick(library.grid, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    assert session.project.answers[row, 11] != UNOBSERVED
    qtbot.keyClick(library.grid, Qt.Key.Key_0, Qt.KeyboardModifier.ShiftModifier)  # no class 20
    assert (session.project.answers != UNOBSERVED).sum() == 3


def test_digits_of_several_photos_make_them_alike(qtbot, library, session):
    qtbot.keyClick(library.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(library.selected_rows()) == 60
    qtbot.keyClick(library.grid, Qt.Key.Key_1)
    assert (session.project.answers[:, 0] == YES).all()
    qtbot.keyClick(library.grid, Qt.Key.Key_1)
    assert (session.project.answers[:, 0] == NO).all()
    qtbot.keyClick(library.grid, Qt.Key.Key_Backspace)
    assert (session.project.answers[:, 0] == YES).all()


def test_tab_goes_to_the_next_photo_that_is_not_reviewed(qtbot, library, session, demo_window):
    order = library.model.rows
    session.project.decisions.answer(order[[1, 2]], 0, YES)
    qtbot.keyClick(library.grid, Qt.Key.Key_Tab)
    assert current_row(library) == order[3]
    qtbot.keyClick(library.grid, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert current_row(library) == order[0]
    session.project.decisions.answer(np.arange(60), 1, NO)
    qtbot.keyClick(library.grid, Qt.Key.Key_Tab)
    assert "reviewed" in demo_window.messages.label.text()
    choose_class(library.filter_bar, 5)  # of a chosen class, only its own answers count
    library.choose_place(0)
    qtbot.keyClick(library.grid, Qt.Key.Key_Tab)
    assert current_row(library) == library.model.rows[1]


def test_f_flags_and_takes_the_flag_away(qtbot, library, session):
    row = current_row(library)
    qtbot.keyClick(library.grid, Qt.Key.Key_F)
    assert np.flatnonzero(session.project.flags).tolist() == [row]
    qtbot.keyClick(library.grid, Qt.Key.Key_F)
    assert not session.project.flags.any()


def test_backspace_shows_what_it_took_back(qtbot, library, session):
    choose_class(library.filter_bar, 0)
    library.choose_place(0)
    row = current_row(library)
    qtbot.keyClick(library.grid, Qt.Key.Key_Y)
    assert current_row(library) != row
    library.choose_place(20)
    qtbot.keyClick(library.grid, Qt.Key.Key_Backspace)
    assert session.project.answers[row, 0] == UNOBSERVED
    assert current_row(library) == row


def test_on_a_photo_an_answer_goes_on_where_one_class_is_reviewed(qtbot, library, demo_window):
    view, session = demo_window.view, demo_window.view.session
    choose_class(library.filter_bar, 3)
    library.choose_place(0)
    qtbot.keyClick(library.grid, Qt.Key.Key_Return)
    first = view.photo.row
    qtbot.keyClick(view.photo.table, Qt.Key.Key_Y)
    assert session.project.answers[first, 3] == YES
    assert view.photo.row != first
    qtbot.keyClick(view.photo.table, Qt.Key.Key_F)
    assert session.project.flags[view.photo.row]
    assert view.photo.header.flag.isChecked()
    qtbot.keyClick(view.photo.table, Qt.Key.Key_Backspace)  # the flag
    qtbot.keyClick(view.photo.table, Qt.Key.Key_Backspace)  # the answer
    assert view.photo.row == first
    assert session.project.answers[first, 3] == UNOBSERVED
    qtbot.keyClick(view.photo.table, Qt.Key.Key_5)
    assert session.project.answers[first, 4] != UNOBSERVED
    assert view.photo.current_column == 4


def test_undo_says_where_the_filter_hides_what_it_touched(qtbot, library, session, demo_window):
    row = current_row(library)
    session.project.decisions.answer([row], 0, YES)
    library.filter_bar.text.setText("NOT reviewed")
    qtbot.waitUntil(lambda: library.model.rowCount() == 59)
    qtbot.keyClick(library.grid, Qt.Key.Key_Backspace)
    assert session.project.answers[row, 0] == UNOBSERVED
    assert demo_window.messages.label.text().endswith("The filter hides what that was about.")
    session.project.decisions.flag([row], True)
    library.filter_bar.text.setText("")
    qtbot.waitUntil(lambda: library.model.rowCount() == 60)
    qtbot.keyClick(library.grid, Qt.Key.Key_Backspace)
    assert demo_window.messages.label.text() == "Undid flag on 1 photo."


def test_the_menu_of_photos_answers_for_the_chosen_class(library, session, demo_window):
    choose_class(library.filter_bar, 4)
    library.grid.selectAll()
    menu = demo_window.view.grid_keys.make_menu()
    entries = {entry.text().split("\t")[0]: entry for entry in menu.actions()}
    name = session.project.classes[4].name
    entries[f"No: {name}"].trigger()
    assert (session.project.answers[:, 4] == NO).all()
    entries[f"Clear the answer: {name}"].trigger()
    assert (session.project.answers == UNOBSERVED).all()
    entries[f"Yes: {name}"].trigger()
    assert (session.project.answers[:, 4] == YES).all()
    menu.close()


def test_undo_on_a_photo_says_so_too(qtbot, library, session, demo_window):
    view, order = demo_window.view, library.model.rows
    session.project.decisions.answer([order[9]], 0, YES)
    view.photo.show_photo(int(order[0]), [int(row) for row in order[:3]])
    view.stack.setCurrentWidget(view.photo)
    view.photo.setFocus()
    qtbot.keyClick(view.photo.table, Qt.Key.Key_Backspace)
    assert session.project.answers[order[9], 0] == UNOBSERVED
    assert view.photo.row == order[0]
    assert demo_window.messages.label.text().endswith("The filter hides what that was about.")


def test_f_flags_all_of_several_photos_before_it_takes_their_flags(qtbot, library, session):
    session.project.decisions.flag([3], True)
    qtbot.keyClick(library.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(library.grid, Qt.Key.Key_F)
    assert session.project.flags.all()
    qtbot.keyClick(library.grid, Qt.Key.Key_F)
    assert not session.project.flags.any()


def test_back_goes_to_the_nearest_photo_that_is_not_reviewed(qtbot, library, session):
    order = library.model.rows
    session.project.decisions.answer([order[4]], 0, YES)
    library.choose_place(5)
    qtbot.keyClick(library.grid, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert current_row(library) == order[3]
    library.choose_place(0)  # at the first one it goes on from the last
    qtbot.keyClick(library.grid, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert current_row(library) == order[59]


def menu_entries(demo_window) -> dict:
    menu = demo_window.view.grid_keys.make_menu()
    return {entry.text().split("\t")[0]: entry for entry in menu.actions()}


def test_selected_photos_describe_the_chosen_class_and_it_can_be_undone(
    library, session, demo_window
):
    choose_class(library.filter_bar, 4)
    name, before = session.project.classes[4].name, session.project.classes[4].definition
    library.choose_place(2)
    path = session.project.photos.paths[int(library.selected_rows()[0])]
    menu_entries(demo_window)[f"{name} looks like these"].trigger()
    assert session.project.classes[4].definition.prompts == (*before.prompts, f"@{path}")
    notice = demo_window.messages
    assert notice.label.text().startswith(f"“{name}” is described by this photo as well.")
    demo_window.view.undo()
    assert session.project.classes[4].definition == before


def test_a_new_class_like_selected_photos_is_named_in_a_dialog(
    qtbot, library, session, demo_window, monkeypatch: pytest.MonkeyPatch
):
    seen = []

    def fill_in(dialog: ClassLikeDialog) -> int:
        assert not dialog.accept_button.isEnabled()
        qtbot.keyClicks(dialog.name, "my thing")
        dialog.alone.click()
        assert dialog.accept_button.isEnabled()
        seen.append(dialog.accept_button.text())
        return 1

    monkeypatch.setattr(ClassLikeDialog, "exec", fill_in)
    library.choose_place(1)
    path = session.project.photos.paths[int(library.selected_rows()[0])]
    menu_entries(demo_window)["New class like these…"].trigger()
    assert seen == ["Add class"]
    assert session.project.classes[-1].definition == ClassDefinition("my thing", ("-", f"@{path}"))
    assert session.current_class.name == "my thing"
    demo_window.view.undo()
    assert "my thing" not in session.project.classes.names


def test_a_page_of_answers_tells_what_moved_and_is_undone_whole(library, session, demo_window):
    project = session.project
    for column in range(len(project.classes)):
        library.review_class(column)
        thresholds, answers = project.classes.thresholds, project.answers.copy()
        for row in list(library.review.page_answers())[::2]:
            library.review.toggle(row)
        library.accept_page()
        told = demo_window.messages.label.text()
        if " now." in told:
            break
        library.review.stop()
    name = project.classes[column].name
    assert re.search(rf"\d+ (more|fewer) photos? (is|are) “{name}” now\.$", told)
    demo_window.view.undo()
    assert np.array_equal(project.classes.thresholds, thresholds)
    assert np.array_equal(project.answers, answers)
