"""The grid of snippets a photo is cut into (CDUL section 3.1)."""

import re
from dataclasses import dataclass

from cdul_app.errors import SettingsError
from cdul_app.language import tr

MAX_SNIPPETS_PER_SIDE = 12


@dataclass(frozen=True, order=True)
class SnippetGrid:
    """Rows and columns of snippets; together they cover every pixel of a photo once.

    >>> SnippetGrid(2, 4).view_count
    9
    """

    rows: int = 3  # published: 3 x 3
    columns: int = 3

    def __post_init__(self) -> None:
        most = MAX_SNIPPETS_PER_SIDE
        if not 1 <= self.rows <= most:
            raise SettingsError(
                tr("A snippet grid has 1 to {most} rows, not {count}.", most=most, count=self.rows)
            )
        if not 1 <= self.columns <= most:
            raise SettingsError(
                tr(
                    "A snippet grid has 1 to {most} columns, not {count}.",
                    most=most,
                    count=self.columns,
                )
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
                tr(
                    "“{text}” is not a snippet grid: write rows x columns, for example 3x3.",
                    text=text,
                )
            )
        return cls(int(match[1]), int(match[2]))
