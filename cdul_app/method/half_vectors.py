"""Products with vectors that are stored in half precision."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray

_SIGN_AND_SHIFTED_BITS = np.int32(-0x70002000)  # 0x8FFFE000
_EXPONENT_GAP = np.float32(2.0**112)  # 2^(127 - 15), between the exponents' biases


def half_products(vectors: NDArray[np.float16], others: FloatArray) -> NDArray[np.float32]:
    """Dot products in single precision, exact in the vectors.

    vectors : (n, dimension) float16, finite; others : (m, dimension).  Returns (n, m) float32.

    numpy widens halves one by one; moving their bits into singles, whose exponent then is 112 too
    small, and making up for that in `others` is five times as fast.
    """
    return np.asarray(_moved_bits(vectors) @ (others.astype(np.float32) * _EXPONENT_GAP).T)


def widened(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """The same numbers in single precision: as `astype`, in an eighth of its time.  All finite."""
    singles = _moved_bits(vectors)
    singles *= _EXPONENT_GAP
    return singles


def _moved_bits(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """The numbers, divided by 2^112."""
    bits = np.ascontiguousarray(vectors).view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_SHIFTED_BITS
    return bits.view(np.float32)
