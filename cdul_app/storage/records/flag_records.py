"""Photos that a person flagged, to come back to."""

import json

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.storage.journal.decision_log import DecisionLog, Step, StepKind, StepSource
from cdul_app.storage.records.answer_records import CellChanges, Decided, step_cells
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.transactions import writing


class FlagRecords:
    def __init__(self, database: Database, log: DecisionLog) -> None:
        self._database = database
        self._log = log

    def all(self) -> list[int]:
        """The photos that are flagged."""
        return [row[0] for row in self._database.conn.execute("SELECT photo_id FROM flags")]

    def apply(self, photo_ids: NDArray[np.int64], flagged: bool, *, description: str) -> Decided:
        """Flag photos that are not, or unflag those that are, as one step."""
        cells = np.zeros(len(photo_ids), dtype=CELL_CHANGE)
        cells["photo"], cells["class"], cells["score"] = photo_ids, -1, np.nan
        cells["before"], cells["after"] = not flagged, flagged
        with writing(self._database):
            cells, kept = self._still_valid(cells)
            if not len(cells):
                return Decided(None, cells, kept)
            step, now = self._log.add(StepKind.FLAG, description, cells.tobytes())
            self.write(cells, now)
        return Decided(step, cells, kept)

    def undo(self, step: Step) -> Decided:
        cells = step_cells(step).copy()
        cells["before"], cells["after"] = step_cells(step)["after"], step_cells(step)["before"]
        return self._reverse(step, cells, StepSource.UNDO)

    def redo(self, step: Step) -> Decided:
        return self._reverse(step, step_cells(step), StepSource.REDO)

    def _reverse(self, step: Step, cells: CellChanges, source: StepSource) -> Decided:
        with writing(self._database):
            cells, kept = self._still_valid(cells)
            now = self._log.reverse(step, source, cells.tobytes())
            self.write(cells, now)
        return Decided(step.identifier, cells, kept)

    def _still_valid(self, cells: CellChanges) -> tuple[CellChanges, int]:
        """Those that are as they were before the change, and how many are not."""
        flagged = np.isin(cells["photo"], np.array(self.all(), dtype=np.int64))
        valid = flagged == (cells["before"] == 1)
        return cells[valid], int((~valid).sum())

    def write(self, cells: CellChanges, now: str) -> None:
        """Within a transaction of a step that logs it."""
        flagged = cells["after"] == 1
        self._database.conn.execute(
            "INSERT OR REPLACE INTO flags SELECT value, ? FROM json_each(?)",
            (now, json.dumps(cells["photo"][flagged].tolist())),
        )
        self._database.conn.execute(
            "DELETE FROM flags WHERE photo_id IN (SELECT value FROM json_each(?))",
            (json.dumps(cells["photo"][~flagged].tolist()),),
        )
