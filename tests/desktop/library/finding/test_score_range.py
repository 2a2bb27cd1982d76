import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from cdul_app.desktop.library.finding.score_range import ScoreRangePopup

SCORES = np.array([0.05, 0.2, 0.4, 0.405, 0.6, 0.9, 1.0, np.nan], dtype=np.float32)


@pytest.fixture
def popup(qtbot):
    popup = ScoreRangePopup(None)
    qtbot.addWidget(popup)
    popup.show_class("dog", SCORES, np.ones(len(SCORES), dtype=bool), None, QColor("#0072B2"))
    popup.resize(320, 180)
    popup.show()
    popup.heard = []
    popup.range_changed.connect(popup.heard.append)
    return popup


def drag(qtbot, histogram, start, end):
    def place(score):
        return QPoint(round(histogram.place_of(score)), 20)

    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(histogram, left, pos=place(start))
    qtbot.mouseMove(histogram, place((start + end) / 2))
    qtbot.mouseMove(histogram, place(end))
    qtbot.mouseRelease(histogram, left, pos=place(end))


def test_dragging_an_end(qtbot, popup):
    assert popup.count.text() == "7 photos"
    assert not popup.clear_button.isEnabled()
    drag(qtbot, popup.histogram, 0, 0.4)
    assert popup.heard[-1] == pytest.approx((0.4, 1.0), abs=0.011)
    drag(qtbot, popup.histogram, 1, 0.6)
    low, high = popup.heard[-1]
    assert (low, high) == pytest.approx((0.4, 0.6), abs=0.011)
    expected = int(((np.float32(low) <= SCORES) & (np.float32(high) >= SCORES)).sum())
    assert popup.count.text() == f"{expected} photos"
    assert (popup.low.value(), popup.high.value()) == (low, high)


def test_dragging_across_begins_a_new_range(qtbot, popup):
    drag(qtbot, popup.histogram, 0.7, 0.3)
    assert popup.heard[-1] == pytest.approx((0.3, 0.7), abs=0.011)


def test_an_end_pushes_the_other_one(qtbot, popup):
    popup.high.setValue(0.5)
    popup.low.setValue(0.8)
    assert popup.heard[-1] == (0.8, 0.8)
    assert popup.count.text() == "0 photos"


def test_the_keyboard_moves_the_ends(qtbot, popup):
    histogram = popup.histogram
    histogram.setFocus()
    qtbot.keyClick(histogram, Qt.Key.Key_PageUp)
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert popup.heard[-1] == (0.06, 1.0)
    qtbot.keyClick(histogram, Qt.Key.Key_Space)
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert popup.heard[-1] == (0.06, 0.99)
    assert popup.count.text() == "5 photos"


def test_any_score_is_no_range(qtbot, popup):
    popup.low.setValue(0.5)
    qtbot.mouseClick(popup.clear_button, Qt.MouseButton.LeftButton)
    assert popup.heard[-1] is None
    assert popup.count.text() == "7 photos"


def test_only_photos_that_the_rest_of_the_filter_shows_are_counted(popup):
    among = np.zeros(len(SCORES), dtype=bool)
    among[[1, 4, 7]] = True
    popup.show_class("dog", SCORES, among, (0.5, 1.0), QColor("#0072B2"))
    assert popup.count.text() == "1 photo"
    assert (popup.histogram.low, popup.histogram.high) == (0.5, 1.0)


def test_both_ends_at_the_top_can_be_pulled_down_again(qtbot, popup):
    popup.low.setValue(1.0)
    assert popup.heard[-1] == (1.0, 1.0)
    drag(qtbot, popup.histogram, 1.0, 0.5)
    assert popup.heard[-1] == pytest.approx((0.5, 1.0), abs=0.011)


def test_by_keys_an_end_pushes_the_other_one_too(qtbot, popup):
    histogram = popup.histogram
    histogram.setFocus()
    histogram.set_range(0.5, 0.52)
    for _ in range(2):  # the low end first, then the high one
        for _ in range(3):
            away = Qt.Key.Key_Left if histogram._high_end else Qt.Key.Key_Right
            qtbot.keyClick(histogram, away)
        assert popup.heard[-1] == ((0.5, 0.5) if histogram._high_end else (0.53, 0.53))
        qtbot.keyClick(histogram, Qt.Key.Key_Space)
