"""Names as people count them: IMG_2 before IMG_10."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import BoolArray, IntArray

_AT_ONCE = 20_000  # names: a thread that asks for Python's lock waits for so many
_WORD = 8  # bytes that are compared at once
_COUNT = 3  # bytes before the digits of a number: a zero, how many there are


def natural_order(names: Sequence[str]) -> NDArray[np.int64]:
    """The places of `names` in their order, case aside; the same for the same names.

    Of a million it takes a second, most of it in numpy, which lets other threads of Python run.

    >>> [("IMG_10", "img_2", "a")[place] for place in natural_order(["IMG_10", "img_2", "a"])]
    ['a', 'img_2', 'IMG_10']
    """
    if not len(names):
        return np.zeros(0, dtype=np.int64)
    keys = [_keys(names[start : start + _AT_ONCE]) for start in range(0, len(names), _AT_ONCE)]
    words, counts = (np.concatenate(parts) for parts in zip(*keys, strict=True))
    order, is_first = _order(words, counts)
    bounds = np.flatnonzero(np.append(is_first, True))
    for same in np.flatnonzero(np.diff(bounds) > 1).tolist():  # but for case, or zeros before
        tied = order[bounds[same] : bounds[same + 1]]
        tied[:] = sorted(tied.tolist(), key=names.__getitem__)
    return order


def _keys(names: Sequence[str]) -> tuple[NDArray[np.uint64], IntArray]:
    """Of each name words that are in order as its text and its numbers are, by turns: before the
    digits of a number, without zeros in front, stands what no name holds, and how many they are.

    Returns (n_words,), one name after the other, and how many are each name's, (n_names,).
    """
    text = "\0".join(names) + "\0"
    if text.count("\0") > len(names):
        text = "".join(name.replace("\0", "") + "\0" for name in names)
    read = np.frombuffer(text.casefold().encode("utf-8", "surrogatepass"), dtype=np.uint8)
    ends, is_digit = np.flatnonzero(read == 0), (read >= ord("0")) & (read <= ord("9"))
    numbers = np.flatnonzero(is_digit & ~np.append(False, is_digit[:-1]))  # where each begins
    digits = np.flatnonzero(is_digit)
    number_of = np.searchsorted(numbers, digits, side="right") - 1
    not_zero = (is_digit & (read != ord("0"))).cumsum()
    before = np.append(0, not_zero)[numbers]
    counted = not_zero[digits] > before[number_of]
    kept = ~is_digit
    kept[digits] = counted
    sizes = kept.astype(np.int64)  # bytes of the key that each byte of the name makes
    sizes[numbers] += _COUNT
    sizes[ends] = 0
    sizes[ends] = -np.diff(sizes.cumsum()[ends], prepend=0) % _WORD
    until = sizes.cumsum()
    key = np.zeros(until[-1], dtype=np.uint8)
    kept[ends] = False
    key[until[kept] - 1] = read[kept]
    length = 1 + np.minimum(np.bincount(number_of[counted], minlength=len(numbers)), 0xFFFE)
    place = until[numbers] - kept[numbers]
    key[place - 2], key[place - 1] = length >> 8, length & 0xFF
    return key.view(">u8").astype(np.uint64), np.diff(until[ends], prepend=0) // _WORD


def _order(words: NDArray[np.uint64], counts: IntArray) -> tuple[NDArray[np.int64], BoolArray]:
    """The places of the names in the order of their words, (n_names,), and at each of these whether
    what stands there is other than what stands before it."""
    starts, last = counts.cumsum() - counts, max(0, len(words) - 1)
    order = np.arange(len(counts), dtype=np.int64)
    is_first = order == 0
    tied, read = order.copy(), 0  # where names stand whose first words so far are those of another
    while len(tied) and read < counts[order[tied]].max():
        names = order[tied]
        has_more = counts[names] > read
        word = np.where(has_more, words[np.minimum(starts[names] + read, last)], 0)
        by = np.lexsort((word, is_first.cumsum()[tied]))
        order[tied], word = names[by], word[by]
        is_first[tied[1:]] |= word[1:] != word[:-1]
        is_last = np.append(is_first[1:], True)
        tied, read = tied[~(is_first[tied] & is_last[tied])], read + 1
    return order, is_first
