"""What a project database is on disk: how it is made, and what is refused before it is used.

A project may come from anybody.  Nothing of its file is run or trusted before it is known to hold
our tables and nothing else: a trigger or a view of a stranger would act on a person's answers.
"""

import os
import sqlite3
import stat
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from cdul_app.errors import DamagedProjectError, ProjectError
from cdul_app.language import tr
from cdul_app.storage.migrations import SCHEMA_VERSION, project_migrations
from cdul_app.written_files import make_folder, sync_folder, waiting_beside

APPLICATION_ID = 0x4344554C  # "CDUL", at a fixed place of the file
_FIRST_WITH_ID = 4  # number of migrations
_MIGRATIONS_TABLE = project_migrations.migrations_table
# Ten views of 512 numbers take 11.0 KB in such pages, 12.3 in those of 4,096 that SQLite has by
# itself; of 768 numbers 16.4 in both; of 1,024 24.6 and 21.0.
_PAGE_BYTES = 8192
Schema = dict[tuple[str, str], str]  # (type, name) to how it was made


def check_project_file(file: Path) -> None:
    """Look at a file that is there without opening it.

    To open a pipe waits for ever.  And whoever opens and closes a database beside SQLite takes off
    all locks of this process on it (POSIX): another process then takes itself for the last one and
    removes the log that is being written.

    Raises ProjectError for what is no regular file, or empty; OSError where it cannot be looked at.
    """
    state = file.stat()
    if not stat.S_ISREG(state.st_mode):
        raise ProjectError(
            tr(
                "{file} is a folder, a pipe or a device, not a file: choose another file for the "
                "project.",
                file=file,
            )
        )
    if not state.st_size:
        raise DamagedProjectError(
            tr(
                "The project database {file} is empty (0 bytes), as after a copy that was cut "
                "short: restore it from a backup (cdul-app restore FOLDER), or delete the empty "
                "file.",
                file=file,
            )
        )


def address_of(file: Path, options: str) -> str:
    """For `sqlite3.connect(..., uri=True)`; any name, also one that is no text."""
    return f"{file.absolute().as_uri()}?{options}"


def create_project_file(file: Path) -> None:
    """Make an empty project that is there whole or not at all, and never over another.

    Raises OSError.
    """
    make_folder(file.parent)
    waiting = waiting_beside(file)
    try:
        with waiting.open("xb") as stream:
            stream.write(_new_project())
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(waiting, file)
        except FileExistsError:
            pass  # another process was as quick
        except OSError:  # a file system without links
            if not file.exists():
                waiting.rename(file)
        sync_folder(file.parent)
    finally:
        waiting.unlink(missing_ok=True)


def _new_project() -> bytes:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    migrate(Database(connection))
    try:
        return connection.serialize()
    finally:
        connection.close()


def migrate(database: Database) -> None:
    """Bring the tables to the present version, within the caller's transaction."""
    project_migrations.apply(database)
    database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def check_schema(connection: sqlite3.Connection, file: Path) -> None:
    """Raises ProjectError for a project of a newer version, a database of another program, and one
    with tables, views, triggers or indexes that this app did not make."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    found = _schema_of(connection)
    if not found and not mark and not version:
        return  # made, and killed before its first table
    ours = mark == APPLICATION_ID or (mark == 0 and 0 < version < _FIRST_WITH_ID)
    if not ours or not {("table", "photos"), ("view", "photos")} & found.keys():
        raise ProjectError(
            tr(
                "{file} is a database of another program: choose another file for the project.",
                file=file,
            )
        )
    if version > SCHEMA_VERSION:
        raise ProjectError(
            tr(
                "The project {file} was made by a newer version of cdul_app: update the app to "
                "open it.",
                file=file,
            )
        )
    expected = _expected_schema(version)
    strange = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
    if strange:
        kind, name = min(strange)
        raise ProjectError(
            tr(
                "The project {file} is not as this app makes it (its {kind} “{name}”), so it is "
                "not opened: what is in it could change your answers. Restore a backup (cdul-app "
                "restore FOLDER), or ask whoever gave it to you.",
                file=file,
                kind=kind,
                name=name[:60],
            )
        )


def _schema_of(connection: sqlite3.Connection) -> Schema:
    """All that is in the database, but SQLite's own statistics and indexes."""
    schema: Schema = {}
    for kind, name, statement in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        own = kind == "index" and statement is None and name.startswith("sqlite_autoindex_")
        if own or (kind == "table" and name in ("sqlite_stat1", "sqlite_stat4")):
            continue
        if kind == "table" and name == _MIGRATIONS_TABLE:
            statement = ""  # written by a library, which may write it otherwise one day
        elif kind == "index" and name.startswith(f"idx_{_MIGRATIONS_TABLE}"):
            continue
        schema[kind, name] = " ".join(str(statement).split())
    return schema


@cache
def _expected_schema(version: int) -> Schema:
    """The schema after so many migrations."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    database = Database(connection)
    names = [migration.name for migration in project_migrations.pending(database)]
    later = names[version] if version < len(names) else None
    project_migrations.apply(database, stop_before=later)
    try:
        return _schema_of(connection)
    finally:
        connection.close()
