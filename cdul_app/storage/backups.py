"""Copies of a project database, made while it is in use, and put back.

A copy is read row by row, not page by page: what is damaged in the database is found then, instead
of being copied.  Of a large project, what can be computed again is left out; when such a copy is
put back, it is taken from the damaged database where it can still be read.
"""

import errno
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from cdul_app.errors import DamagedProjectError, ProjectError, in_words
from cdul_app.language import tr
from cdul_app.paths import beside_database
from cdul_app.storage.project_file import address_of, check_project_file, check_schema
from cdul_app.storage.records.blobs import (
    blob_to_photos,
    blob_to_scores,
    photos_to_blob,
    scores_to_blob,
)
from cdul_app.storage.soundness import fault_of_database
from cdul_app.storage.transactions import sentences_for_failures
from cdul_app.written_files import make_folder, sync_folder, waiting_beside

MOST_KEPT = 5
MOST_COMPLETE_BYTES = 256 * 2**20  # of a database whose copies hold all
# In the order of their references; the last is that of earlier versions.
_COMPUTED_TABLES = ("embeddings", "label_sets", "label_blocks", "label_scores")
_SUFFIX = ".sqlite"
_SIDE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Backup:
    file: Path
    made: datetime  # in UTC
    reason: str
    photos: int
    answers: int
    size: int  # bytes


def back_up(database: Path, reason: str) -> Backup:
    """Copy a database and keep the newest MOST_KEPT copies.

    reason : a word or two of letters, part of the file's name.
    Raises DamagedProjectError where it cannot be read, ProjectError where the copy cannot be
    written.
    """
    folder = beside_database(database, "backups")
    made = datetime.now(UTC)
    file = folder / f"{made:%Y%m%d-%H%M%S-%f}-{reason.replace(' ', '-')}{_SUFFIX}"
    waiting = waiting_beside(file)
    try:
        if folder.is_symlink():  # a stranger's project may lead anywhere
            raise OSError(errno.ELOOP, tr("it is a link, not a folder"), str(folder))
        make_folder(folder)
        waiting.touch(exist_ok=False)  # SQLite would follow a link
        with sentences_for_failures():
            _copy(database, waiting)
        with waiting.open("rb+") as stream:
            os.fsync(stream.fileno())
        waiting.rename(file)
        sync_folder(folder)
    except OSError as error:
        raise ProjectError(
            tr(
                "No backup could be written to {folder} ({why}): check that its disk can be "
                "written and has space.",
                folder=folder,
                why=in_words(error),
            )
        ) from error
    finally:
        waiting.unlink(missing_ok=True)
    for old in list_backups(database)[MOST_KEPT:]:
        old.file.unlink(missing_ok=True)
    return _described(file)


def list_backups(database: Path) -> list[Backup]:
    """Those that can be read, newest first."""
    found = []
    for file in beside_database(database, "backups").glob(f"[0-9]*{_SUFFIX}"):
        with suppress(ProjectError, sqlite3.DatabaseError, OSError, ValueError):
            found.append(_described(file))
    return sorted(found, key=lambda backup: backup.file.name, reverse=True)


def restore(database: Path, backup: Path) -> Path | None:
    """Put a copy in the place of the database, which is kept under another name beside it.

    Returns that name, None where there was no database.  Raises ProjectError where the copy cannot
    be used; nothing has changed then.
    """
    waiting = waiting_beside(database)
    try:
        check_project_file(backup)
        waiting.touch(exist_ok=False)
        shutil.copyfile(backup, waiting)
        with sentences_for_failures(), closing(_connect(waiting)) as copy:
            check_schema(copy, backup)
            fault = fault_of_database(copy)
            if fault:
                raise DamagedProjectError(
                    tr(
                        "The backup {backup} is damaged ({fault}): choose another one.",
                        backup=backup,
                        fault=fault,
                    )
                )
            if database.exists():
                with suppress(sqlite3.Error, ProjectError, OSError):
                    _take_over(copy, database)
        with waiting.open("rb+") as stream:
            os.fsync(stream.fileno())
        kept = set_database_aside(database)
        waiting.rename(database)
        sync_folder(database.parent)
        return kept
    except OSError as error:
        raise ProjectError(
            tr(
                "The backup {backup} could not be put back ({why}): check that the disk is "
                "connected, can be written and has space.",
                backup=backup,
                why=in_words(error),
            )
        ) from error
    finally:
        for suffix in _SIDE_FILES:
            waiting.with_name(waiting.name + suffix).unlink(missing_ok=True)


def set_database_aside(database: Path) -> Path | None:
    """Rename a database and its log.  Returns its new name, None where there is none."""
    number = 1
    while (kept := database.with_name(f"{database.stem}-replaced-{number}.sqlite")).exists():
        number += 1
    is_there = database.exists() and database.stat().st_size > 0
    for suffix in ("", "-wal"):
        file = database.with_name(database.name + suffix)
        if file.exists() and file.stat().st_size:
            file.rename(kept.with_name(kept.name + suffix))
        file.unlink(missing_ok=True)
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    return kept if is_there else None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(address_of(file, "mode=rwc"), uri=True, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _copy(database: Path, into: Path) -> None:
    check_project_file(database)
    complete = database.stat().st_size <= MOST_COMPLETE_BYTES
    with closing(_connect(into)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")  # nobody sees it before it is whole
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("ATTACH ? AS source", (address_of(database, "mode=ro"),))
        copy.execute("BEGIN")  # one state, whatever is written meanwhile
        made = copy.execute(
            "SELECT type, name, sql FROM source.sqlite_master "
            "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat_' ORDER BY type = 'index'"
        ).fetchall()
        for kind, name, statement in made:
            copy.execute(statement)
            if kind == "table" and (complete or name not in _COMPUTED_TABLES):
                _copy_rows(copy, name)
        for name in ("user_version", "application_id"):
            value = copy.execute(f"PRAGMA source.{name}").fetchone()[0]
            copy.execute(f"PRAGMA main.{name} = {value}")
        copy.execute("COMMIT")


def _copy_rows(copy: sqlite3.Connection, table: str, condition: str = "") -> None:
    columns = [f'"{row[1]}"' for row in copy.execute(f'PRAGMA main.table_info("{table}")')]
    names = ", ".join(columns)
    copy.execute(
        f'INSERT OR IGNORE INTO main."{table}" ({names}) '
        f'SELECT {names} FROM source."{table}" {condition}'
    )


def _take_over(copy: sqlite3.Connection, database: Path) -> None:
    """Add what was left out of a copy, as far as the database that it replaces can be read."""
    copy.execute("ATTACH ? AS source", (address_of(database, "mode=ro"),))
    find = "SELECT value FROM {}.settings WHERE name = 'project_id'".format
    if copy.execute(find("main")).fetchone() != copy.execute(find("source")).fetchone():
        return
    if copy.execute("SELECT EXISTS (SELECT 1 FROM main.label_sets)").fetchone()[0]:
        return
    known = "WHERE {} IN (SELECT id FROM main.{})".format
    encoded = known("encoding_id", "encodings")
    for copy_these, table, condition in (
        (_copy_rows, "view_files", encoded),
        (_copy_rows, "embeddings", f"{encoded} AND {_has_views(copy)}"),
        (_copy_labels, "label_sets", f"{known('run_id', 'runs')} OR run_id IS NULL"),
    ):
        copy.execute("BEGIN")
        try:
            copy_these(copy, table, condition)
            copy.execute("COMMIT")
        except (sqlite3.Error, ValueError):
            if copy.in_transaction:
                copy.execute("ROLLBACK")


def _has_views(copy: sqlite3.Connection) -> str:
    """A condition: the views of a row of the source are in it, or in a file that the copy knows."""
    if not copy.execute("PRAGMA main.table_info(view_files)").fetchone():
        return "length(views) > 0"  # of a version that knew no files
    return "(file IS NULL OR file IN (SELECT id FROM main.view_files))"


def _copy_labels(copy: sqlite3.Connection, table: str, condition: str) -> None:
    """Label sets and their scores, of the photos that the copy knows.  Raises sqlite3.Error, also
    where one of the two databases is of an earlier version; ValueError for damaged scores."""
    _copy_rows(copy, table, condition)
    known = [photo for (photo,) in copy.execute("SELECT id FROM main.photos")]
    blocks = copy.execute(
        "SELECT set_id, photo_ids, scores FROM source.label_blocks "
        "WHERE set_id IN (SELECT scores_of FROM main.label_sets)"
    )
    for set_id, photo_ids, blob in blocks:
        photos = blob_to_photos(photo_ids)
        scores = blob_to_scores(blob).reshape(len(photos), -1)
        kept = np.isin(photos, known)
        if kept.any():
            copy.execute(
                "INSERT INTO main.label_blocks VALUES (?, ?, ?, ?)",
                (
                    set_id, int(photos[kept][0]), photos_to_blob(photos[kept]),
                    scores_to_blob(scores[kept]),
                ),
            )  # fmt: skip


def _described(file: Path) -> Backup:
    stamp, reason = file.name.removesuffix(_SUFFIX)[:22], file.name.removesuffix(_SUFFIX)[23:]
    made = datetime.strptime(stamp, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    check_project_file(file)
    with closing(sqlite3.connect(address_of(file, "mode=ro&immutable=1"), uri=True)) as copy:
        check_schema(copy, file)
        photos, answers = (
            copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("photos", "observed_labels")
        )
    return Backup(file, made, reason.replace("-", " "), photos, answers, file.stat().st_size)
