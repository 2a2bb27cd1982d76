"""The photos of a project."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from cdul_app.storage.database import writing


@dataclass(frozen=True)
class ScannedFile:
    path: str  # relative to the folder, with forward slashes
    size: int  # bytes
    modified_ns: int


@dataclass(frozen=True)
class PhotoRecord:
    identifier: int
    path: str
    fingerprint: str | None
    width: int | None
    height: int | None
    error: str | None


@dataclass(frozen=True)
class ScanChanges:
    added: int
    changed: int
    missing: int


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

    def count(self) -> int:
        row = self._database.conn.execute("SELECT count(*) FROM photos WHERE NOT missing")
        return int(row.fetchone()[0])

    def synchronise(self, files: Iterable[ScannedFile]) -> ScanChanges:
        """Make the photos those of a scan: a changed file is read anew, a vanished one is marked.

        Rows are never deleted: a person's answers hang on them, and a file may come back.
        """
        found = {file.path: file for file in files}
        known = {
            path: (size, modified, missing)
            for path, size, modified, missing in self._database.conn.execute(
                "SELECT path, size, modified_ns, missing FROM photos"
            )
        }
        added = [file for path, file in found.items() if path not in known]
        changed = [
            file
            for path, file in found.items()
            if path in known and known[path][:2] != (file.size, file.modified_ns)
        ]
        returned = [(path,) for path in found if path in known and known[path][2]]
        missing = [(path,) for path, state in known.items() if path not in found and not state[2]]
        if added or changed or returned or missing:
            connection = self._database.conn
            with writing(self._database):
                connection.executemany(
                    "INSERT OR IGNORE INTO photos (path, size, modified_ns) VALUES (?, ?, ?)",
                    [(file.path, file.size, file.modified_ns) for file in added],
                )
                connection.executemany(
                    "UPDATE photos SET size = ?, modified_ns = ?, error = NULL, "
                    "fingerprint = NULL, width = NULL, height = NULL WHERE path = ?",
                    [(file.size, file.modified_ns, file.path) for file in changed],
                )
                connection.executemany("UPDATE photos SET missing = 0 WHERE path = ?", returned)
                connection.executemany("UPDATE photos SET missing = 1 WHERE path = ?", missing)
        return ScanChanges(len(added) + len(returned), len(changed), len(missing))

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

    def share_what_was_read(self) -> None:
        """Give photos of the same content, read once, the same size or the same error."""
        read = "other.width IS NOT NULL OR other.error IS NOT NULL"
        same = f"FROM photos AS other WHERE other.fingerprint = photos.fingerprint AND ({read})"
        with writing(self._database):
            self._database.conn.execute(
                f"UPDATE photos SET (width, height, error) = (SELECT width, height, error {same}) "
                "WHERE fingerprint IS NOT NULL AND width IS NULL AND error IS NULL "
                f"AND EXISTS (SELECT 1 {same})"
            )
