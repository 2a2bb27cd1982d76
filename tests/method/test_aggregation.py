import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.method.aggregation import (
    aggregate_extremes,
    aggregate_local,
    combine_global_local,
)
from cdul_app.method.similarity import class_similarities

cosines = arrays(np.float64, (4, 9, 5), elements=st.floats(-1, 1))


@given(cosines, st.floats(0, 1))
def test_aggregate_is_one_of_the_extremes(values: np.ndarray, zeta: float) -> None:
    local = class_similarities(values, temperature=0.05)
    aggregated = aggregate_local(local, zeta=zeta)
    highest, lowest = local.max(axis=1), local.min(axis=1)
    assert np.array_equal(aggregated, np.where(highest >= zeta, highest, lowest))
    assert aggregated.shape == (4, 5)


@given(cosines)
def test_zeta_zero_is_the_maximum_and_batches_agree_with_single_photos(values: np.ndarray) -> None:
    local = class_similarities(values, temperature=0.01)
    assert np.array_equal(aggregate_local(local, zeta=0), local.max(axis=1))
    assert np.array_equal(aggregate_local(local[1], zeta=0.3), aggregate_local(local, zeta=0.3)[1])


def test_a_class_below_zeta_everywhere_takes_its_minimum() -> None:
    local = np.array([[0.9, 0.1], [0.6, 0.4]])
    assert aggregate_local(local, zeta=0.5).tolist() == [0.9, 0.1]


def test_combination_is_the_mean() -> None:
    assert combine_global_local(np.array([0.2, 0.8]), np.array([0.4, 0.0])).tolist() == [
        pytest.approx(0.3),
        pytest.approx(0.4),
    ]


@pytest.mark.parametrize("zeta", [-0.1, 1.1, float("nan")])
def test_zeta_outside_its_range_is_refused(zeta: float) -> None:
    with pytest.raises(ValueError, match="zeta"):
        aggregate_local(np.ones((2, 2)) / 2, zeta=zeta)


def test_no_snippets_and_unequal_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="no snippets"):
        aggregate_local(np.zeros((3, 0, 4)), zeta=0)
    with pytest.raises(ValueError, match="axes"):
        aggregate_local(np.zeros(4), zeta=0)
    with pytest.raises(ValueError, match="shapes differ"):
        combine_global_local(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="shapes differ"):
        aggregate_extremes(np.zeros(3), np.zeros(4), zeta=0)


def test_zeta_may_look_at_other_scores_than_those_it_chooses_from() -> None:
    highest, lowest = np.array([0.3, 0.3]), np.array([0.1, 0.1])
    chosen = aggregate_extremes(highest, lowest, zeta=0.5, seen=np.array([0.9, 0.4]))
    np.testing.assert_array_equal(chosen, [0.3, 0.1])
    with pytest.raises(ValueError, match="shapes differ"):
        aggregate_extremes(highest, lowest, zeta=0.5, seen=np.zeros(3))


def test_a_snippet_that_just_reaches_zeta_counts() -> None:
    chosen = aggregate_extremes(np.array([0.5, 0.4]), np.array([0.1, 0.2]), zeta=0.5)
    np.testing.assert_array_equal(chosen, [0.5, 0.2])
