"""The order of the photos, and the one that is there only while something is searched for."""

import pytest

from cdul_app.desktop.library.finding.sort_box import SortBox
from cdul_app.project.photo_filter import SortKey


@pytest.fixture
def box(qtbot) -> SortBox:
    box = SortBox(None)
    qtbot.addWidget(box)
    return box


def test_an_order_that_is_taken_away_becomes_that_by_name(qtbot, box: SortBox):
    heard = []
    box.changed.connect(lambda key, descending: heard.append((key, descending)))
    box.offer_similarity(True)
    box.offer_similarity(True)  # once is enough
    assert box.keys.count() == len(SortKey)
    box.choose(SortKey.SIMILARITY)
    box.offer_similarity(False)
    assert box.key is SortKey.NAME
    assert heard == [(SortKey.SIMILARITY, True), (SortKey.NAME, False)]
    assert box.keys.findData(SortKey.SIMILARITY) < 0


def test_another_order_stays_when_similarity_is_taken_away(qtbot, box: SortBox):
    box.offer_similarity(True)
    box.choose(SortKey.MARGIN)
    box.offer_similarity(False)
    assert box.key is SortKey.MARGIN
