"""Photos that a person flagged, to come back to."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.storage.answer_records import CellChanges, step_cells
from cdul_app.storage.blobs import CELL_CHANGE
from cdul_app.storage.database import writing
from cdul_app.storage.decision_log import DecisionLog, Step, StepKind, StepSource


class FlagRecords:
    def __init__(self, database: Database, log: DecisionLog) -> None:
        self._database = database
        self._log = log

    def all(self) -> list[int]:
        """The photos that are flagged."""
        return [row[0] for row in self._database.conn.execute("SELECT photo_id FROM flags")]

    def apply(self, photo_ids: NDArray[np.int64], flagged: bool, *, description: str) -> int:
        """Flag photos that are not, or unflag those that are, as one step.  Returns its id."""
        cells = np.zeros(len(photo_ids), dtype=CELL_CHANGE)
        cells["photo"], cells["class"], cells["score"] = photo_ids, -1, np.nan
        cells["before"], cells["after"] = not flagged, flagged
        with writing(self._database):
            step, now = self._log.add(StepKind.FLAG, description, cells.tobytes())
            self._write(cells, "after", now)
        return step

    def undo(self, step: Step) -> CellChanges:
        return self._reverse(step, "before", StepSource.UNDO)

    def redo(self, step: Step) -> CellChanges:
        return self._reverse(step, "after", StepSource.REDO)

    def _reverse(
        self, step: Step, wanted: Literal["before", "after"], source: StepSource
    ) -> CellChanges:
        cells = step_cells(step)
        with writing(self._database):
            now = self._log.reverse(step, source)
            self._write(cells, wanted, now)
        return cells

    def _write(self, cells: CellChanges, wanted: Literal["before", "after"], now: str) -> None:
        flagged = cells[wanted] == 1
        self._database.conn.executemany(
            "INSERT OR REPLACE INTO flags VALUES (?, ?)",
            [(photo, now) for photo in cells["photo"][flagged].tolist()],
        )
        self._database.conn.executemany(
            "DELETE FROM flags WHERE photo_id = ?",
            [(photo,) for photo in cells["photo"][~flagged].tolist()],
        )
