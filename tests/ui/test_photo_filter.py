import numpy as np

from cdul_app.ui.filter_bar import FilterBar
from cdul_app.ui.photo_filter import PhotoFilter, SortKey, filtered_rows


def test_likely_errors_are_a_review_order(trained_session):
    rows = filtered_rows(trained_session, PhotoFilter(sort=SortKey.LIKELY_ERRORS, descending=True))
    doubts = trained_session.likely_errors()
    assert sorted(rows) == list(range(len(trained_session.photos)))
    assert (np.diff(doubts[rows]) <= 0).all()


def test_the_bar_offers_them_worst_first(qtbot, trained_session):
    bar = FilterBar(trained_session)
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.changed) as changed:
        bar.sort.setCurrentIndex(bar.sort.findText("Likely errors"))
    assert changed.args[0].sort is SortKey.LIKELY_ERRORS
    assert changed.args[0].descending
