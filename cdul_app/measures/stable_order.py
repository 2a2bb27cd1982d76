"""Sorting many photos by a figure, in less than half of the time that numpy takes."""

import numpy as np

from cdul_app.method.arrays import FloatArray, IntArray

_SIGN, _BITS = np.uint32(1 << 31), np.uint64(32)


def stable_order(values: FloatArray, *, descending: bool = False) -> IntArray:
    """Places of the values in their order; equal ones stay as they are, NaN comes last.

    values : (n,), n below 2^32.  Returns (n,).  Of float32, numbers that are sorted as the values
    are carry their place in their lower half: sorting those needs no second array.

    >>> stable_order(np.array([0.5, np.nan, 0.9, 0.5], dtype=np.float32), descending=True)
    array([2, 0, 3, 1])
    """
    chosen = -values if descending else values
    if values.dtype != np.float32:
        return np.asarray(np.argsort(chosen, kind="stable"))
    chosen = np.where(np.isnan(values), np.float32(np.nan), chosen + np.float32(0))  # no -0, -NaN
    bits = chosen.view(np.uint32)
    # As whole numbers: negative ones the other way around, and below the others.
    bits = bits ^ ((bits.view(np.int32) >> 31).view(np.uint32) | _SIGN)
    keys = bits.astype(np.uint64) << _BITS
    keys |= np.arange(len(values), dtype=np.uint64)
    keys.sort()
    return np.asarray(keys.astype(np.uint32).astype(np.int64))
