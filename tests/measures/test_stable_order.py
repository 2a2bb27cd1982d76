import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.stable_order import stable_order

# Few values, so that many are equal, and the odd ones.
VALUES = st.lists(
    st.one_of(
        st.sampled_from([0.0, -0.0, 1.0, -1.0, math.nan, -math.nan, math.inf, -math.inf]),
        st.floats(width=32),
    )
)


@given(VALUES, st.booleans(), st.sampled_from([np.float32, np.float64]))
def test_it_is_the_order_of_sorted_with_nan_last(values, descending, kind):
    array = np.array(values, dtype=kind)
    order = stable_order(array, descending=descending).tolist()
    sign = -1 if descending else 1
    expected = sorted(
        range(len(values)),
        key=lambda place: (
            math.isnan(values[place]),
            0.0 if math.isnan(values[place]) else sign * float(array[place]),
        ),
    )
    assert order == expected
