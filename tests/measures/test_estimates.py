"""What is said beside a figure is true of both its ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.estimates import Estimate


@given(st.floats(0, 1), st.integers(0, 1000))
def test_no_end_lies_farther_off_than_is_said(value, seed):
    random = np.random.default_rng(seed)
    lower, upper = random.random(50), random.random(50)
    estimate = Estimate.from_draws(value, lower, np.maximum(lower, upper))
    assert estimate.value - estimate.most_off <= estimate.low + 1e-9
    assert estimate.value + estimate.most_off >= estimate.high - 1e-9
    assert estimate.low <= estimate.value <= estimate.high
