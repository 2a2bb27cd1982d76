"""A person's answers (observed labels) and the log of decisions they came from."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from cdul_app.core.reviews import UNOBSERVED
from cdul_app.storage.database import writing


@dataclass(frozen=True)
class AnswerChange:
    """One cell: what was answered before and after; -1 unobserved, 0 no, 1 yes."""

    photo_id: int
    class_id: int
    before: int
    after: int


class AnswerRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[tuple[int, int, int]]:
        """(photo, class, answer 0 or 1) of every observed label, removed classes included."""
        rows = self._database.conn.execute("SELECT photo_id, class_id, answer FROM observed_labels")
        return [(photo, class_id, answer) for photo, class_id, answer in rows]

    def count(self) -> int:
        return int(
            self._database.conn.execute("SELECT count(*) FROM observed_labels").fetchone()[0]
        )

    def apply(self, changes: Sequence[AnswerChange], *, source: str = "answer") -> None:
        """Write a person's answers and log them as one step, in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        step = uuid.uuid4().hex
        given = [
            (change.photo_id, change.class_id, change.after, now)
            for change in changes
            if change.after != UNOBSERVED
        ]
        cleared = [
            (change.photo_id, change.class_id) for change in changes if change.after == UNOBSERVED
        ]
        connection = self._database.conn
        with writing(self._database):
            connection.executemany("INSERT OR REPLACE INTO observed_labels VALUES (?,?,?,?)", given)
            connection.executemany(
                "DELETE FROM observed_labels WHERE photo_id = ? AND class_id = ?", cleared
            )
            connection.executemany(
                "INSERT INTO decisions (step, photo_id, class_id, before, after, source, decided) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                _log_rows(changes, step, source, now),
            )


def _log_rows(
    changes: Iterable[AnswerChange], step: str, source: str, now: str
) -> list[tuple[str, int, int, int | None, int | None, str, str]]:
    return [
        (
            step,
            change.photo_id,
            change.class_id,
            None if change.before == UNOBSERVED else change.before,
            None if change.after == UNOBSERVED else change.after,
            source,
            now,
        )
        for change in changes
    ]
