"""The append-only log of what a person decided: a step a row, taken back and done again by more."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from cdul_app.language import tr
from cdul_app.storage.records.json_cells import cell_of, reading_cells

RECENT_STEPS = 5000  # read back for undo: 200 steps deep, with what undo and redo wrote between


class StepKind(StrEnum):
    ANSWER = "answer"  # payload: CELL_CHANGE array
    FLAG = "flag"  # payload: CELL_CHANGE array, 1 flagged, 0 not
    THRESHOLD = "threshold"  # payload: JSON
    CLASSES = "classes"  # payload: JSON


class StepSource(StrEnum):
    PERSON = "person"
    APP = "app"  # what the app set up itself: in the record, and nothing to undo
    EARLIER = "earlier version"  # likewise
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True)
class Step:
    identifier: int
    kind: StepKind
    description: str
    payload: bytes
    shown: dict[str, Any]
    decided: str  # ISO 8601 with its zone


@dataclass(frozen=True)
class LoggedStep:
    """What undo needs to know of a row of the log."""

    identifier: int
    source: str
    reverses: int | None


class DecisionLog:
    """Written only beside what a step changes, in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: StepKind,
        description: str,
        payload: bytes,
        *,
        source: StepSource = StepSource.PERSON,
        reverses: int | None = None,
        shown: Mapping[str, Any] | None = None,
        identifier: int | None = None,
        decided: str = "",
    ) -> tuple[int, str]:
        """Within a transaction.  Returns the step's identifier and time.

        identifier, decided : of a step that was logged before, in a database that was lost.
        """
        now = decided or datetime.now(UTC).isoformat(timespec="milliseconds")
        cursor = self._database.conn.execute(
            "INSERT INTO steps (id, kind, description, source, reverses, payload, shown, decided) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                identifier,
                kind.value,
                description,
                source.value,
                reverses,
                payload,
                json.dumps(dict(shown or {}), ensure_ascii=False),
                now,
            ),
        )
        assert cursor.lastrowid is not None, "a row was inserted"
        return cursor.lastrowid, now

    def reverse(self, step: Step, source: StepSource, payload: bytes) -> str:
        """Log that a step is undone or redone, and what that changed, within a transaction.

        Returns the time.
        """
        _, now = self.add(
            step.kind, step.description, payload, source=source, reverses=step.identifier
        )
        return now

    def step(self, identifier: int) -> Step:
        """Raises KeyError where there is none."""
        row = self._database.conn.execute(
            "SELECT id, kind, description, payload, shown, decided FROM steps WHERE id = ?",
            (identifier,),
        ).fetchone()
        if row is None:
            raise KeyError(identifier)
        with reading_cells(tr("step {identifier} of the decisions", identifier=str(identifier))):
            shown = cell_of(dict, row[4])
            return Step(row[0], StepKind(row[1]), row[2], row[3], shown, row[5])

    def recent(self) -> list[LoggedStep]:
        """What can be undone, oldest first, of the last RECENT_STEPS."""
        rows = self._database.conn.execute(
            "SELECT id, source, reverses FROM steps WHERE source NOT IN (?, ?) "
            "ORDER BY id DESC LIMIT ?",
            (StepSource.APP.value, StepSource.EARLIER.value, RECENT_STEPS),
        ).fetchall()
        return [LoggedStep(*row) for row in reversed(rows)]

    def newest_answers(self, steps: int) -> Iterator[tuple[bytes, float | None]]:
        """Cells, and the threshold that was shown, of the last so many steps of answers, undone and
        redone ones too, the newest first."""
        yield from self._database.conn.execute(
            "SELECT steps.payload, json_extract(coalesce(done.shown, steps.shown), '$.threshold') "
            "FROM steps LEFT JOIN steps AS done ON done.id = steps.reverses "
            "WHERE steps.kind = ? ORDER BY steps.id DESC LIMIT ?",
            (StepKind.ANSWER.value, steps),
        ).fetchall()

    def kinds_after(self, step: int) -> set[StepKind]:
        """What kinds of things were decided since."""
        rows = self._database.conn.execute("SELECT DISTINCT kind FROM steps WHERE id > ?", (step,))
        return {StepKind(row[0]) for row in rows}

    def last(self) -> int:
        """The newest step, 0 before the first."""
        row = self._database.conn.execute("SELECT coalesce(max(id), 0) FROM steps").fetchone()
        return int(row[0])

    @property
    def has_any(self) -> bool:
        """Whether a person has decided something about photos, beside naming classes."""
        row = self._database.conn.execute(
            "SELECT EXISTS (SELECT 1 FROM steps WHERE kind != ?)", (StepKind.CLASSES.value,)
        )
        return bool(row.fetchone()[0])

    def count(self) -> int:
        return int(self._database.conn.execute("SELECT count(*) FROM steps").fetchone()[0])
