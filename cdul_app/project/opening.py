"""What is looked at when a project is opened, before anything is decided in it."""

import logging
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from cdul_app.errors import DamagedProjectError, ProjectError
from cdul_app.language import ntr, tr
from cdul_app.paths import PROJECT_FOLDER, ProjectLocation, is_there
from cdul_app.storage.database import BUSY_SECONDS
from cdul_app.storage.journal.foreign_log import set_foreign_log_aside
from cdul_app.storage.journal.journal_replay import replay
from cdul_app.storage.project_store import ProjectStore

SECONDS_FOR_THE_RECORD = 0.3

_log = logging.getLogger(__name__)


def open_checked(
    location: ProjectLocation, *, create: bool, is_checked: bool = False
) -> ProjectStore:
    """Open the store of a project, with a check of what a person made; bring in what the record of
    answers knows beyond it.

    is_checked : another thread has just done that.
    What a person should know of it is the store's `opening_note`.
    Raises ProjectError, DamagedProjectError where it can be restored.
    """
    aside = "" if is_checked else set_log_aside(location)
    store = ProjectStore(location.database, create=create)
    try:
        store.opening_note = _checked(store, is_checked=is_checked)
        if store.read_only and not location.read_only:  # which is told where it is known before
            store.opening_note = tr(
                "This project is open for reading only, since {why}.", why=store.read_only
            )
    except BaseException:
        store.close()
        raise
    if aside:
        store.opening_note = f"{aside} {store.opening_note}".rstrip()
    return store


def set_log_aside(location: ProjectLocation) -> str:
    """Before anything opens the database: a log that is not its own is set aside.  Returns what a
    person should know of it.  Raises DamagedProjectError where the database is lost."""
    refuse_lost(location)
    file = location.database
    kept = set_foreign_log_aside(file) if file.exists() else None
    if kept is None:
        return ""
    return tr(
        "A log of another state of the project lay beside it; it is kept as {name}.",
        name=kept.name,
    )


def refuse_lost(location: ProjectLocation) -> None:
    """Raises DamagedProjectError where there is no database, but what is left of its project tells
    that there was one."""
    if location.database.exists():
        return
    log = location.database.with_name(f"{location.database.name}-wal")
    left = [location.answers_file, log, *location.backups_dir.glob("*.sqlite")]
    found = next((file for file in left if file.exists() and file.stat().st_size), None)
    if found is not None:
        raise DamagedProjectError(
            tr(
                "The project database {database} is gone, but {name} is there: restore the "
                "project with your answers (cdul-app restore FOLDER). To start anew instead, "
                "{remedy}.",
                database=location.database,
                name=found.name,
                remedy=how_to_start_anew(location),
            )
        )


def refuse_unplugged(location: ProjectLocation, known_folders: Collection[Path]) -> None:
    """A folder that held a project when it was last open, one of `known_folders`, and is empty now
    is not a new one: so is the place of a disk that is not connected.  Raises ProjectError."""
    refuse_lost(location)  # what is left of it tells more
    folder = location.folder
    known = folder.is_dir() and folder in known_folders
    if known and not is_there(location.database) and _is_empty(folder):
        raise ProjectError(
            tr(
                "{folder} held a project when it was last open, and is empty now: connect its "
                "disk, then open it again.",
                folder=folder,
            )
        )


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:  # told where it is opened
        return False


def how_to_start_anew(location: ProjectLocation) -> str:
    """Half a sentence: only a folder that holds nothing but the project is one to delete."""
    folder = location.database.parent
    if location.moved_because_read_only or folder == location.folder / PROJECT_FOLDER:
        return tr("delete {folder}", folder=folder)
    return tr("name another file with --project")


def _checked(store: ProjectStore, *, is_checked: bool) -> str:
    if not is_checked:
        store.check_decisions()
    if store.read_only:
        return ""
    store.check_in_place()
    # A window opens the project on its own thread: the record can wait, the person need not.
    store.wait_for_locks(SECONDS_FOR_THE_RECORD)
    try:
        return _brought_up_to_date(store)
    finally:
        store.wait_for_locks(BUSY_SECONDS)


def _brought_up_to_date(store: ProjectStore) -> str:
    brought_in = _bring_in(store)
    try:
        store.journal.catch_up()
    except (OSError, ProjectError) as error:  # the database has it all the same
        _log.warning("%s was not written: %s", store.journal.file, error)
    return brought_in


def _bring_in(store: ProjectStore) -> str:
    journal = store.journal
    try:
        if not journal.is_of_project():
            journal.set_aside()
            return ""
        lines = journal.lines_ahead()
    except OSError as error:
        _log.warning("%s cannot be read: %s", journal.file, error)
        return ""
    if not lines:
        return ""
    count = replay(store, lines)
    if journal.lines_ahead():  # other steps have these numbers here
        with suppress(OSError):
            journal.start_anew()
    return ntr(
        "The project database is an older copy: {n} decision that was made after it was brought in "
        "from {file}. Undo takes them back one by one.",
        "The project database is an older copy: {n} decisions that were made after it was brought "
        "in from {file}. Undo takes them back one by one.",
        count,
        file=journal.file.name,
    )
