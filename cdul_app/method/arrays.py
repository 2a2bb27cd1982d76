"""Array types and the one conversion every numeric function starts with."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]


def as_floats(values: ArrayLike) -> FloatArray:
    """Return `values` as a floating array: floats keep their precision, the rest become float64.

    float16 is widened to float32, since sums of exponentials overflow in half precision.
    """
    array = np.asarray(values)
    if array.dtype == np.float16:
        return array.astype(np.float32)
    if np.issubdtype(array.dtype, np.floating):
        return array
    return array.astype(np.float64)
