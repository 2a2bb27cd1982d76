import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score
from sklearn.metrics import precision_recall_curve as sklearn_curve

from cdul_app.measures.metrics import (
    average_precision,
    best_thresholds,
    calibration_error,
    class_f1,
    macro_f1,
    mean_average_precision,
    overall_f1,
    per_class_average_precision,
    per_class_f1,
    per_class_precision_recall,
    precision_recall_curve,
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


SHAPE = (12, 3)
labels = arrays(np.int8, SHAPE, elements=st.integers(0, 1))
truth_tables = labels.filter(lambda values: values.any(axis=0).all())
tied_tables = arrays(np.float64, SHAPE, elements=st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]))


@given(truth_tables, labels)
def test_precision_recall_cf1_and_of1_equal_scikit_learn(truth: np.ndarray, predicted: np.ndarray):
    precision = precision_score(truth, predicted, average=None, zero_division=0)
    recall = recall_score(truth, predicted, average=None, zero_division=0)
    ours = per_class_precision_recall(truth, predicted)
    assert ours[0] == pytest.approx(precision)
    assert ours[1] == pytest.approx(recall)
    means = precision.mean(), recall.mean()
    expected = 2 * means[0] * means[1] / sum(means) if sum(means) else 0
    assert class_f1(truth, predicted) == pytest.approx(expected)
    assert overall_f1(truth, predicted) == pytest.approx(
        f1_score(truth, predicted, average="micro", zero_division=0)
    )


@given(labels, tied_tables, st.integers(1, 20))
def test_the_calibration_error_equals_its_definition_bin_by_bin(
    truth: np.ndarray, scores: np.ndarray, bins: int
):
    total = 0.0
    for column in range(SHAPE[1]):
        for place in range(bins):
            top = scores[:, column] <= 1 if place == bins - 1 else False
            inside = (scores[:, column] * bins >= place) & (
                (scores[:, column] * bins < place + 1) | top
            )
            if inside.any():
                gap = truth[inside, column].mean() - scores[inside, column].mean()
                total += inside.mean() * abs(gap)
    error = calibration_error(truth, scores, bins=bins)
    assert error == pytest.approx(total / SHAPE[1], abs=1e-12)
    assert 0 <= error <= 1


@given(truth_tables)
def test_certain_and_right_scores_have_no_calibration_error(truth: np.ndarray):
    assert calibration_error(truth, truth.astype(float)) == 0
    assert calibration_error(truth, 1.0 - truth) == 1


@given(truth_tables, tied_tables)
def test_the_curve_equals_scikit_learn_and_its_steps_sum_to_the_average_precision(
    truth: np.ndarray, scores: np.ndarray
):
    curve = precision_recall_curve(truth[:, 0], scores[:, 0])
    precision, recall, thresholds = sklearn_curve(truth[:, 0], scores[:, 0])
    np.testing.assert_allclose(curve.precision[::-1], precision[:-1])
    np.testing.assert_allclose(curve.recall[::-1], recall[:-1])
    np.testing.assert_allclose(curve.thresholds[::-1], thresholds)
    area = (curve.precision * np.diff(curve.recall, prepend=0)).sum()
    assert area == pytest.approx(average_precision(truth[:, 0], scores[:, 0]))


@given(truth_tables, tied_tables, arrays(np.float64, 3, elements=st.floats(0, 1)))
def test_no_thresholds_beat_the_best(truth: np.ndarray, scores: np.ndarray, thresholds: np.ndarray):
    best = best_thresholds(truth, scores)
    assert macro_f1(truth, scores >= best) >= macro_f1(truth, scores >= thresholds) - 1e-12


def test_classes_without_positives_are_nan_and_left_out():
    truth = np.array([[1, 0], [0, 0]])
    predicted = np.array([[1, 1], [0, 0]])
    assert np.isnan(per_class_precision_recall(truth, predicted)[0][1])
    assert class_f1(truth, predicted) == 1
    assert overall_f1(truth, predicted) == pytest.approx(2 / 3)
    nothing = np.zeros((2, 2), int)
    assert np.isnan(class_f1(nothing, predicted))
    assert np.isnan(overall_f1(nothing, predicted))
    assert np.isnan(best_thresholds(nothing, np.ones((2, 2)))).all()
    with pytest.raises(ValueError, match="no positive"):
        precision_recall_curve(nothing[:, 0], np.ones(2))


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        calibration_error(np.array([[1]]), np.array([[1.5]]))
    with pytest.raises(ValueError, match="bin"):
        calibration_error(np.array([[1]]), np.array([[0.5]]), bins=0)
