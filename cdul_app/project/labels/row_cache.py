"""Figures of photos that are worked out once, and again for the rows that change."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 1024  # a block of scores of 100 classes then fits the processor's cache

Rows = slice | NDArray[np.int64]
Figures = TypeVar("Figures", bound=np.generic)


def blocks(photos: int) -> Iterator[slice]:
    """All rows, some at a time."""
    for start in range(0, photos, ROWS_AT_ONCE):
        yield slice(start, min(photos, start + ROWS_AT_ONCE))


def numbers(rows: Rows, photos: int) -> NDArray[np.int64]:
    """(n_rows,) the rows, one by one."""
    return np.arange(*rows.indices(photos)) if isinstance(rows, slice) else rows


class RowCache(Generic[Figures]):
    """An array whose row depends on the same row of other arrays alone."""

    def __init__(
        self,
        photos: Callable[[], int],
        compute: Callable[[Rows], NDArray[Figures]],
        compute_column: Callable[[Rows, int], NDArray[Figures]] | None = None,
        *,
        needs: tuple["RowCache[Any]", ...] = (),
    ) -> None:
        """photos : how many rows there are; compute : (n_rows, …) of some rows; compute_column :
        (n_rows,) of one column alone; needs : those that `compute` asks for the same rows."""
        self._photos, self._compute, self._compute_column = photos, compute, compute_column
        self._needs = needs
        self._values: NDArray[Figures] | None = None
        self._counts: NDArray[np.int64] | None = None

    def values(self) -> NDArray[Figures]:
        """(n_photos, …), not to be written to."""
        if self._values is None:
            self._values = self._compute_all()
            self._values.flags.writeable = False
        return self._values

    def of(self, rows: Rows) -> NDArray[Figures]:
        """`values` of some rows, without looking at the others."""
        if self._values is None:
            return self._compute(rows)
        return self._values[rows] if isinstance(rows, slice) else self._values.take(rows, axis=0)

    def update(self, rows: Rows, column: int | None = None) -> None:
        """What these rows, no two the same, depend on has changed, in one column or in all."""
        if self._values is None:
            return
        cells: Rows | tuple[Rows, int] = rows
        if column is not None and self._compute_column is not None:
            cells, fresh = (rows, column), self._compute_column(rows, column)
        else:
            column, fresh = None, self._compute_in_blocks(rows)
        if self._counts is not None:
            change = _counted(fresh) - _counted(self._values[cells])
            self._counts = self._counts.copy()
            self._counts[slice(None) if column is None else column] += change
        self._values.flags.writeable = True
        self._values[cells] = fresh
        self._values.flags.writeable = False

    def counts(self) -> NDArray[np.int64]:
        """(n_columns,) of a table of yes and no: in how many rows each column holds.

        Kept in step with the rows that change, of which there are few.
        """
        if self._counts is None:
            self._counts = _counted(self.values())
        return self._counts

    def take(self, other: "RowCache[Figures]") -> None:
        """What another one has worked out from the same arrays, which then must not change."""
        self._values, self._counts = other._values, other._counts

    def forget(self) -> None:
        self._values = self._counts = None

    def _compute_all(self) -> NDArray[Figures]:
        for cache in self._needs:
            cache.values()
        count = self._photos()
        first = self._compute(slice(0, min(count, ROWS_AT_ONCE)))
        result = np.empty((count, *first.shape[1:]), dtype=first.dtype)
        result[: len(first)] = first
        for start in range(len(first), count, ROWS_AT_ONCE):
            block = slice(start, min(count, start + ROWS_AT_ONCE))
            result[block] = self._compute(block)
        return result

    def _compute_in_blocks(self, rows: Rows) -> NDArray[Figures]:
        if isinstance(rows, slice) or len(rows) <= ROWS_AT_ONCE:
            return self._compute(rows)
        return np.concatenate([self._compute(rows[block]) for block in blocks(len(rows))])


def _counted(values: NDArray[Figures]) -> NDArray[np.int64]:
    return np.asarray(np.count_nonzero(values, axis=0), dtype=np.int64)
