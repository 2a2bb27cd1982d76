import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.library.finding.filter_bar import FilterBar
from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.project.finding.photo_filter import (
    ERRORS,
    LabelWanted,
    PhotoFilter,
    SortKey,
    filtered_rows,
)


def test_likely_errors_are_a_review_order(trained_session):
    rows = filtered_rows(
        trained_session.project, PhotoFilter(sort=SortKey.LIKELY_ERRORS, descending=True)
    )
    doubts = trained_session.project.facts.likely_errors()
    assert sorted(rows) == list(range(len(trained_session.project.photos)))
    assert (np.diff(doubts[rows]) <= 0).all()


def test_the_bar_offers_them_worst_first(qtbot, trained_session):
    bar = FilterBar(trained_session)
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.changed) as changed:
        bar.sort.setCurrentIndex(bar.sort.findText("Likely errors"))
    assert changed.args[0].sort is SortKey.LIKELY_ERRORS
    assert changed.args[0].descending


@pytest.mark.parametrize("wanted", list(ERRORS))
def test_errors_are_the_photos_where_label_and_truth_differ(trained_session, wanted):
    truth = trained_session.project.truth.labels()
    shown = trained_session.project.facts.labels.values()
    found = 0
    for column in range(len(trained_session.project.classes)):
        rows = filtered_rows(trained_session.project, PhotoFilter(column=column, label=wanted))
        has = wanted is LabelWanted.FALSE_POSITIVE
        expected = (shown[:, column] == has) & (truth[:, column] == (not has))
        assert list(rows) == list(np.flatnonzero(expected))
        found += len(rows)
    assert found > 0
    trained_session.project.truth.clear()
    assert len(filtered_rows(trained_session.project, PhotoFilter(column=0, label=wanted))) == 0


def test_errors_can_be_chosen_while_truth_is_loaded(qtbot, trained_session):
    bar = FilterBar(trained_session)
    qtbot.addWidget(bar)
    trained_session.truth_changed.connect(bar.refresh)
    bar.show_errors(3, LabelWanted.FALSE_NEGATIVE)
    assert (bar.filter.column, bar.filter.label) == (3, LabelWanted.FALSE_NEGATIVE)
    file = trained_session.project.truth.file
    trained_session.project.truth.clear()
    assert bar.filter.label is LabelWanted.ANY
    assert bar.label.count() == 4
    trained_session.project.truth.load(file)
    assert bar.label.count() == 6


def test_the_results_panel_shows_the_photos_behind_the_errors(qtbot, trained_session):
    page = LibraryPage(trained_session, trained_session.project.decisions.undo)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.side_panel.show_panel("Quality")
    panel = page.side_panel.panels["Quality"]
    qtbot.waitUntil(lambda: panel.plot is not None)
    button = panel.error_buttons[LabelWanted.FALSE_POSITIVE]
    for row in range(len(trained_session.project.classes)):
        panel.classes.clicked.emit(panel.classes.model().index(row, 0))
        if button.isEnabled():
            break
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    count = int(button.text().split()[0])
    assert count == len(page.model.rows) > 0
    assert page.filter_bar.filter.label is LabelWanted.FALSE_POSITIVE
    page.close_page()
    page.side_panel.release()
