"""Opening a project database: one connection a thread, WAL, foreign keys, write-first."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from cdul_app.errors import ProjectError
from cdul_app.storage.migrations import SCHEMA_VERSION, project_migrations

BUSY_SECONDS = 30.0
READ_ONLY = (
    "This project is read only, so this was not stored; what was saved is kept. Make its folder "
    "writable, or copy it to a disk that can be written, and open it there."
)


def open_database(file: Path, *, create: bool, read_only: bool = False) -> Database:
    """Open and migrate the database of a project.

    read_only : one that is there, in a place that cannot be written; whoever writes to it gets a
    ProjectError.  Raises ProjectError where it is absent (unless `create`), damaged, locked,
    written by a newer version of the app, or in a place that cannot be written.
    """
    if read_only:
        return _open_to_read(file)
    if not create and not file.is_file():
        raise ProjectError(
            f"There is no project at {file} yet: score the folder's photos first "
            "(cdul-app score FOLDER --classes …)."
        )
    connection: sqlite3.Connection | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # isolation_level None: transactions begin where the code says so, never by themselves.
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        database = Database(connection)
        _refuse_newer(database, file)  # before anything is written to it
        _refuse_foreign(database, file)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        if project_migrations.pending(database):
            # Two processes may open a new project at once: the second waits here, then finds
            # nothing pending.
            with writing(database):
                project_migrations.apply(database)
                database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return database
    except (sqlite3.DatabaseError, OSError) as error:
        if connection is not None:
            connection.close()
        raise ProjectError(
            f"The project database {file} cannot be opened ({error}). Your photos are untouched: "
            "free it if another program holds it, or restore it from a backup, or move it away "
            "to start anew."
        ) from error
    except ProjectError:
        if connection is not None:
            connection.close()
        raise


def _open_to_read(file: Path) -> Database:
    """Raises ProjectError as `open_database`, and where it cannot be read without a write."""
    log = file.with_name(f"{file.name}-wal")
    try:
        was_closed = not log.exists() or log.stat().st_size == 0
        # Where nothing is in the log, and its index cannot be made, the file alone is read.
        ways = ("mode=ro", "immutable=1") if was_closed else ("mode=ro",)
        for way in ways:
            connection = sqlite3.connect(
                f"{file.absolute().as_uri()}?{way}",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
            )
            try:
                database = Database(connection)
                _refuse_newer(database, file)
                _refuse_foreign(database, file)
                _refuse_older(database, file)
                return database
            except ProjectError:
                connection.close()
                raise
            except sqlite3.DatabaseError:
                connection.close()
                if way is ways[-1]:
                    raise
        raise AssertionError("one of the ways opens it or raises")
    except (sqlite3.DatabaseError, OSError) as error:
        raise ProjectError(
            f"The project database {file} cannot be read where it cannot be written ({error}). "
            "Copy its folder to a disk that can be written, and open it there."
        ) from error


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """A short transaction that takes the write lock first.

    A read followed by a write in a deferred transaction fails at once where another thread wrote
    in between, whatever the timeout.
    """
    with sentences_for_failures():
        database.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            database.conn.execute("COMMIT")
        except BaseException:
            if database.conn.in_transaction:  # a full disk has ended it already
                database.conn.execute("ROLLBACK")
            raise


@contextmanager
def reading(database: Database) -> Iterator[None]:
    """Several reads of one state of the database, whatever other threads write meanwhile."""
    database.conn.execute("BEGIN")
    try:
        yield
    finally:
        database.conn.execute("COMMIT")


@contextmanager
def sentences_for_failures() -> Iterator[None]:
    """Raise ProjectError for what a disk or another program does to the database.

    What only a bug of the app can cause stays what it is.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            raise ProjectError(READ_ONLY) from error
        raise ProjectError(
            f"The project database can no longer be used ({error}): check that the disk is "
            "connected and has space, then start again; what was saved is kept."
        ) from error


def _refuse_newer(database: Database, file: Path) -> None:
    version = database.conn.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"The project {file} was made by a newer version of cdul_app: update the app to open "
            "it."
        )


def _refuse_older(database: Database, file: Path) -> None:
    version = database.conn.execute("PRAGMA user_version").fetchone()[0]
    if version < SCHEMA_VERSION:
        raise ProjectError(
            f"The project {file} was made by an earlier version of cdul_app and is read only: copy "
            "its folder to a disk that can be written, and open it there."
        )


def _refuse_foreign(database: Database, file: Path) -> None:
    tables = set(database.table_names())
    if tables and project_migrations.migrations_table not in tables:
        raise ProjectError(
            f"{file} is a database of another program: choose another file for the project."
        )
