"""The photos of a project."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.storage.records.json_cells import reading_cells
from cdul_app.storage.scan_changes import (
    NOT_LOOKED_AT,
    Move,
    ScanChanges,
    ScanDifferences,
    ScannedFields,
    StoredFields,
)
from cdul_app.storage.transactions import reading, writing

_ROWS_PER_WRITE = 5000  # so that an answer given meanwhile waits milliseconds
_PHOTOS_PER_TEXT = 100_000


@dataclass(frozen=True)
class PhotoRecord:
    identifier: int
    path: str
    fingerprint: str | None
    width: int | None
    height: int | None
    error: str | None


class ReadFile(NamedTuple):
    """A photo's file when it was read; width and height are 0 where its header did not tell."""

    photo: int
    size: int
    modified_ns: int
    fingerprint: str
    width: int
    height: int
    taken: int = 0  # see photos.capture_time


@dataclass(frozen=True)
class PhotoColumns:
    """The photos that are in the folder, by path; what a list of very many needs."""

    ids: NDArray[np.int64]  # (n_photos,)
    paths: list[str]
    widths: NDArray[np.int32]  # pixels, 0 where not yet read
    heights: NDArray[np.int32]
    taken: NDArray[np.int64]  # 0 where not known
    errors: dict[int, str]  # by row, of those that cannot be used


class PhotoRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[PhotoRecord]:
        """Photos that are in the folder, by path."""
        rows = self._database.conn.execute(
            "SELECT id, path, fingerprint, width, height, error FROM photos "
            "WHERE NOT missing ORDER BY path"
        )
        return [PhotoRecord(*row) for row in rows]

    def columns(self) -> PhotoColumns:
        """As `all`, in a tenth of its time: a column comes as one text of many photos, of which
        SQLite makes no object each and needs no lock of Python's meanwhile.  They are read as they
        lie in the file, and put into the order of their paths here: mostly they have it already.
        """
        blocks: list[tuple[str, ...]] = []
        failed = 0
        with reading(self._database):
            for first in range(0, self.newest(), _PHOTOS_PER_TEXT):
                count, failures, *block = self._database.conn.execute(
                    "SELECT count(*), sum(coalesce(error, '') <> ''), group_concat(path, char(0)), "
                    "group_concat(id), group_concat(coalesce(width, 0)), "
                    "group_concat(coalesce(height, 0)), group_concat(coalesce(taken, 0)) "
                    "FROM photos WHERE NOT missing AND id > ? AND id <= ?",
                    (first, first + _PHOTOS_PER_TEXT),
                ).fetchone()
                if count:
                    failed += failures
                    blocks.append(tuple(block))
            errors = self._errors() if failed else {}
        paths = [path for block in blocks for path in block[0].split("\0")]
        ids, widths, heights, taken = (
            np.concatenate(
                [np.zeros(0, dtype=kind), *(_numbers(block[place]) for block in blocks)]
            ).astype(kind, copy=False)
            for place, kind in enumerate((np.int64, np.int32, np.int32, np.int64), start=1)
        )
        with reading_cells("the list of photos"):
            if len(paths) != len(ids):
                raise ValueError("a name that no file has")
        in_order = sorted(paths)  # compared as SQLite does
        if in_order != paths:
            order = sorted(range(len(paths)), key=paths.__getitem__)
            paths = in_order
            ids, widths, heights, taken = (each[order] for each in (ids, widths, heights, taken))
        rows = np.flatnonzero(np.isin(ids, np.fromiter(errors, dtype=np.int64)))
        return PhotoColumns(
            ids, paths, widths, heights, taken,
            {int(row): errors[int(ids[row])] for row in rows},
        )  # fmt: skip

    def ids(self) -> NDArray[np.int64]:
        """(n_photos,) of the photos in the folder, by path."""
        row = self._database.conn.execute(
            "SELECT group_concat(id) FROM (SELECT id FROM photos WHERE NOT missing ORDER BY path)"
        ).fetchone()
        return _numbers(row[0] or "")

    def unusable(self) -> list[tuple[str, str]]:
        """(path, why) of those in the folder that cannot be used, by path."""
        return self._database.conn.execute(
            "SELECT path, error FROM photos WHERE NOT missing AND coalesce(error, '') <> '' "
            "ORDER BY path"
        ).fetchall()

    def _errors(self) -> dict[int, str]:
        """By photo."""
        rows = self._database.conn.execute(
            "SELECT id, error FROM photos WHERE NOT missing AND error <> ''"
        )
        return dict(rows.fetchall())

    def count(self) -> int:
        row = self._database.conn.execute("SELECT count(*) FROM photos WHERE NOT missing")
        return int(row.fetchone()[0])

    def newest(self) -> int:
        """The photo that came last, 0 where there is none."""
        row = self._database.conn.execute("SELECT coalesce(max(id), 0) FROM photos").fetchone()
        return int(row[0])

    @property
    def is_new(self) -> bool:
        """Whether the folder was never scanned."""
        row = self._database.conn.execute("SELECT EXISTS (SELECT 1 FROM photos)").fetchone()
        return not row[0]

    def add_names(self, paths: Sequence[str]) -> range:
        """Store photos of which only the names are known yet.  Returns their identifiers."""
        connection = self._database.conn
        with writing(self._database):
            last = connection.execute("SELECT coalesce(max(id), 0) FROM photos").fetchone()[0]
            identifiers = range(last + 1, last + 1 + len(paths))
            connection.executemany(
                "INSERT INTO photos (id, path, size, modified_ns) VALUES (?, ?, ?, ?)",
                (
                    (identifier, path, NOT_LOOKED_AT, NOT_LOOKED_AT)
                    for identifier, path in zip(identifiers, paths, strict=True)
                ),
            )
        return identifiers

    def files_here(self) -> list[ScannedFields]:
        """Those of the photos in the folder as they were when last looked at, by path."""
        return self._database.conn.execute(
            "SELECT path, size, modified_ns FROM photos WHERE NOT missing ORDER BY path"
        ).fetchall()

    def stored_files(self) -> dict[str, StoredFields]:
        """Every photo that ever was in the folder, by path."""
        rows = self._database.conn.execute(
            "SELECT path, id, size, modified_ns, missing FROM photos"
        )
        return {row[0]: row[1:] for row in rows}

    def fingerprints(self, photos: Iterable[int]) -> dict[int, str]:
        """Those of these photos that have been read."""
        wanted = set(photos)
        rows = self._database.conn.execute(
            "SELECT id, fingerprint FROM photos WHERE fingerprint IS NOT NULL"
        )
        return {photo: fingerprint for photo, fingerprint in rows if photo in wanted}

    def apply(
        self,
        differences: ScanDifferences,
        moves: Sequence[Move] = (),
        fingerprints: Mapping[str, str] | None = None,
    ) -> ScanChanges:
        """Store what a scan has found: a changed file is read anew, a vanished one is marked.

        Rows are never deleted: a person's answers hang on them, and a file may come back.

        moves : photos that keep their row under another path; each path is that of an added file,
        or of a photo that moves itself.  fingerprints : by path, those read for finding the moves.
        """
        read = fingerprints or {}
        taken = {move.file.path for move in moves}
        left = self._paths_of(move.photo for move in moves)
        # Where a photo has moved away and another file lies now, that one is new.
        added = [file for file in differences.added if file.path not in taken]
        added += [
            file for file in differences.changed if file.path in left and file.path not in taken
        ]
        changed = [
            file for file in differences.changed if file.path not in left and file.path not in taken
        ]
        missing = [path for path in differences.missing if path not in left]
        returned = [path for path in differences.returned if path not in left]
        self._move(moves)
        self._write(
            "INSERT OR IGNORE INTO photos (path, size, modified_ns, fingerprint) "
            "VALUES (?, ?, ?, ?)",
            ((*file, read.get(file.path)) for file in added),
        )
        self._write(
            "UPDATE photos SET size = ?, modified_ns = ? WHERE path = ?",
            ((file.size, file.modified_ns, file.path) for file in differences.listed),
        )
        self._write(
            # What was read of a file stays true where its content is the same.
            "UPDATE photos SET size = ?1, modified_ns = ?2, fingerprint = ?3, "
            "error = CASE WHEN fingerprint = ?3 THEN error END, "
            "width = CASE WHEN fingerprint = ?3 THEN width END, "
            "height = CASE WHEN fingerprint = ?3 THEN height END, "
            "taken = CASE WHEN fingerprint = ?3 THEN taken END WHERE path = ?4",
            ((file.size, file.modified_ns, read.get(file.path), file.path) for file in changed),
        )
        self._write("UPDATE photos SET missing = 0 WHERE path = ?", ((p,) for p in returned))
        self._write("UPDATE photos SET missing = 1 WHERE path = ?", ((p,) for p in missing))
        return ScanChanges(
            len(added) + len(differences.listed) + len(returned),
            len(changed),
            len(missing),
            len(moves),
        )

    def _paths_of(self, photos: Iterable[int]) -> set[str]:
        wanted = set(photos)
        if not wanted:
            return set()
        rows = self._database.conn.execute("SELECT id, path FROM photos")
        return {path for photo, path in rows if photo in wanted}

    def _move(self, moves: Sequence[Move]) -> None:
        """All at once: photos may have changed places, and no two have one path in between."""
        if not moves:
            return
        with writing(self._database):
            connection = self._database.conn
            connection.executemany(
                "UPDATE photos SET path = '/' || id WHERE id = ?",
                ((move.photo,) for move in moves),
            )
            connection.executemany(
                "UPDATE photos SET path = ?, size = ?, modified_ns = ?, missing = 0 WHERE id = ?",
                ((*move.file, move.photo) for move in moves),
            )

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        remaining: Iterator[tuple[object, ...]] = iter(rows)
        while chunk := list(islice(remaining, _ROWS_PER_WRITE)):
            with writing(self._database):
                self._database.conn.executemany(statement, chunk)

    def unread(self) -> list[tuple[int, str]]:
        """(photo, path) of those in the folder without a fingerprint, by path."""
        return self._database.conn.execute(
            "SELECT id, path FROM photos WHERE NOT missing AND error IS NULL "
            "AND fingerprint IS NULL ORDER BY path"
        ).fetchall()

    def undated(self) -> list[tuple[int, str]]:
        """(photo, path) of those that were read, but not for when they were taken, by path."""
        return self._database.conn.execute(
            "SELECT id, path FROM photos WHERE NOT missing AND error IS NULL "
            "AND fingerprint IS NOT NULL AND taken IS NULL ORDER BY path"
        ).fetchall()

    def set_taken(self, times: Iterable[tuple[int, int]]) -> None:
        """Pairs (photo, when it was taken)."""
        self._write(
            "UPDATE photos SET taken = ? WHERE id = ?", ((time, photo) for photo, time in times)
        )

    def taken(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Photos of which it is known when they were taken, and when."""
        ids, taken = self._database.conn.execute(
            "SELECT group_concat(id), group_concat(taken) FROM photos WHERE taken"
        ).fetchone()
        return _numbers(ids or ""), _numbers(taken or "")

    def add_read(self, files: Iterable[ReadFile]) -> None:
        """Record files as they were read.

        A photo whose file is another one since, or that a job has read meanwhile, stays as it is.
        """
        self._write(
            "UPDATE photos SET fingerprint = ?4, width = coalesce(width, nullif(?5, 0)), "
            "height = coalesce(height, nullif(?6, 0)), taken = ?7 WHERE id = ?1 AND size = ?2 "
            "AND modified_ns = ?3 AND error IS NULL AND fingerprint IS NULL",
            files,
        )

    def set_fingerprints(self, fingerprints: Iterable[tuple[int, str]]) -> None:
        """Pairs (photo, digest) of photos that could be read, whatever was said of them before."""
        rows = [(digest, photo) for photo, digest in fingerprints]
        with writing(self._database):
            self._database.conn.executemany(
                "UPDATE photos SET fingerprint = ?, error = NULL WHERE id = ?", rows
            )

    def set_read(
        self,
        sizes: Iterable[tuple[int, int, int]],
        damaged: Iterable[tuple[int, str]],
        unreachable: Iterable[tuple[int, str]],
    ) -> None:
        """Record (photo, width, height) of those read and (photo, reason) of those that failed.

        Damage is a property of the content, and holds until that changes; a file that cannot be
        reached is tried again, so that its fingerprint is forgotten.
        """
        with writing(self._database):
            connection = self._database.conn
            connection.executemany(
                "UPDATE photos SET width = ?, height = ?, error = NULL WHERE id = ?",
                [(width, height, photo) for photo, width, height in sizes],
            )
            connection.executemany(
                "UPDATE photos SET error = ? WHERE id = ?",
                [(reason, photo) for photo, reason in damaged],
            )
            connection.executemany(
                "UPDATE photos SET error = ?, fingerprint = NULL WHERE id = ?",
                [(reason, photo) for photo, reason in unreachable],
            )

    def set_not_here(self, photos: Iterable[tuple[int, str]]) -> None:
        """Record (photo, reason) of those that this computer may not read; what another one has
        read of them stays true."""
        with writing(self._database):
            self._database.conn.executemany(
                "UPDATE photos SET error = ?2 WHERE id = ?1 AND fingerprint IS NULL", list(photos)
            )

    def forget_damage(self) -> None:
        """Let every photo of the folder be tried again."""
        with writing(self._database):
            self._database.conn.execute("UPDATE photos SET error = NULL WHERE error IS NOT NULL")

    def share_what_was_read(self) -> None:
        """Give photos of the same content, read once, the same size or the same error."""
        same = "FROM photos AS other WHERE other.fingerprint = photos.fingerprint AND other"
        with writing(self._database):
            connection = self._database.conn
            connection.execute(
                f"UPDATE photos SET error = (SELECT error {same}.error IS NOT NULL) "
                "WHERE error IS NULL AND fingerprint IN "
                "(SELECT fingerprint FROM photos WHERE error IS NOT NULL) AND NOT EXISTS "
                "(SELECT 1 FROM embeddings WHERE encoding_id IN (SELECT id FROM encodings) "
                "AND embeddings.fingerprint = photos.fingerprint)"
            )
            connection.execute(
                f"UPDATE photos SET (width, height) = (SELECT width, height {same}.width IS NOT "
                "NULL) WHERE width IS NULL AND error IS NULL AND "
                f"EXISTS (SELECT 1 {same}.width IS NOT NULL)"
            )


def _numbers(text: str) -> NDArray[np.int64]:
    """(n,) of a text of whole numbers with commas between them."""
    return np.fromstring(text, dtype=np.int64, sep=",")
