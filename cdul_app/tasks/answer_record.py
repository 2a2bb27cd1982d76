"""Writing down, beside the database, what was decided."""

from cdul_app.events import Events
from cdul_app.paths import ProjectLocation
from cdul_app.storage.project_store import ProjectStore


def write_down_decisions(location: ProjectLocation) -> Events[None]:
    """Bring the record of answers up to the database, and the database's file up to its log, so
    that a copy of that file alone has them too.  Raises ProjectError, OSError."""
    yield from ()
    with ProjectStore(location.database) as store:
        store.journal.catch_up()
        store.checkpoint()
