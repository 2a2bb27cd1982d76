"""Reading a project database where nothing can be written beside it."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from cdul_app.language import tr
from cdul_app.paths import may_write
from cdul_app.storage.project_file import address_of

# What SQLite says of a disk that is read-only, full, out of file entries, or unplugged.
CANNOT_WRITE = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)


def is_writable(file: Path) -> bool:
    """Whether permissions and the disk let the database, and files beside it, be written."""
    return may_write(file) and may_write(file.parent)


def why_not_writable(file: Path) -> str:
    """As a clause: “its folder cannot be written”."""
    if not is_writable(file):
        return tr("its folder {parent} cannot be written", parent=file.parent)
    disk = os.statvfs(file.parent) if hasattr(os, "statvfs") else None
    if disk is not None and disk.f_bavail and not disk.f_favail:
        return tr("the disk of {parent} can hold no more files", parent=file.parent)
    return tr("the disk of {parent} is full or cannot be written", parent=file.parent)


def open_for_reading(file: Path, timeout: float) -> sqlite3.Connection:
    """Includes what lies in the write-ahead log.  Raises sqlite3.DatabaseError, OSError."""
    log = file.with_name(f"{file.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    ways: list[Callable[[], sqlite3.Connection]] = [lambda: _by_uri(file, "mode=ro", timeout)]
    if has_log:
        ways += [lambda: _exclusive(file, timeout), lambda: _copied(file, timeout)]
    else:  # nothing is to come either: who would write it cannot
        ways.append(lambda: _by_uri(file, "mode=ro&immutable=1", timeout))
    failure: sqlite3.OperationalError | None = None
    for way in ways:
        try:
            return way()
        except sqlite3.OperationalError as error:
            failure = failure or error
    assert failure is not None, "there was a way to fail"
    raise failure


def _by_uri(file: Path, options: str, timeout: float) -> sqlite3.Connection:
    address = address_of(file, options)
    return _tried(sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None))


def _exclusive(file: Path, timeout: float) -> sqlite3.Connection:
    """With the index of the log in memory: for a full disk, where no file can be made for it."""
    connection = sqlite3.connect(file, timeout=timeout, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return _tried(connection)


class _CopyConnection(sqlite3.Connection):
    folder: "tempfile.TemporaryDirectory[str]"

    def close(self) -> None:
        super().close()
        self.folder.cleanup()


def _copied(file: Path, timeout: float) -> sqlite3.Connection:
    """A copy of database and log: for a disk that is read-only with a log that was left.

    Nobody holds a lock there, which reading the file would take off (see `check_project_file`).
    """
    folder = tempfile.TemporaryDirectory(prefix="cdul-")
    copy = Path(folder.name) / file.name
    for name in (file.name, f"{file.name}-wal"):
        shutil.copyfile(file.with_name(name), copy.with_name(name))
    connection = sqlite3.connect(
        copy, timeout=timeout, isolation_level=None, factory=_CopyConnection
    )
    connection.folder = folder
    return _tried(connection)


def _tried(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA query_only = ON")
        return connection
    except sqlite3.Error:
        connection.close()
        raise
