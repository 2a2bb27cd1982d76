import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.method.similarity import RANKING_SOFTENING, class_similarities, view_cosines


@given(
    arrays(np.float64, (3, 7), elements=st.floats(-1, 1)),
    st.floats(0.005, 2),
    st.floats(-5, 5),
)
def test_rows_sum_to_one_and_a_common_shift_changes_nothing(
    cosines: np.ndarray, temperature: float, shift: float
) -> None:
    scores = class_similarities(cosines, temperature=temperature)
    assert np.allclose(scores.sum(axis=-1), 1)
    assert (scores >= 0).all()
    shifted = class_similarities(cosines + shift, temperature=temperature)
    assert np.allclose(scores, shifted, atol=1e-9)


def test_a_low_temperature_sharpens() -> None:
    cosines = np.array([0.25, 0.21])
    assert class_similarities(cosines, temperature=0.01)[0] == pytest.approx(1 / (1 + np.exp(-4)))
    assert class_similarities(cosines, temperature=1.0)[0] < 0.52


@pytest.mark.parametrize("temperature", [0, -1, float("nan"), float("inf")])
def test_temperature_must_be_positive(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        class_similarities(np.zeros(3), temperature=temperature)


def test_values_must_be_finite_and_classes_present() -> None:
    with pytest.raises(ValueError, match="finite"):
        class_similarities(np.array([0.1, np.nan]), temperature=0.01)
    with pytest.raises(ValueError, match="class"):
        class_similarities(np.zeros((2, 0)), temperature=0.01)


def test_cosines_of_half_precision_views_are_those_of_unit_vectors() -> None:
    random = np.random.default_rng(0)
    views = random.normal(size=(4, 10, 64))
    views /= np.linalg.norm(views, axis=-1, keepdims=True)
    classes = views[0, :3].astype(np.float32)
    cosines = view_cosines(views.astype(np.float16), classes)
    assert cosines.shape == (4, 10, 3)
    assert cosines[0, 0, 0] == pytest.approx(1, abs=1e-4)
    assert np.abs(cosines).max() <= 1 + 1e-4


def test_scores_for_ranking_are_twice_as_soft() -> None:
    """What projects store and classifiers were trained with; see the figures where it is set."""
    assert pytest.approx(2.0) == RANKING_SOFTENING
