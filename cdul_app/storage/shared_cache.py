"""What encoders gave on this machine, of all projects: a photo is encoded once, a text too.

One SQLite file that can be made again.  Nothing here raises: where the file cannot be read or
written, or another process holds it, nothing is known and nothing is kept; a damaged file is made
anew.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage.records.blobs import (
    HALF_BYTES,
    blob_to_scores,
    blob_to_views,
    scores_to_blob,
    views_to_blob,
)
from cdul_app.storage.transactions import is_damage

_VERSION = 1  # of the tables; another one is not read but made anew
_BUSY_SECONDS = 2.0
_KEPT_SHARE = 0.9  # of the limit is left when the oldest go, so that they do not go one by one
_GO_AT_ONCE = 256  # photos
MOST_TEXTS = 50_000  # 100 MB at 512 numbers
_DAY = 86_400  # seconds: a use is noted that exactly
_TABLES = (
    # Weights and preprocessing by what tells their files apart, so that nothing need be loaded.
    """CREATE TABLE encoders (
        fingerprint TEXT PRIMARY KEY,
        encoder_key TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        temperature REAL NOT NULL,
        text_half TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE texts (
        encoder_key TEXT NOT NULL,
        text TEXT NOT NULL,
        vector BLOB NOT NULL,           -- float32 (dimension,), unit norm
        PRIMARY KEY (encoder_key, text)
    ) STRICT""",
    """CREATE TABLE photos (
        encoder_key TEXT NOT NULL,
        plan TEXT NOT NULL,
        fingerprint TEXT NOT NULL,      -- digest of the file's content
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        used INTEGER NOT NULL,          -- seconds since 1970
        views BLOB NOT NULL,            -- float16 (n_views, dimension), unit norm
        PRIMARY KEY (encoder_key, plan, fingerprint)
    ) STRICT""",
    "CREATE INDEX photos_by_use ON photos (used)",
)
Result = TypeVar("Result")


@dataclass(frozen=True)
class KnownEncoder:
    """What a project needs to know of an encoder that is not loaded."""

    key: str
    dimension: int
    temperature: float
    text_half: str = ""  # how its text half is loaded alone, empty where it cannot be


@dataclass(frozen=True, eq=False)
class KnownPhoto:
    """What an encoder saw in a photo, whichever project it was for."""

    views: NDArray[np.float16]  # (n_views, dimension), unit norm
    width: int
    height: int


class SharedCache:
    """For one thread; several processes may use one file.

    most_bytes : of the whole file, about; the photos that were not used for longest go first.  0
    keeps no photo and knows none, texts and encoders all the same.
    """

    def __init__(self, file: Path, *, most_bytes: int) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self._used: list[tuple[int, int]] = []  # (now, row)
        self._connection = self._opened()

    def __enter__(self) -> "SharedCache":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._note_uses()
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def encoder(self, fingerprint: str) -> KnownEncoder | None:
        row = self._one(
            "SELECT encoder_key, dimension, temperature, text_half FROM encoders "
            "WHERE fingerprint = ?",
            fingerprint,
        )
        return None if row is None else KnownEncoder(*row)

    def add_encoder(self, fingerprint: str, encoder: KnownEncoder) -> None:
        self._write(
            "INSERT OR REPLACE INTO encoders VALUES (?, ?, ?, ?, ?)",
            [(fingerprint, *astuple(encoder))],
        )

    def texts(
        self, encoder_key: str, texts: Sequence[str], *, dimension: int
    ) -> dict[str, NDArray[np.float32]]:
        """The vectors (dimension,) that are there, by text."""
        found = {}
        for text in texts:
            row = self._one(
                "SELECT vector FROM texts WHERE encoder_key = ? AND text = ?", encoder_key, text
            )
            if row is not None and len(vector := blob_to_scores(row[0])) == dimension:
                found[text] = vector
        return found

    def add_texts(self, encoder_key: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Of more than MOST_TEXTS, the first ones go."""
        self._write(
            "INSERT OR IGNORE INTO texts VALUES (?, ?, ?)",
            [(encoder_key, text, scores_to_blob(vector)) for text, vector in vectors.items()],
        )
        self._write(
            "DELETE FROM texts WHERE rowid <= (SELECT max(rowid) FROM texts) - ?", [(MOST_TEXTS,)]
        )

    def knows_photos(self, encoder_key: str, plan: ViewPlan) -> bool:
        """Whether there are any."""
        if not self._most_bytes:
            return False
        find = "SELECT 1 FROM photos WHERE encoder_key = ? AND plan = ? LIMIT 1"
        return self._one(find, encoder_key, str(plan)) is not None

    def photo(
        self, encoder_key: str, plan: ViewPlan, fingerprint: str, *, dimension: int
    ) -> KnownPhoto | None:
        if not self._most_bytes:
            return None
        row = self._one(
            "SELECT rowid, used, width, height, views FROM photos "
            "WHERE encoder_key = ? AND plan = ? AND fingerprint = ?",
            encoder_key, str(plan), fingerprint,
        )  # fmt: skip
        if row is None:
            return None
        number, used, width, height, blob = row
        if len(blob) != plan.view_count * dimension * HALF_BYTES:
            return None
        now = int(time.time())
        if now - used > _DAY:
            self._used.append((now, number))
            if len(self._used) >= _GO_AT_ONCE:
                self._note_uses()
        return KnownPhoto(blob_to_views(blob, dimension=dimension), width, height)

    def add_photos(
        self, encoder_key: str, plan: ViewPlan, photos: Iterable[tuple[str, KnownPhoto]]
    ) -> None:
        """Pairs (fingerprint, photo)."""
        if not self._most_bytes:
            return
        now = int(time.time())
        self._write(
            "INSERT OR REPLACE INTO photos VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (encoder_key, str(plan), fingerprint, each.width, each.height, now,
                 views_to_blob(each.views))
                for fingerprint, each in photos
            ],
        )  # fmt: skip
        self.trim_to_limit()

    def trim_to_limit(self) -> None:
        """What was not used for longest goes where there is more than the limit."""
        if self.size() <= self._most_bytes:
            return
        self._note_uses()
        while self.size() > _KEPT_SHARE * self._most_bytes:
            gone = self._write(
                "DELETE FROM photos WHERE rowid IN "
                "(SELECT rowid FROM photos ORDER BY used, rowid LIMIT ?)",
                [(_GO_AT_ONCE,)],
            )
            if not gone:
                break
        self._give_back()

    def clear(self) -> None:
        """Forget everything."""
        self._used.clear()
        for name in ("photos", "texts", "encoders"):
            self._write(f"DELETE FROM {name}", [()])
        self._give_back()

    def size(self) -> int:
        """Bytes that are in use; 0 where nothing is kept."""

        def pages(connection: sqlite3.Connection) -> int:
            total, free, each = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((total - free) * each)

        kept = self._tried(
            lambda connection: connection.execute(
                "SELECT EXISTS (SELECT 1 FROM photos) OR EXISTS (SELECT 1 FROM texts)"
            ).fetchone()[0]
        )
        return (self._tried(pages) or 0) if kept else 0

    def _note_uses(self) -> None:
        uses, self._used = self._used, []
        if uses:
            self._write("UPDATE photos SET used = ? WHERE rowid = ?", uses)

    def _give_back(self) -> None:
        """The file becomes as small as what is in it."""
        # Each step of that pragma gives one page back, and `execute` would take one step.
        self._tried(lambda connection: connection.executescript("PRAGMA incremental_vacuum"))
        self._tried(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        return self._tried(lambda connection: connection.execute(statement, values).fetchone())

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> int:
        """How many rows are others now."""

        def write(connection: sqlite3.Connection) -> int:
            connection.execute("BEGIN IMMEDIATE")
            try:
                changed = connection.executemany(statement, rows).rowcount
                connection.execute("COMMIT")
                return changed
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

        return self._tried(write) or 0

    def _tried(self, act: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """None where it does not work."""
        if self._connection is None:
            return None
        try:
            return act(self._connection)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                self._connection.close()
                self._remove()
                self._connection = self._opened()
            return None

    def _opened(self) -> sqlite3.Connection | None:
        try:
            return self._connected()
        except OSError:
            return None
        except sqlite3.DatabaseError as error:
            if not (is_damage(error) or isinstance(error, _OtherTablesError)):
                return None
        self._remove()
        try:
            return self._connected()
        except (OSError, sqlite3.DatabaseError):
            return None

    def _connected(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if not version:
                for statement in _TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute("COMMIT")
            if version not in (0, _VERSION):
                raise _OtherTablesError
        except BaseException:
            connection.close()
            raise
        return connection

    def _remove(self) -> None:
        # Another process that has it open goes on with what no name leads to any more.
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._file.with_name(self._file.name + suffix).unlink()


class _OtherTablesError(sqlite3.DatabaseError):
    """Of another version of the app."""
