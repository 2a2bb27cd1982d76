"""Which views of a photo are embedded, and whether each on its own or all from one pass."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from cdul_app.errors import SettingsError
from cdul_app.language import tr
from cdul_app.method.snippets import SnippetGrid

MAX_SNIPPETS = 400
DENSE_SCALES = (1.0, 4.0)  # lowest and highest

PixelBox = tuple[int, int, int, int]  # left, top, right, bottom

_HALF = "half"
_MIRRORED = "+mirrored"


@dataclass(frozen=True, order=True)
class ViewBox:
    """A part of a photo: edges as fractions of its width and height, from its top left corner."""

    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(f"no part of a photo: {self}")

    @classmethod
    def whole(cls) -> "ViewBox":
        return cls(Fraction(0), Fraction(0), Fraction(1), Fraction(1))

    def part(self, row: int, column: int, *, rows: int, columns: int) -> "ViewBox":
        """One of `rows` x `columns` equal parts of this box."""
        width, height = (self.right - self.left) / columns, (self.bottom - self.top) / rows
        left, top = self.left + column * width, self.top + row * height
        return ViewBox(left, top, left + width, top + height)


@dataclass(frozen=True, order=True)
class OverlappingGrid:
    """The snippets of a plain grid, and as large ones half a step between each two of them.

    3x3 makes 5 x 5 snippets, each a third of the photo wide and high: what lies on an edge of the
    plain grid lies whole in one of these.
    """

    rows: int = 3  # of the plain grid
    columns: int = 3

    @property
    def plain(self) -> SnippetGrid:
        return SnippetGrid(self.rows, self.columns)

    def __post_init__(self) -> None:
        _ = self.plain  # raises SettingsError

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}{_HALF}"


@dataclass(frozen=True)
class ViewPlan:
    """The whole photo and the snippets of one or several grids; str() is the key they are kept by.

    A single grid encoded view by view has the grid's own text, "3x3", as before there were plans.
    Raises SettingsError for no grid, too many snippets, a scale outside DENSE_SCALES, or a mirror
    image in a dense pass.

    >>> ViewPlan.parse("1x2").pixel_boxes(640, 480)
    [(0, 0, 320, 480), (320, 0, 640, 480)]
    >>> ViewPlan.parse("dense@2:2x2+3x3").describe_snippet(3)
    'row 2, column 2 of 2×2'
    """

    grids: tuple[SnippetGrid | OverlappingGrid, ...] = (SnippetGrid(),)  # coarse before fine
    # None: every view is squashed to the encoder's input size and encoded on its own (published).
    # Else snippets are pooled from one pass over the photo, at so many times that size.
    dense_scale: float | None = None
    # Ours: the whole photo's vector is the mean of its own and its mirror image's, at unit length.
    # The mean of both similarities ranks alike (500 VOC photos 61.0 and 61.1 mAP, six sets of demo
    # scenes 74.2 and 74.1); as one more snippet, which is no part of a photo, it ranks lower (60.7
    # and 73.0).
    mirrored: bool = False

    def __post_init__(self) -> None:
        if not self.grids:
            raise SettingsError(tr("Views need a grid of snippets, such as 3x3."))
        # The same snippets told otherwise are the same plan, and the same stored embeddings.
        covered = {grid.plain for grid in self.grids if isinstance(grid, OverlappingGrid)}
        grids = [grid for grid in set(self.grids) if grid not in covered]
        object.__setattr__(self, "grids", tuple(sorted(grids, key=_fineness)))
        lowest, highest = DENSE_SCALES
        if self.dense_scale is not None and not lowest <= self.dense_scale <= highest:
            raise SettingsError(
                tr(
                    "A dense pass takes {lowest:g} to {highest:g} times the encoder's input size, "
                    "not {dense_scale:g}.",
                    lowest=lowest,
                    highest=highest,
                    dense_scale=self.dense_scale,
                )
            )
        if self.mirrored and self.is_dense:
            raise SettingsError(
                tr("A mirrored photo is for views that are looked at on their own.")
            )
        if len(self.boxes) > MAX_SNIPPETS:
            raise SettingsError(
                tr(
                    "A photo is cut into at most {max_snippets} snippets, not {boxes}: choose "
                    "fewer or coarser grids.",
                    max_snippets=MAX_SNIPPETS,
                    boxes=len(self.boxes),
                )
            )

    def __str__(self) -> str:
        text = "+".join(str(grid) for grid in self.grids)
        if self.dense_scale is None:
            return text + _MIRRORED * self.mirrored
        scale = "" if self.dense_scale == 1 else f"@{self.dense_scale:g}"
        return f"dense{scale}:{text}"

    @classmethod
    def parse(cls, text: str) -> "ViewPlan":
        """Read str() back: "3x3", "2x2+3x3+mirrored", "dense:3x3", "dense@2:3x3half".

        Raises SettingsError for anything else.
        """
        match = re.fullmatch(r"\s*(?:(dense)(?:@([\d.]{1,8}))?:)?([^:]*)", text)
        if match is None:
            raise SettingsError(
                tr("“{text}” is not a plan of views: write, for example, dense:3x3.", text=text)
            )
        scale = None
        if match[1]:
            try:
                scale = float(match[2] or 1)
            except ValueError as error:
                raise SettingsError(
                    tr(
                        "“{match}” in “{text}” is not a number: write, for example, dense@2:3x3.",
                        match=match[2],
                        text=text,
                    )
                ) from error
        grids = match[3].removesuffix(_MIRRORED)
        return cls(parse_grids(grids), scale, mirrored=grids != match[3])

    @property
    def is_dense(self) -> bool:
        return self.dense_scale is not None

    @property
    def view_count(self) -> int:
        """The whole photo and its snippets, of which a vector each is kept."""
        return 1 + len(self.boxes)

    @property
    def encoded_count(self) -> int:
        """How many views are encoded, where each is on its own."""
        return self.view_count + self.mirrored

    @cached_property
    def boxes(self) -> tuple[ViewBox, ...]:
        """Of each snippet, grid by grid and row by row; one that two grids share comes once."""
        return tuple(dict.fromkeys(box for grid in self.grids for box in _grid_boxes(grid)))

    def pixel_boxes(self, width: int, height: int) -> list[PixelBox]:
        """`boxes` in the pixels of a photo, never empty; those of a plain grid share no pixel,
        except where it has more rows or columns than the photo has.

        Raises ValueError for a photo without pixels.
        """
        if width < 1 or height < 1:
            raise ValueError(f"a photo of {width} x {height} pixels has no snippets")
        return [_pixel_box(width, height, box) for box in self.boxes]

    def smallest_photo(self, width: int, height: int) -> tuple[int, int]:
        """Of how many pixels a photo has at least `width` x `height` in its smallest snippet."""
        return (
            max(math.ceil(width / (box.right - box.left)) for box in self.boxes),
            max(math.ceil(height / (box.bottom - box.top)) for box in self.boxes),
        )

    @property
    def finest_grid(self) -> SnippetGrid:
        """The plain grid of most snippets: what is laid over a photo that is looked at."""
        finest = self.grids[-1]
        return finest if isinstance(finest, SnippetGrid) else finest.plain

    @cached_property
    def finest_snippets(self) -> list[int]:
        """Where in `boxes` the snippets of `finest_grid` are, row by row."""
        places = {box: index for index, box in enumerate(self.boxes)}
        return [places[box] for box in _grid_boxes(self.finest_grid)]

    def describe_snippet(self, index: int) -> str:
        """Where snippet `index` of `boxes` lies: "row 1, column 3", "row 2, between columns 1 and
        2"; "row 1, column 1 of 2×2" in a grid coarser than the finest."""
        box = self.boxes[index]
        grid = next(grid for grid in reversed(self.grids) if box in _grid_boxes(grid))
        place = f"{_row(box.top, grid.rows)}, {_column(box.left, grid.columns)}"
        if grid == self.grids[-1]:
            return place
        return tr("{place} of {rows}×{columns}", place=place, rows=grid.rows, columns=grid.columns)


def parse_grids(text: str) -> tuple[SnippetGrid | OverlappingGrid, ...]:
    """Read "3x3", "2x2+3x3", "3x3+3x3half" (half-overlapping).  Raises SettingsError."""
    grids: list[SnippetGrid | OverlappingGrid] = []
    for part in text.split("+"):
        name = part.strip().lower()
        plain = SnippetGrid.parse(name.removesuffix(_HALF) if name.endswith(_HALF) else part)
        overlapping = name.endswith(_HALF)
        grids.append(OverlappingGrid(plain.rows, plain.columns) if overlapping else plain)
    return tuple(grids)


def _grid_boxes(grid: SnippetGrid | OverlappingGrid) -> list[ViewBox]:
    columns, rows = _edges(grid, grid.columns), _edges(grid, grid.rows)
    return [ViewBox(left, top, right, bottom) for top, bottom in rows for left, right in columns]


def _edges(grid: SnippetGrid | OverlappingGrid, parts: int) -> list[tuple[Fraction, Fraction]]:
    """Start and end of each row or column of snippets, `parts` of which fill the photo."""
    halves = range(0, 2 * parts - 1, 1 if isinstance(grid, OverlappingGrid) else 2)
    return [(Fraction(half, 2 * parts), Fraction(half + 2, 2 * parts)) for half in halves]


def _fineness(grid: SnippetGrid | OverlappingGrid) -> tuple[int, bool, str]:
    return grid.rows * grid.columns, isinstance(grid, OverlappingGrid), str(grid)


def _row(start: Fraction, parts: int) -> str:
    """ "row 2", or "between rows 1 and 2"."""
    steps = start * parts
    if steps.denominator == 1:
        return tr("row {n}", n=steps.numerator + 1)
    return tr(
        "between rows {first} and {second}", first=math.ceil(steps), second=math.ceil(steps) + 1
    )


def _column(start: Fraction, parts: int) -> str:
    steps = start * parts
    if steps.denominator == 1:
        return tr("column {n}", n=steps.numerator + 1)
    return tr(
        "between columns {first} and {second}", first=math.ceil(steps), second=math.ceil(steps) + 1
    )


def _pixel_box(width: int, height: int, box: ViewBox) -> PixelBox:
    left, right = _pixels(width, box.left, box.right)
    top, bottom = _pixels(height, box.top, box.bottom)
    return left, top, right, bottom


def _pixels(length: int, start: Fraction, end: Fraction) -> tuple[int, int]:
    first, last = round(length * start), round(length * end)
    if first < last:
        return first, last
    first = min(length - 1, math.floor(length * start))
    return first, first + 1
