import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.measures.likely_errors import label_doubt, photo_doubt

SHAPE = (6, 4)
labels = arrays(np.bool_, SHAPE)
predictions = arrays(np.float64, SHAPE, elements=st.floats(0, 1))


@given(labels, predictions)
def test_doubt_is_one_less_the_self_confidence(given_labels: np.ndarray, predicted: np.ndarray):
    doubt = label_doubt(given_labels, predicted)
    for place in np.ndindex(SHAPE):
        confidence = predicted[place] if given_labels[place] else 1 - predicted[place]
        assert doubt[place] == pytest.approx(1 - confidence)


@given(predictions, st.floats(0.05, 1))
def test_a_photo_lies_between_its_mildest_and_worst_doubt(doubt: np.ndarray, weight: float):
    photos = photo_doubt(doubt, weight=weight)
    assert (photos <= doubt.max(axis=1) + 1e-12).all()
    assert (photos >= doubt.min(axis=1) - 1e-12).all()
    np.testing.assert_allclose(photo_doubt(doubt[:, ::-1], weight=weight), photos)
    for row, worst_last in zip(photos, np.sort(doubt, axis=1), strict=True):
        expected = worst_last[0]
        for value in worst_last[1:]:
            expected = weight * value + (1 - weight) * expected
        assert row == pytest.approx(expected)


def test_answers_are_not_in_doubt_and_what_is_unknown_is_left_out():
    shown = np.array([[1, 0], [1, 0], [1, 0]])
    predicted = np.array([[0.1, 0.2], [np.nan, 0.2], [np.nan, np.nan]])
    answers = np.array([[1, -1], [-1, -1], [-1, -1]])
    doubt = label_doubt(shown, predicted, answers)
    np.testing.assert_allclose(doubt[0], [0, 0.2])
    photos = photo_doubt(doubt)
    assert photos[0] == pytest.approx(0.16)
    assert photos[1] == pytest.approx(0.2)
    assert np.isnan(photos[2])


def test_input_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="shapes differ"):
        label_doubt(np.zeros((2, 2)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        label_doubt(np.zeros((1, 1)), np.full((1, 1), 1.5))
    with pytest.raises(ValueError, match="weight"):
        photo_doubt(np.zeros((1, 1)), weight=0)
    with pytest.raises(ValueError, match="n_classes"):
        photo_doubt(np.zeros(3))
