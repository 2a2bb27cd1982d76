from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.collection import class_statistics_table
from cdul_app.desktop.collection.class_statistics_table import ANSWERS, NAME
from cdul_app.desktop.collection.collection_page import CollectionPage
from cdul_app.desktop.collection.runs_table import RunsTable, flat_settings
from cdul_app.measures.reviews import NO, YES
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


def session_of(page):
    return page.window().view.session


def names(page):
    model = page.classes.rows
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_tiles_and_table_tell_what_is_there(page):
    session = session_of(page)
    labels = session.project.facts.labels.values()
    tiles = page.tiles.texts()
    assert tiles["photos"] == "60"
    assert tiles["labels a photo"] == f"{labels.sum() / 60:.2f}"
    model = page.classes.rows
    counts = [int(model.index(row, 1).data()) for row in range(model.rowCount())]
    assert counts == sorted(labels.sum(axis=0).tolist(), reverse=True)
    assert page.per_photo.text().endswith(f"6 or more: {(labels.sum(axis=1) >= 6).sum()}")


def test_answers_change_it_while_it_is_shown(qtbot, page):
    session_of(page).project.decisions.answer(np.arange(10), 0, YES)
    qtbot.waitUntil(lambda: page.tiles.texts()["answers"] == "10")
    row = names(page).index("house")
    assert page.classes.rows.index(row, ANSWERS).data() == "10 yes, 0 no"


def test_scores_are_counted_class_by_class_while_the_window_answers(qtbot, page, monkeypatch):
    rows = page.classes.rows.rows
    assert all(row.histogram.max() == 1 for row in rows)  # of few photos at once
    monkeypatch.setattr(class_statistics_table, "_SECONDS_AT_ONCE", 0)
    page.refresh()
    left = page.classes.rows.rows
    assert [bool(row.histogram.any()) for row in left] == [True] + [False] * (len(left) - 1)
    qtbot.waitUntil(lambda: all(row.histogram.any() for row in left))
    for row, counted in zip(rows, left, strict=True):
        np.testing.assert_array_equal(row.histogram, counted.histogram)


def test_headers_sort_and_enter_shows_the_photos_of_a_class(qtbot, page, demo_window):
    page.classes.horizontalHeader().sectionClicked.emit(NAME)
    assert names(page) == sorted(names(page))
    page.classes.horizontalHeader().sectionClicked.emit(NAME)
    assert names(page) == sorted(names(page), reverse=True)
    page.classes.selectRow(names(page).index("dog"))
    page.classes.setFocus()
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.keyClick(page.classes, Qt.Key.Key_Return)
    view = demo_window.view
    assert view.stack.currentWidget() is view.library
    dog = [record.name for record in view.session.project.classes].index("dog")
    assert view.library.column == dog
    assert view.library.model.rowCount() == view.session.project.facts.labels.values()[:, dog].sum()


def test_a_pair_is_pointed_at_by_mouse_and_by_keys(qtbot, page, demo_window):
    pairs, session = page.pairs, session_of(page)
    labels = session.project.facts.labels.values()
    pairs.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(pairs, key)
    order = np.argsort(-labels.sum(axis=0), kind="stable")
    first, second = int(order[0]), int(order[1])
    both = int((labels[:, first] & labels[:, second]).sum())
    sentence, names = pairs.sentence(), session.project.classes.names
    assert sentence.startswith(f"{names[first]} and {names[second]}: {both} photos")
    qtbot.keyClick(pairs, Qt.Key.Key_Return)
    assert demo_window.view.stack.currentWidget() is demo_window.view.library
    demo_window.view.show_collection()
    qtbot.mouseMove(pairs, QPoint(3, 3))
    assert pairs.sentence() == ""


def test_runs_stand_side_by_side_with_what_differs(page):
    runs = session_of(page).project.runs.all()
    assert page.runs.table.model().rowCount() == len(runs) == 2
    page.runs.table.selectAll()
    assert [row.run.identifier for row in page.runs.compared()] == [run.identifier for run in runs]
    table = page.runs.comparison.model()
    names = [table.headerData(row, Qt.Orientation.Vertical) for row in range(table.rowCount())]
    first, second = (table.index(names.index("epochs"), column) for column in range(2))
    assert first.data() == flat_settings(runs[0])["epochs"]
    assert second.data() == "–"
    assert first.data(Qt.ItemDataRole.FontRole).bold()


def test_of_more_than_three_runs_the_newest_are_compared(qtbot, trained_session):
    project = trained_session.project
    for zeta in (0.2, 0.4):
        scoring = replace(project.settings.scoring, zeta=zeta)
        run_task(score_project(project.location, scoring))
    runs = RunsTable(trained_session)
    qtbot.addWidget(runs)
    runs.refresh()
    runs.table.selectAll()
    assert runs.table.model().rowCount() == 4
    newest = [run.identifier for run in project.runs.all()[:3]]
    assert [row.run.identifier for row in runs.compared()] == newest


def test_curves_of_selected_runs_lie_over_each_other(page):
    table = page.runs.table
    table.clearSelection()
    assert page.runs.curves is None or not page.runs.curves.isVisible()
    table.selectAll()
    plots = page.runs.curves.plots
    (curve,) = plots["Loss"].listDataItems()  # the scoring run has no epochs
    run = session_of(page).project.runs.all()[0]
    assert len(curve.getData()[0]) == len(session_of(page).project.runs.history(run.identifier))
    assert curve.name() == f"Run {run.identifier}"
    table.selectRow(1)
    assert not page.runs.curves.isVisible()


def test_esc_and_the_button_go_back(qtbot, page, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    qtbot.keyClick(page.classes, Qt.Key.Key_Escape)
    assert demo_window.view.stack.currentWidget() is demo_window.view.library
    demo_window.view.show_collection()
    qtbot.mouseClick(page.bar.back, Qt.MouseButton.LeftButton)
    assert demo_window.view.stack.currentWidget() is demo_window.view.library


def test_before_there_is_anything_it_says_so_and_scores_are_not_needed(qtbot, new_session):
    page = CollectionPage(new_session)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    assert page.empty.isVisible()
    new_session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    qtbot.waitUntil(lambda: not page.empty.isVisible())
    new_session.project.decisions.answer([0], 1, NO)
    qtbot.waitUntil(lambda: page.tiles.texts()["answers"] == "1")
    page.close_page()


@pytest.mark.parametrize("answered", [False, True])
def test_pictures(page, demo_window, screenshot, answered):
    if answered:
        session = session_of(page)
        session.project.decisions.answer(np.arange(0, 20), 3, YES)
        session.project.decisions.answer(np.arange(20, 60), 3, NO)
        session.project.decisions.answer(np.arange(0, 30), 8, NO)
        page.refresh()
        page.runs.table.selectAll()
    screenshot(demo_window, "window-collection-answered" if answered else "window-collection")
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    if answered:
        screenshot(demo_window, "window-collection-runs")
