"""Reading a large project beside the window, which then has it in a moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from cdul_app.events import Events
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation
from cdul_app.project.opening import set_log_aside
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.label_records import LabelSet

_READ_AT_ONCE = 20_000_000  # bytes of a database: of that, what a window shows is read in 0.1 s


class _State(NamedTuple):
    """Of a database: another one where somebody has written what a project shows.  Photos that
    went or came back are found where the window looks for what other programs have changed."""

    labels: int  # the newest set
    photos: int  # the newest
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
    """Check and read it, and work out what follows.  Raises ProjectError.

    Photos and scores are read on threads of their own while the decisions are checked.
    """
    yield from ()
    aside = set_log_aside(location)
    with ProjectStore(location.database) as store, ThreadPoolExecutor(2) as pool:
        state = _state_of(store)
        photos, labels = pool.submit(PhotoTable.load, location), pool.submit(_labels, location)
        store.check_decisions()
        project = Project(
            location, fill=lambda project: project.reload(photos.result(), labels.result())
        )
    with project:
        if aside:
            project.store.opening_note = f"{aside} {project.store.opening_note}".rstrip()
        project.facts.work_out()
    return ReadProject(state, project)


def opened_ahead(location: ProjectLocation, read: ReadProject) -> Project:
    """The project for this thread, without what was read where somebody has written since."""
    with ProjectStore(location.database) as store:
        is_same = _state_of(store) == read.state
    fill = (lambda project: project.take(read.project)) if is_same else None
    project = Project(location, fill=fill)
    if not project.store.opening_note:
        project.store.opening_note = read.project.store.opening_note
    return project


def _state_of(store: ProjectStore) -> _State:
    return _State(store.labels.newest(), store.photos.newest(), store.decisions.last())


def _labels(location: ProjectLocation) -> list[LabelSet]:
    """Those that are shown, and those that photos are sorted by."""
    with ProjectStore(location.database) as store:
        kinds = store.labels.kinds()
        sorting = [each for each in (LabelKind.CLASSIFIER, LabelKind.RANKING) if each in kinds]
        read = [store.labels.read(kind) for kind in (LabelKind.PSEUDO, *sorting[:1])]
        return [each for each in read if each is not None]
