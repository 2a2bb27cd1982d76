import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, f1_score

from cdul_app.measures.metrics import (
    average_precision,
    macro_f1,
    mean_average_precision,
    per_class_average_precision,
    per_class_f1,
)

truths = arrays(np.int8, 40, elements=st.integers(0, 1)).filter(lambda labels: labels.any())
# Few distinct values, so that ties are the rule.
tied_scores = arrays(np.float64, 40, elements=st.sampled_from([0.0, 0.1, 0.5, 0.5000001, 0.9, 1]))


@given(truths, tied_scores)
def test_average_precision_equals_scikit_learn_ties_included(
    truth: np.ndarray, scores: np.ndarray
) -> None:
    assert average_precision(truth, scores) == pytest.approx(average_precision_score(truth, scores))


@given(truths, tied_scores, st.permutations(range(40)))
def test_the_order_of_photos_does_not_matter(
    truth: np.ndarray, scores: np.ndarray, order: list[int]
) -> None:
    assert average_precision(truth[order], scores[order]) == pytest.approx(
        average_precision(truth, scores)
    )


def test_a_class_without_positives_is_nan_and_left_out_of_the_mean() -> None:
    truth = np.array([[1, 0, 0], [0, 0, 1], [1, 0, 1]])
    scores = np.array([[0.9, 0.5, 0.1], [0.1, 0.2, 0.8], [0.8, 0.1, 0.7]])
    values = per_class_average_precision(truth, scores)
    assert values[0] == 1
    assert np.isnan(values[1])
    assert mean_average_precision(truth, scores) == 1
    assert np.isnan(mean_average_precision(np.zeros((3, 2), int), scores[:, :2]))
    assert np.isnan(average_precision(truth[:, 1], scores[:, 1]))


@given(
    arrays(np.int8, (12, 3), elements=st.integers(0, 1)).filter(lambda t: t.any(axis=0).all()),
    arrays(np.int8, (12, 3), elements=st.integers(0, 1)),
)
def test_f1_equals_scikit_learn(truth: np.ndarray, predicted: np.ndarray) -> None:
    expected = f1_score(truth, predicted, average=None, zero_division=0)
    assert per_class_f1(truth, predicted) == pytest.approx(expected)
    assert macro_f1(truth, predicted) == pytest.approx(expected.mean())


def test_input_that_cannot_be_ranked_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        average_precision(np.array([1, 0]), np.array([0.1]))
    with pytest.raises(ValueError, match="0 and 1"):
        average_precision(np.array([1, 2]), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="NaN"):
        average_precision(np.array([1, 0]), np.array([0.1, np.nan]))
    with pytest.raises(ValueError, match="axes"):
        average_precision(np.zeros(0), np.zeros(0))
