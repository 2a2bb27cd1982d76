"""Labels first: their three looks, answers by a click, and a label that is typed."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.desktop.photo.test_photo_page import make_page

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def row(trained_session):
    return int(trained_session.project.facts.labels.values().sum(axis=1).argmax())


@pytest.fixture
def page(qtbot, trained_session, row):
    page = make_page(qtbot, trained_session)
    page.show_photo(row, list(range(10)))
    return page


@pytest.fixture
def other(trained_session, row):
    """A class that is no label of the photo."""
    return int(np.flatnonzero(~trained_session.project.facts.labels.values()[row])[0])


def named(page):
    return {button.label.name: button for button in page.labels.buttons}


def type_in(qtbot, page, text):
    page.labels.field.setFocus()
    qtbot.keyClicks(page.labels.field, text)
    return page.labels.field


def test_they_are_the_labels_of_the_photo(page, trained_session, row):
    project = trained_session.project
    names = {project.classes[c].name for c in np.flatnonzero(project.facts.predicted_row(row))}
    assert set(named(page)) == names
    assert not page.labels.nothing.isVisible()


def test_clicks_accept_reject_and_take_back(qtbot, page, trained_session, row):
    name, button = next(iter(named(page).items()))
    column = button.label.column
    for value, expected in ((YES, YES), (NO, NO), (NO, UNOBSERVED)):
        button = named(page)[name]
        qtbot.mouseClick(button, LEFT, pos=button.sign(value).center())
        assert trained_session.project.answers[row, column] == expected
    assert named(page)[name].label.word  # suggested again


def test_a_click_on_the_name_chooses_the_class(qtbot, page):
    button = page.labels.buttons[-1]
    qtbot.mouseClick(button, LEFT, pos=button.rect().topLeft() + button.rect().center() / 3)
    assert page.current_column == button.label.column


def test_a_label_is_added_by_typing_a_part_of_its_name(qtbot, page, trained_session, row, other):
    name = trained_session.project.classes[other].name
    field = type_in(qtbot, page, name[:3].upper())
    assert name in field.offered
    field = type_in(qtbot, page, name[3:])
    assert field.offered[0] == name
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert trained_session.project.answers[row, other] == YES
    assert (field.text(), page.current_column) == ("", other)
    assert QApplication.focusWidget() is page.table  # where the keys go on
    assert named(page)[name].label.answered


def test_a_new_name_becomes_a_class_and_both_are_undone(qtbot, page, trained_session, row):
    project = trained_session.project
    before = project.classes.names
    field = type_in(qtbot, page, "yellow unicorn")
    assert field.offered == ["New class “yellow unicorn”"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert project.classes.names == (*before, "yellow unicorn")
    assert project.answers[row, -1] == YES
    assert "yellow unicorn" in named(page)
    project.decisions.undo()
    project.decisions.undo()
    assert project.classes.names == before


def test_a_name_that_cannot_be_one_is_told(qtbot, page, trained_session):
    before = trained_session.project.classes.names
    field = type_in(qtbot, page, "x" * 300)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert trained_session.project.classes.names == before
    assert page.labels.problem.isVisible()
    type_in(qtbot, page, "y")
    assert not page.labels.problem.isVisible()


def test_no_key_of_the_page_acts_while_one_types(qtbot, page, trained_session, row):
    answers = trained_session.project.answers.copy()
    field = type_in(qtbot, page, "yn1 f")
    assert field.text() == "yn1 f"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), page.row) == ("", row)
    np.testing.assert_array_equal(trained_session.project.answers, answers)
    assert QApplication.focusWidget() is page.table
    qtbot.keyClick(page.table, Qt.Key.Key_T)
    assert QApplication.focusWidget() is field


def test_a_photo_without_labels_says_so(page, trained_session, row):
    for column in np.flatnonzero(trained_session.project.facts.predicted_row(row)).tolist():
        trained_session.project.decisions.set_threshold(column, 1.0)
    assert page.labels.buttons == []
    assert page.labels.nothing.isVisible()


def test_the_numbers_stay_open_from_photo_to_photo(qtbot, page):
    assert not page.table.is_showing_numbers
    page.numbers.click()
    qtbot.keyClick(page.table, Qt.Key.Key_Right)
    assert page.table.is_showing_numbers
