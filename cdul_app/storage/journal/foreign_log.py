"""A write-ahead log that belongs to another life of the database.

Who copies an older project.sqlite over a newer one after a crash leaves the newer one's log beside
it.  SQLite would read the two together, and write the mixture at the next checkpoint.
"""

import sqlite3
from pathlib import Path

from cdul_app.errors import ProjectError
from cdul_app.storage.project_file import address_of, check_project_file, check_schema
from cdul_app.storage.soundness import fault_of_decisions


def set_foreign_log_aside(file: Path) -> Path | None:
    """Rename a log with which the database is damaged and without which it is sound.

    Nothing is written to either.  Returns its new place, None where the log is no such.
    Raises ProjectError for a database that is not ours.
    """
    log = file.with_name(f"{file.name}-wal")
    try:
        if not log.stat().st_size:
            return None
        check_project_file(file)
    except OSError:
        return None
    if _is_sound(file, "mode=ro") or not _is_sound(file, "mode=ro&immutable=1"):
        return None
    number = 1
    while (kept := log.with_name(f"{log.name}.{number}")).exists():
        number += 1
    log.rename(kept)
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    return kept


def _is_sound(file: Path, options: str) -> bool:
    # A connection that cannot write leaves the log as it is when it is closed.
    connection = sqlite3.connect(address_of(file, options), uri=True, timeout=30)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        check_schema(connection, file)
        return not fault_of_decisions(connection)
    except sqlite3.OperationalError:
        return True  # it cannot be read at all, which is told where it is opened
    except (sqlite3.DatabaseError, ProjectError):
        return False
    finally:
        connection.close()
