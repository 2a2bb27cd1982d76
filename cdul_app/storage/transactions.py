"""Transactions of a project database, and sentences for what makes them fail."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from cdul_app.errors import DamagedProjectError, DatabaseBusyError, ProjectError, in_words
from cdul_app.language import tr


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
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
            raise  # a statement that is wrong
        if is_busy(error):
            raise DatabaseBusyError(
                tr("Another program holds the project database: close it there, then try again.")
            ) from error
        if is_damage(error):
            raise DamagedProjectError(damage_sentence(None, in_words(error))) from error
        raise ProjectError(
            tr(
                "The project database cannot be used now ({why}): check that its disk is "
                "connected, can be written and has space, then try again; what was saved is kept.",
                why=in_words(error),
            )
        ) from error


def damage_sentence(file: Path | None, fault: str) -> str:
    if file is None:
        return tr(
            "The project database is damaged ({fault}). Your photos are untouched: restore a "
            "backup with your answers (Project > Backups, or cdul-app restore FOLDER).",
            fault=fault,
        )
    return tr(
        "The project database {file} is damaged ({fault}). Your photos are untouched: restore a "
        "backup with your answers (Project > Backups, or cdul-app restore FOLDER).",
        file=file,
        fault=fault,
    )


def is_busy(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
