"""Names as people count them: IMG_2 before IMG_10."""

import re
from collections.abc import Sequence

_DIGITS = re.compile(r"([0-9]+)")


def natural_order(names: Sequence[str]) -> list[int]:
    """The places of `names` in their order, case aside; the same for the same names.

    >>> [("IMG_10", "img_2", "a")[place] for place in natural_order(["IMG_10", "img_2", "a"])]
    ['a', 'img_2', 'IMG_10']
    """
    return sorted(range(len(names)), key=lambda place: (_key(names[place]), names[place]))


def _key(name: str) -> list[str | int]:
    """Text and numbers by turns, so that like is compared with like."""
    parts: list[str | int] = list(_DIGITS.split(name.casefold()))
    parts[1::2] = map(_number, parts[1::2])
    return parts


def _number(digits: str | int) -> int:
    """Of more digits than Python reads as a number, its length decides."""
    text = str(digits)
    return int(text) if len(text) < 1000 else 10**1000 + len(text)
