import numpy as np
import pytest

from cdul_app.measures.certainty import (
    CERTAINTY_WORDS,
    LIKELY,
    LIKELY_FROM,
    NONE,
    SURE,
    SURE_FROM,
    UNSURE,
    certainties,
    highest_score,
)
from cdul_app.measures.reviews import predicted_classes


def test_a_score_that_makes_no_label_is_none():
    scores = np.array([[np.nan, 0.39, 0.0]])
    assert certainties(scores, np.full(3, 0.4), highest=1.0).tolist() == [[NONE, NONE, NONE]]


@pytest.mark.parametrize("highest", [0.3, 1.0])
@pytest.mark.parametrize("share_of_highest", [0.0, 0.2, 0.6, 0.95])
def test_words_change_at_shares_of_the_way_from_the_threshold_to_the_highest(
    share_of_highest, highest
):
    threshold = share_of_highest * highest
    shares = np.array([[0.0, LIKELY_FROM - 0.01, LIKELY_FROM + 0.01, SURE_FROM - 0.01, 0.6, 1.0]])
    scores = threshold + shares * (highest - threshold)
    found = certainties(scores, np.full(6, threshold), highest=highest)
    assert found.tolist() == [[UNSURE, UNSURE, LIKELY, LIKELY, SURE, SURE]]


def test_each_label_has_a_word_and_no_other_has():
    random = np.random.default_rng(0)
    scores, thresholds = random.random((200, 7)).astype(np.float32), random.random(7)
    thresholds[:2] = 0, 1
    scores[:5] = np.nan
    scores[5] = 1
    codes = certainties(scores, thresholds, highest=0.9)
    np.testing.assert_array_equal(codes > NONE, predicted_classes(scores, thresholds))
    assert codes.dtype == np.int8
    assert [bool(word) for word in CERTAINTY_WORDS] == [False, True, True, True]


def test_the_order_of_scores_is_that_of_the_words():
    scores = np.sort(np.random.default_rng(1).random((50, 1)), axis=0)
    assert (np.diff(certainties(scores, np.array([0.3]), highest=0.8)[:, 0]) >= 0).all()


def test_a_label_at_a_threshold_above_the_highest_scores_is_sure():
    assert certainties(np.array([[0.9, 0.2]]), np.array([0.8, 0.8]), highest=0.5).tolist() == [
        [SURE, NONE]
    ]


def test_one_photo_does_not_decide_how_high_scores_are():
    scores = np.full((1000, 3), 0.2)
    scores[0, 0] = 1.0
    assert highest_score(scores) == pytest.approx(0.2)
    scores[:, 1] = np.nan
    assert highest_score(scores) == pytest.approx(0.2)
    assert highest_score(np.full((4, 2), np.nan)) == 1.0
