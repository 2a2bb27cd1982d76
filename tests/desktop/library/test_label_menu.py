"""A label in the grid is a button: its menu names what it is about."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from cdul_app.desktop.library.label_menu import label_menu
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.finding.photo_filter import LabelWanted
from cdul_app.project.labels.label_states import photo_labels
from tests.desktop.conftest import settle


def entries(menu):
    return [entry.text() for entry in menu.actions() if not entry.isSeparator()]


def choose(menu, text):
    next(entry for entry in menu.actions() if entry.text() == text).trigger()


@pytest.fixture
def library(demo_window):
    settle(demo_window)
    return demo_window.view.library


@pytest.fixture
def chip(library):
    """The first label in the grid, with where it is."""
    grid = library.grid
    labels = library._project.facts.labels.values()[library.model.rows]
    place = int(np.flatnonzero(labels.any(axis=1))[0])
    cell = grid.visualRect(library.model.index(place))
    points = (cell.topLeft() + QPoint(12, y) for y in range(cell.height()))
    found = next(point for point in points if grid.chip_at(point + QPoint(0, 6)))
    return grid.chip_at(found + QPoint(0, 6)), found + QPoint(0, 6)


def open_menu(qtbot, library, point):
    qtbot.mouseClick(library.grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    (menu,) = library.grid.findChildren(QMenu)
    return menu


def test_a_click_offers_yes_no_and_the_photos_of_the_class(qtbot, library, chip):
    place, point = chip
    (label,) = place.labels
    library.choose_place(1)
    menu = open_menu(qtbot, library, point)
    assert entries(menu) == [
        label.describe(), f"Yes: {label.name}", f"No: {label.name}",
        f"Show photos with {label.name}",
    ]  # fmt: skip
    assert library.grid.selected_places().tolist() == [1]  # what was selected stays
    choose(menu, f"No: {label.name}")
    assert library._project.answers[place.row, label.column] == NO
    menu.close()


def test_an_answer_can_be_taken_back(qtbot, library, chip):
    place, _ = chip
    column = place.labels[0].column
    library._project.decisions.answer([place.row], column, YES)
    (label,) = [each for each in photo_labels(library._project, place.row) if each.answered]
    menu = label_menu(library._project, place.row, [label], print, library)
    assert f"Yes: {label.name}" not in entries(menu)
    choose(menu, f"Take the answer back: {label.name}")
    assert library._project.answers[place.row, column] == UNOBSERVED


def test_the_photos_with_a_label_are_shown(qtbot, library, chip):
    place, point = chip
    menu = open_menu(qtbot, library, point)
    choose(menu, f"Show photos with {place.labels[0].name}")
    shown = library.filter_bar.filter
    assert (shown.column, shown.label) == (place.labels[0].column, LabelWanted.HAS)
    menu.close()


def test_several_have_a_menu_each(library):
    project = library._project
    for column in (0, 1, 2):
        project.decisions.answer([0], column, YES)
    labels = [label for label in photo_labels(project, 0) if label.answered]
    menu = label_menu(project, 0, labels, print, library)
    assert [text.split("  ")[0] for text in entries(menu)] == [each.name for each in labels]
    choose(menu.actions()[1].menu(), f"No: {labels[1].name}")
    assert project.answers[0, labels[1].column] == NO


def test_the_chip_under_the_mouse_is_shown_and_no_button_while_a_class_is_reviewed(
    qtbot, library, chip
):
    place, point = chip
    viewport = library.grid.viewport()
    qtbot.mouseMove(viewport, point)
    qtbot.waitUntil(lambda: library.delegate.hovered is not None)
    assert library.delegate.hovered == (place.row, place.labels[0].column)
    assert viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor
    qtbot.mouseMove(viewport, QPoint(2, 2))
    qtbot.waitUntil(lambda: library.delegate.hovered is None)
    library._session.current_class.choose(0)
    library.toggle_class_review()
    assert library.grid.chip_at(point) is None


def test_the_tooltip_of_a_photo_lists_all_labels(library):
    project = library._project
    for column in range(len(project.classes)):
        project.decisions.answer([0], column, YES)
    index = library.model.index(library.model.place_of(0))
    tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
    for name in project.classes.names:
        assert f"{name}: confirmed by you" in tip
