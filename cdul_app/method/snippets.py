"""The grid of snippets a photo is cut into (CDUL section 3.1)."""

import itertools
import re
from dataclasses import dataclass

from cdul_app.errors import SettingsError

MAX_SNIPPETS_PER_SIDE = 12


@dataclass(frozen=True, order=True)
class SnippetGrid:
    """Rows and columns of snippets; together they cover every pixel of a photo once."""

    rows: int = 3  # published: 3 x 3
    columns: int = 3

    def __post_init__(self) -> None:
        for name, count in (("rows", self.rows), ("columns", self.columns)):
            if not 1 <= count <= MAX_SNIPPETS_PER_SIDE:
                raise SettingsError(
                    f"A snippet grid has 1 to {MAX_SNIPPETS_PER_SIDE} {name}, not {count}."
                )

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}"

    @property
    def snippet_count(self) -> int:
        return self.rows * self.columns

    @property
    def view_count(self) -> int:
        """The whole image and its snippets."""
        return 1 + self.snippet_count

    @classmethod
    def parse(cls, text: str) -> "SnippetGrid":
        """Read "3x3", "2 × 4" (rows x columns).  Raises SettingsError for anything else."""
        match = re.fullmatch(r"\s*(\d{1,3})\s*[xX×*]\s*(\d{1,3})\s*", text)
        if match is None:
            raise SettingsError(
                f"“{text}” is not a snippet grid: write rows x columns, for example 3x3."
            )
        return cls(int(match[1]), int(match[2]))


def snippet_boxes(width: int, height: int, grid: SnippetGrid) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) in pixels, row by row, that cover every pixel once.

    Where the photo has fewer pixels than the grid has rows or columns, neighbours share a pixel,
    so that no box is ever empty.  Raises ValueError for a photo without pixels.
    """
    if width < 1 or height < 1:
        raise ValueError(f"a photo of {width} x {height} pixels has no snippets")
    columns = _cuts(width, grid.columns)
    rows = _cuts(height, grid.rows)
    return [(left, top, right, bottom) for top, bottom in rows for left, right in columns]


def _cuts(length: int, parts: int) -> list[tuple[int, int]]:
    if length < parts:
        starts = [min(length - 1, part * length // parts) for part in range(parts)]
        return [(start, start + 1) for start in starts]
    edges = [round(part * length / parts) for part in range(parts + 1)]
    return list(itertools.pairwise(edges))
