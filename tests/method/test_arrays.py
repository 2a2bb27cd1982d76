import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.arrays import distinct

INTEGERS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.one_of(st.integers(-3, 3), INTEGERS)))
def test_each_number_comes_once_in_order(numbers):
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))
