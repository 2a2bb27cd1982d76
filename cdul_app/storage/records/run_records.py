"""What was run, with which settings, and how it ended."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from cdul_app.events import EpochFinished, Outcome
from cdul_app.language import tr
from cdul_app.storage.records.json_cells import cell_of, reading_cells
from cdul_app.storage.transactions import writing

SCORE, TRAIN, PREDICT = "score", "train", "predict"  # kinds of run


@dataclass(frozen=True)
class RunRecord:
    identifier: int
    kind: str
    config: dict[str, Any]
    seed: int | None
    device: str
    versions: dict[str, str]
    started: str  # ISO 8601, UTC
    ended: str | None
    outcome: Outcome | None  # None: running, or the process was killed
    reason: str  # why it stopped
    summary: str


class RunRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[RunRecord]:
        """Newest first."""
        return self._read("")

    def last(self, kind: str = "") -> RunRecord | None:
        """The newest, of a kind where one is named."""
        wanted = ("WHERE kind = ?", kind) if kind else ("",)
        return next(iter(self._read(*wanted, most=1)), None)

    def _read(self, condition: str, *values: str, most: int = -1) -> list[RunRecord]:
        rows = self._database.conn.execute(
            "SELECT id, kind, config, seed, device, versions, started, ended, outcome, reason, "
            f"summary FROM runs {condition} ORDER BY id DESC LIMIT {most}",
            values,
        )
        with reading_cells(tr("a run, its settings or its versions")):
            return [
                RunRecord(
                    identifier,
                    kind,
                    cell_of(dict, config),
                    seed,
                    device,
                    cell_of(dict, versions),
                    started,
                    ended,
                    Outcome(outcome) if outcome else None,
                    reason,
                    summary,
                )
                for (
                    identifier, kind, config, seed, device, versions, started, ended, outcome,
                    reason, summary,
                ) in rows
            ]  # fmt: skip

    def start(
        self,
        kind: str,
        config: Mapping[str, Any],
        *,
        seed: int | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> int:
        with writing(self._database):
            cursor = self._database.conn.execute(
                "INSERT INTO runs (kind, config, seed, versions, started) VALUES (?, ?, ?, ?, ?)",
                (kind, json.dumps(config), seed, json.dumps(versions or {}), _now()),
            )
            return int(cursor.lastrowid or 0)

    def resume(self, run_id: int) -> None:
        """Mark an unfinished run as running again."""
        with writing(self._database):
            self._database.conn.execute(
                "UPDATE runs SET ended = NULL, outcome = NULL, reason = '' WHERE id = ?", (run_id,)
            )

    def set_device(self, run_id: int, device: str) -> None:
        with writing(self._database):
            self._database.conn.execute("UPDATE runs SET device = ? WHERE id = ?", (device, run_id))

    def finish(self, run_id: int, outcome: Outcome, *, reason: str, summary: str = "") -> None:
        with writing(self._database):
            self._database.conn.execute(
                "UPDATE runs SET ended = ?, outcome = ?, reason = ?, summary = ? WHERE id = ?",
                (_now(), outcome.value, reason, summary, run_id),
            )

    def add_epoch(self, run_id: int, epoch: EpochFinished) -> None:
        """Record an epoch; later ones, of a run that then started over, no longer hold."""
        with writing(self._database):
            self._database.conn.execute(
                "DELETE FROM run_epochs WHERE run_id = ? AND epoch > ?", (run_id, epoch.epoch)
            )
            self._database.conn.execute(
                "INSERT OR REPLACE INTO run_epochs VALUES (?, ?, ?)",
                (run_id, epoch.epoch, json.dumps(asdict(epoch))),
            )

    def epochs(self, run_id: int) -> list[EpochFinished]:
        rows = self._database.conn.execute(
            "SELECT measures FROM run_epochs WHERE run_id = ? ORDER BY epoch", (run_id,)
        )
        known = {item.name for item in fields(EpochFinished)}  # a later version writes more
        with reading_cells(tr("the epochs of run {run_id}", run_id=str(run_id))):
            return [
                EpochFinished(**{k: v for k, v in cell_of(dict, row[0]).items() if k in known})
                for row in rows
            ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
