"""Reading a large project beside the window, which then has it in a moment."""

from dataclasses import dataclass
from typing import NamedTuple

from cdul_app.events import Events
from cdul_app.paths import ProjectLocation
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore

_READ_AT_ONCE = 50_000_000  # bytes of a database: of that, what a window shows is read in 0.2 s


class _State(NamedTuple):
    """Of a database: another one where somebody has written what a project shows."""

    labels: int  # the newest set
    photos: int  # the newest
    shown: int  # photos that are in the folder
    decisions: int  # the last step


@dataclass(frozen=True)
class ReadProject:
    """What a window shows of a project; its connection to the database is closed."""

    state: _State  # from before it was read
    project: Project


def takes_long(location: ProjectLocation) -> bool:
    """Whether a window that reads it itself would not answer meanwhile."""
    try:
        return location.database.stat().st_size > _READ_AT_ONCE
    except OSError:  # there is none yet, or what is wrong is told where it is opened
        return False


def read_ahead(location: ProjectLocation) -> Events[ReadProject]:
    """Check and read it, and work out what follows.  Raises ProjectError."""
    yield from ()
    with ProjectStore(location.database) as store:
        state = _state_of(store)
    with Project(location) as project:
        project.facts.work_out()
    return ReadProject(state, project)


def opened_ahead(location: ProjectLocation, read: ReadProject) -> Project:
    """The project for this thread, without what was read where somebody has written since."""
    with ProjectStore(location.database) as store:
        is_same = _state_of(store) == read.state
    project = Project(location, ahead=read.project if is_same else None)
    if not project.store.opening_note:
        project.store.opening_note = read.project.store.opening_note
    return project


def _state_of(store: ProjectStore) -> _State:
    return _State(
        store.labels.newest(),
        store.photos.newest(),
        store.photos.count(),
        store.decisions.last(),
    )
