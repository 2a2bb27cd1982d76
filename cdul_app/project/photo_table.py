"""The photos of a project as columns, row for row what the windows show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cdul_app.formats.natural_order import natural_order
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import PhotoFile, photo_file
from cdul_app.query.path_texts import PathTexts
from cdul_app.storage.project_store import ProjectStore


class RowsById:
    """The row of each photo, or class, by its identifier: two arrays, where a dictionary of
    100,000 would take 10 MB."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        self._order = np.argsort(ids, kind="stable").astype(np.int32)
        self._sorted = ids[self._order]

    def get(self, photo: int) -> int | None:
        row = int(self.find([photo])[0])
        return None if row < 0 else row

    def find(self, photos: ArrayLike) -> NDArray[np.int64]:
        """(n,) rows of (n,) identifiers, -1 where a photo is not in the table."""
        wanted = np.asarray(photos, dtype=np.int64)
        if not len(self._sorted):
            return np.full(len(wanted), -1, dtype=np.int64)
        if np.array_equal(wanted, self._sorted):  # all of them: no search of a million for each
            return self._order.astype(np.int64)
        places = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[places] == wanted, self._order[places], -1).astype(np.int64)


@dataclass(frozen=True)
class PhotoTable:
    folder: Path
    ids: NDArray[np.int64]  # (n_photos,)
    paths: list[str]  # in their order; see photos.files
    errors: Mapping[int, str]  # by row, why a photo cannot be used
    widths: NDArray[np.int32]  # pixels, 0 where not yet read
    heights: NDArray[np.int32]
    taken: NDArray[np.int64]  # see photos.capture_time; 0 where not known

    @classmethod
    def empty(cls, folder: Path) -> "PhotoTable":
        return cls(
            folder,
            np.zeros(0, dtype=np.int64),
            [],
            {},
            np.zeros(0, dtype=np.int32),
            np.zeros(0, dtype=np.int32),
            np.zeros(0, dtype=np.int64),
        )

    @classmethod
    def read(cls, folder: Path, store: ProjectStore) -> "PhotoTable":
        columns = store.photos.columns()
        return cls(
            folder,
            columns.ids,
            columns.paths,
            columns.errors,
            columns.widths,
            columns.heights,
            columns.taken,
        )

    @classmethod
    def load(cls, location: ProjectLocation) -> "PhotoTable":
        """As `read`, by a thread that has no store open."""
        with ProjectStore(location.database) as store:
            return cls.read(location.folder, store)

    def extended(self, ids: Sequence[int], paths: Sequence[str]) -> "PhotoTable":
        """With photos of which the names are known, after those that are here."""
        unknown = np.zeros(len(paths), dtype=np.int32)
        return PhotoTable(
            self.folder,
            np.concatenate([self.ids, np.asarray(ids, dtype=np.int64)]),
            [*self.paths, *paths],
            self.errors,
            np.concatenate([self.widths, unknown]),
            np.concatenate([self.heights, unknown]),
            np.concatenate([self.taken, unknown]),
        )

    def put_taken(self, ids: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Times that were read since, into this table."""
        rows = self.rows_by_id.find(ids)
        self.taken[rows[rows >= 0]] = times[rows >= 0]

    @cached_property
    def rows_by_id(self) -> RowsById:
        return RowsById(self.ids)

    @cached_property
    def failed(self) -> NDArray[np.bool_]:
        """(n_photos,) whether a photo cannot be used."""
        failed = np.zeros(len(self.paths), dtype=bool)
        failed[list(self.errors)] = True
        return failed

    @cached_property
    def natural_order(self) -> NDArray[np.int64]:
        """(n_photos,) rows as people count: IMG_2 before IMG_10."""
        return natural_order(self.paths)

    @property
    def is_ordered(self) -> bool:
        """Whether `natural_order` is known; of a million photos it takes seconds."""
        return "natural_order" in self.__dict__

    @cached_property
    def texts(self) -> PathTexts:
        return PathTexts(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def absolute(self, row: int) -> PhotoFile:
        return photo_file(self.folder, self.paths[row])
