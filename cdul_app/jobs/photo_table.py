"""The photos of a project as columns, row for row what the windows show."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.storage.photo_records import PhotoRecord


@dataclass(frozen=True)
class PhotoTable:
    folder: Path
    ids: NDArray[np.int64]  # (n_photos,)
    paths: list[str]  # relative to the folder, with forward slashes
    errors: list[str | None]  # why a photo cannot be used
    widths: NDArray[np.int32]  # pixels, 0 where not yet read
    heights: NDArray[np.int32]

    @classmethod
    def from_records(cls, folder: Path, records: list[PhotoRecord]) -> "PhotoTable":
        return cls(
            folder,
            np.array([record.identifier for record in records], dtype=np.int64),
            [record.path for record in records],
            [record.error for record in records],
            np.array([record.width or 0 for record in records], dtype=np.int32),
            np.array([record.height or 0 for record in records], dtype=np.int32),
        )

    @cached_property
    def rows_by_id(self) -> dict[int, int]:
        return {photo: row for row, photo in enumerate(self.ids.tolist())}

    def __len__(self) -> int:
        return len(self.paths)

    def absolute(self, row: int) -> Path:
        return self.folder / self.paths[row]
