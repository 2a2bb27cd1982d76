import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.method.refinement import (
    logits_to_probabilities,
    probabilities_to_logits,
    refine_pseudo_labels,
    refinement_rate,
)

logits = arrays(np.float64, (5, 4), elements=st.floats(-12, 12))


@given(logits, logits, st.floats(0.01, 3), st.sampled_from([None, 0.05, 0.2, 1.0]))
def test_a_label_moves_towards_the_classifier_and_never_beyond(
    latent: np.ndarray, target: np.ndarray, sigma: float, eta: float | None
) -> None:
    moved = refine_pseudo_labels(latent, target, sigma=sigma, eta=eta)
    low, high = np.minimum(latent, target), np.maximum(latent, target)
    assert ((moved >= low - 1e-9) & (moved <= high + 1e-9)).all()


@given(logits, logits, arrays(np.bool_, (5, 4)))
def test_answered_labels_never_move(
    latent: np.ndarray, target: np.ndarray, answered: np.ndarray
) -> None:
    moved = refine_pseudo_labels(latent, target, sigma=0.3, observed=answered)
    assert np.array_equal(moved[answered], latent[answered])


@given(arrays(np.float64, 6, elements=st.floats(0, 1)))
def test_probabilities_and_logits_are_inverse_within_the_floor(values: np.ndarray) -> None:
    back = logits_to_probabilities(probabilities_to_logits(values))
    assert np.allclose(back, np.clip(values, 1e-4, 1 - 1e-4))


def test_undecided_labels_move_most_and_the_density_is_the_papers() -> None:
    rate = refinement_rate(np.array([0.5, 0.7, 0.99]), sigma=0.5)
    assert rate[0] == pytest.approx(1 / (0.5 * np.sqrt(2 * np.pi)))
    assert rate[0] > rate[1] > rate[2]
    assert refinement_rate(np.array([0.5]), sigma=0.1)[0] == 1  # the density is 4 there
    assert refinement_rate(np.array([0.5]), sigma=0.1, eta=0.2)[0] == pytest.approx(0.2)


def test_extreme_logits_do_not_overflow() -> None:
    assert logits_to_probabilities(np.array([-1e4, 1e4])).tolist() == [0, 1]


def test_wrong_input_is_refused() -> None:
    zeros = np.zeros((2, 2))
    with pytest.raises(ValueError, match="sigma"):
        refine_pseudo_labels(zeros, zeros, sigma=0)
    with pytest.raises(ValueError, match="eta"):
        refine_pseudo_labels(zeros, zeros, sigma=1, eta=1.5)
    with pytest.raises(ValueError, match="shapes differ"):
        refine_pseudo_labels(zeros, np.zeros((2, 3)), sigma=1)
    with pytest.raises(ValueError, match="finite"):
        refine_pseudo_labels(zeros, zeros + np.nan, sigma=1)
    with pytest.raises(ValueError, match="observed"):
        refine_pseudo_labels(zeros, zeros, sigma=1, observed=np.zeros(3, bool))
