"""Opening a project database: one connection a thread, WAL, foreign keys, write-first."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from cdul_app.errors import DamagedProjectError, DatabaseBusyError, ProjectError, in_words
from cdul_app.language import tr, translatable
from cdul_app.storage.backups import back_up
from cdul_app.storage.migrations import project_migrations
from cdul_app.storage.project_file import (
    check_project_file,
    check_schema,
    create_project_file,
    migrate,
)
from cdul_app.storage.read_only import (
    CANNOT_WRITE,
    is_writable,
    open_for_reading,
    why_not_writable,
)
from cdul_app.storage.transactions import damage_sentence, is_busy, is_damage, writing
from cdul_app.written_files import remove_strays_once

BUSY_SECONDS = 30.0
BEFORE_UPDATE = translatable("before an update")  # reason of a backup


@dataclass(frozen=True)
class OpenedDatabase:
    database: Database
    read_only: str  # why nothing can be written to it; empty where it can


def open_database(file: Path, *, create: bool = False, durable: bool = True) -> OpenedDatabase:
    """Open and migrate the database of a project.

    durable : a commit waits until the disk has it; without, a power cut may take the last ones
    back, which suits what can be computed again.
    Where it cannot be written (its disk is read-only or full) it is opened for reading.
    Raises ProjectError where it is absent (unless `create`), damaged, locked, written by a newer
    version of the app or by a stranger, or in a place that cannot be written where there is none.
    """
    if not create and not file.exists():
        raise ProjectError(
            tr(
                "There is no project at {file} yet: score the folder's photos first (cdul-app "
                "score FOLDER --classes …).",
                file=file,
            )
        )
    try:
        if not file.exists():
            create_project_file(file)
        check_project_file(file)
        connection, read_only = _connect(file, durable=durable)
    except (sqlite3.DatabaseError, OSError) as error:
        raise _cannot_open(file, error) from error
    try:
        database = Database(connection)
        _bring_up_to_date(database, file, read_only)
        return OpenedDatabase(database, read_only)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _cannot_open(file, error) from error
    except ProjectError:
        connection.close()
        raise


def _connect(file: Path, *, durable: bool) -> tuple[sqlite3.Connection, str]:
    """A connection, and why it is for reading only, empty where it is not."""
    if not is_writable(file):
        return open_for_reading(file, BUSY_SECONDS), why_not_writable(file)
    remove_strays_once(file.parent)
    # isolation_level None: transactions begin where the code says so, never by themselves.
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        check_schema(connection, file)  # before anything is written to it
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: to the disk itself, not its cache
        connection.execute("PRAGMA foreign_keys = ON")
        # Some systems' SQLite writes zeros over all that is deleted: labels would be written twice.
        connection.execute("PRAGMA secure_delete = FAST")
        return connection, ""
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in CANNOT_WRITE:
            raise
        return open_for_reading(file, BUSY_SECONDS), why_not_writable(file)
    except BaseException:
        connection.close()
        raise


def _bring_up_to_date(database: Database, file: Path, read_only: str) -> None:
    if read_only:
        check_schema(database.conn, file)
    if not project_migrations.pending(database):
        return
    if read_only:
        raise ProjectError(
            tr(
                "The project {file} was made by an earlier version and has to be brought up to "
                "date, but {read_only}: copy the folder {parent} to where it can be written, and "
                "open the copy with --project.",
                file=file,
                read_only=read_only,
                parent=file.parent,
            )
        )
    if database.conn.execute("PRAGMA user_version").fetchone()[0]:
        back_up(file, BEFORE_UPDATE)
    # Two processes may do so at once: the second waits here, then finds nothing pending.
    with writing(database):
        migrate(database)


def _cannot_open(file: Path, error: Exception) -> ProjectError:
    if isinstance(error, sqlite3.OperationalError) and is_busy(error):
        return DatabaseBusyError(
            tr(
                "The project database {file} is held by another program: close it there, then try "
                "again.",
                file=file,
            )
        )
    if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
        return DamagedProjectError(damage_sentence(file, in_words(error)))
    return ProjectError(
        tr(
            "The project database {file} cannot be opened ({why}). Your photos are untouched: "
            "check that its disk is connected, has space and can be written, then try again.",
            file=file,
            why=in_words(error),
        )
    )
