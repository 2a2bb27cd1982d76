"""Figures of photos that are worked out once, and again for the rows that change."""

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 1024  # a block of scores of 100 classes then fits the processor's cache

Rows = slice | NDArray[np.int64]
Figures = TypeVar("Figures", bound=np.generic)


class RowCache(Generic[Figures]):
    """An array whose row depends on the same row of other arrays alone."""

    def __init__(
        self, photos: Callable[[], int], compute: Callable[[Rows], NDArray[Figures]]
    ) -> None:
        """photos : how many rows there are; compute : (n_rows, …) of some rows."""
        self._photos, self._compute = photos, compute
        self._values: NDArray[Figures] | None = None
        self._counts: NDArray[np.int64] | None = None

    def values(self) -> NDArray[Figures]:
        """(n_photos, …), not to be written to."""
        if self._values is None:
            self._values = self._compute_all()
            self._values.flags.writeable = False
        return self._values

    def update(self, rows: NDArray[np.int64]) -> None:
        """What these rows depend on has changed."""
        if self._values is None:
            return
        if self._counts is not None:
            rows = np.unique(rows)  # each is counted once
            self._counts = self._counts - _counted(self._values[rows])
        self._values.flags.writeable = True
        self._values[rows] = self._compute(rows)
        self._values.flags.writeable = False
        if self._counts is not None:
            self._counts = self._counts + _counted(self._values[rows])

    def counts(self) -> NDArray[np.int64]:
        """(n_columns,) of a table of yes and no: in how many rows each column holds.

        Kept in step with the rows that change, of which there are few.
        """
        if self._counts is None:
            self._counts = _counted(self.values())
        return self._counts

    def forget(self) -> None:
        self._values = self._counts = None

    def _compute_all(self) -> NDArray[Figures]:
        count = self._photos()
        first = self._compute(slice(0, min(count, ROWS_AT_ONCE)))
        result = np.empty((count, *first.shape[1:]), dtype=first.dtype)
        result[: len(first)] = first
        for start in range(len(first), count, ROWS_AT_ONCE):
            block = slice(start, min(count, start + ROWS_AT_ONCE))
            result[block] = self._compute(block)
        return result


def _counted(values: NDArray[Figures]) -> NDArray[np.int64]:
    return np.asarray(np.count_nonzero(values, axis=0), dtype=np.int64)
