"""Snippets anywhere in a photo, as those of a plan lie on its grids."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cdul_app.method.view_plans import PixelBox

Box = tuple[float, float, float, float]  # left, top, right, bottom, in [0, 1] of the photo's sides


@dataclass(frozen=True)
class FreeBoxes:
    """One photo's snippets."""

    boxes: Sequence[Box]

    def __post_init__(self) -> None:
        if not self.boxes:
            raise ValueError("a photo needs at least one box")
        for left, top, right, bottom in self.boxes:
            if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise ValueError(f"no part of a photo: {(left, top, right, bottom)}")

    @property
    def view_count(self) -> int:
        return len(self.boxes)

    def pixel_boxes(self, width: int, height: int) -> list[PixelBox]:
        """All pixels that a box touches, at least one each way."""
        found = []
        for left, top, right, bottom in self.boxes:
            columns, rows = _pixels(width, left, right), _pixels(height, top, bottom)
            found.append((columns[0], rows[0], columns[1], rows[1]))
        return found

    def smallest_photo(self, width: int, height: int) -> tuple[int, int]:
        """Of how many pixels a photo has at least `width` x `height` in its smallest snippet."""
        return (
            math.ceil(width / min(right - left for left, _, right, _ in self.boxes)),
            math.ceil(height / min(bottom - top for _, top, _, bottom in self.boxes)),
        )


def _pixels(length: int, start: float, end: float) -> tuple[int, int]:
    first = min(length - 1, math.floor(length * start))
    return first, max(first + 1, min(length, math.ceil(length * end)))
