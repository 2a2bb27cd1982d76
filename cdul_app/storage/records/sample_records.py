"""The random samples that label reports are estimated from: one design a class."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.measures.sample_design import SampleDesign
from cdul_app.method.arrays import IntArray
from cdul_app.storage.transactions import writing

_WHOLE = np.dtype("<i8")


class SampleRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, class_id: int, photo_ids: NDArray[np.int64], design: SampleDesign) -> None:
        """Keep the design of a class in place of an earlier one.

        photo_ids : (n_photos,), the photos that the design's rows stand for.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        blobs = [_blob(array) for array in (photo_ids, design.bands, design.ranks)]
        with writing(self._database):
            self._database.conn.execute(
                "INSERT OR REPLACE INTO sample_designs (class_id, drawn, photo_ids, bands, ranks) "
                "VALUES (?, ?, ?, ?, ?)",
                (class_id, now, *blobs),
            )

    def read(self, class_id: int, photo_ids: NDArray[np.int64]) -> SampleDesign | None:
        """The design on these photos, None where none was drawn.

        A photo that came later is in no band; one that is gone leaves the others' order as it is.
        """
        row = self._database.conn.execute(
            "SELECT photo_ids, bands, ranks FROM sample_designs WHERE class_id = ?", (class_id,)
        ).fetchone()
        if row is None:
            return None
        stored, bands, ranks = (np.frombuffer(blob, dtype=_WHOLE) for blob in row)
        order = np.argsort(stored)
        places = order[np.minimum(np.searchsorted(stored[order], photo_ids), len(stored) - 1)]
        known = stored[places] == photo_ids
        return SampleDesign(np.where(known, bands[places], -1), np.where(known, ranks[places], 0))


def _blob(array: IntArray) -> bytes:
    return np.ascontiguousarray(array, dtype=_WHOLE).tobytes()
