"""What other programs have changed in an open project, as the terminal does beside a window."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from cdul_app.events import Events
from cdul_app.paths import ProjectLocation
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project import Project
from cdul_app.storage.journal.decision_log import StepKind
from cdul_app.storage.project_store import ProjectStore


class Changed(StrEnum):
    ANSWERS = "answers"  # and flags
    THRESHOLDS = "thresholds"
    CLASSES = "classes"
    ALL = "all"  # photos or scores: all is to be read anew
    LISTING = "listing"  # perhaps: photos may have gone or come back, see `read_photos`


class _Machine(NamedTuple):
    labels: int  # the newest set
    photos: int  # the newest


_BY_STEP = {
    StepKind.ANSWER: Changed.ANSWERS,
    StepKind.FLAG: Changed.ANSWERS,
    StepKind.THRESHOLD: Changed.THRESHOLDS,
    StepKind.CLASSES: Changed.CLASSES,
}


def read_photos(location: ProjectLocation, shown: int | None = None) -> Events[PhotoTable | None]:
    """On a thread.  shown : how many photos are; None where there are as many, by which they are
    known to be the same as long as no newer one came."""
    yield from ()
    with ProjectStore(location.database) as store:
        if store.photos.count() == shown:
            return None
        return PhotoTable.read(location.folder, store)


class ForeignChanges:
    """Compares the database with what the project shows; used by the project's thread."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._version = -1
        self._machine = self._read()

    def accept(self) -> None:
        """What is stored now is shown: a job of this process has ended, and was read."""
        self._machine = self._read()

    def look_again(self) -> None:
        """What was to be counted was not."""
        self._version = -1

    def find(self) -> set[Changed]:
        """Costs one look at a number where no other connection has written.  Raises ProjectError.

        What is found is found again until it is shown.  Whether photos went or came back, their
        count tells, for which a million are gone through: LISTING asks for it.
        """
        store, decisions = self._project.store, self._project.decisions
        version = store.version
        if version == self._version:
            return set()
        kinds = store.decisions.kinds_after(decisions.last_step)
        found = {_BY_STEP[kind] for kind in kinds}
        if self._read() != self._machine:
            found.add(Changed.ALL)
        if not found:
            self._version = version
            return {Changed.LISTING}
        return found

    def show(self, changed: set[Changed]) -> None:
        """Read what was decided elsewhere, and tell the listeners; not for Changed.ALL."""
        project = self._project
        if Changed.CLASSES in changed:
            project.reload_classes()
            project.changes.classes()
        elif Changed.THRESHOLDS in changed:
            project.reload_thresholds()
        answers, flags = project.answers.copy(), project.flags.copy()
        project.replace_photos(project.photos)
        rows = np.flatnonzero((answers != project.answers).any(axis=1))
        project.facts.update(rows)
        project.changes.answers(rows)
        project.changes.flags(np.flatnonzero(flags != project.flags))
        project.decisions.reload()

    def _read(self) -> _Machine:
        store = self._project.store
        return _Machine(store.labels.newest(), store.photos.newest())
