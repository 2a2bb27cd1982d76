import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cdul_app.method.half_vectors import half_products, widened

HALVES = arrays.arrays(
    np.float16,
    st.tuples(st.integers(1, 5), st.just(8)),
    elements=st.floats(-2, 2, width=16),
)


@given(HALVES, st.integers(0, 2**31))
def test_products_are_those_of_widened_vectors(vectors, seed):
    others = np.random.default_rng(seed).normal(size=(3, 8)).astype(np.float32)
    expected = vectors.astype(np.float64) @ others.T.astype(np.float64)
    np.testing.assert_allclose(half_products(vectors, others), expected, rtol=1e-5, atol=1e-5)


def test_every_half_is_widened_exactly():
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)]
    products = half_products(numbers[:, None], np.ones((1, 1), dtype=np.float32))
    np.testing.assert_array_equal(products[:, 0], numbers.astype(np.float32))


def test_widened_halves_are_those_that_numpy_widens():
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)]
    np.testing.assert_array_equal(widened(numbers), numbers.astype(np.float32))
    every_other = numbers[::2]  # not side by side in memory
    np.testing.assert_array_equal(widened(every_other), every_other.astype(np.float32))
