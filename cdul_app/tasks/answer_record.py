"""Writing down, beside the database, what was decided."""

from contextlib import suppress

from cdul_app.errors import DatabaseBusyError, ProjectError, in_words
from cdul_app.events import Events
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation
from cdul_app.storage.project_store import ProjectStore

SECONDS_FOR_A_LOCK = 0.5


def write_down_decisions(location: ProjectLocation) -> Events[None]:
    """Bring the record of answers up to the database, and the database's file up to its log, so
    that a copy of that file alone has them too.  Where another program holds the database, the
    next decision or opening does it: a window that closes waits for this.  Raises ProjectError.
    """
    yield from ()
    with suppress(DatabaseBusyError), ProjectStore(location.database) as store:
        store.wait_for_locks(SECONDS_FOR_A_LOCK)
        store.checkpoint()
        try:
            store.journal.catch_up()
        except OSError as error:
            raise ProjectError(
                tr(
                    "The record of answers {file} cannot be written ({why}): see to that file. "
                    "The database has the answers.",
                    file=store.journal.file,
                    why=in_words(error),
                )
            ) from error
