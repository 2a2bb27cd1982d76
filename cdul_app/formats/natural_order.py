"""Names as people count them: IMG_2 before IMG_10."""

import re
from collections.abc import Sequence

_DIGITS = re.compile(r"([0-9]+)")


def natural_order(names: Sequence[str]) -> list[int]:
    """The places of `names` in their order, case aside; the same for the same names.

    >>> [("IMG_10", "img_2", "a")[place] for place in natural_order(["IMG_10", "img_2", "a"])]
    ['a', 'img_2', 'IMG_10']
    """
    folders: dict[str, str] = {}  # keys of what stands before the last slash: photos share it
    keys: list[tuple[str, str]] = []
    for name in names:
        folder, slash, own = name.rpartition("/")
        if folder not in folders:
            folders[folder] = _key(folder)
        keys.append((f"{folders[folder]}{slash}{_key(own)}", name))
    return sorted(range(len(names)), key=keys.__getitem__)


def _key(name: str) -> str:
    """By which texts are sorted as their words and numbers are: before each number stands what no
    name holds, and how many digits it has."""
    return _DIGITS.sub(_number, name.casefold())


def _number(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    return f"\0{chr(1 + len(digits))}{digits}"
