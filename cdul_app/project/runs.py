"""The runs of an open project."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cdul_app.events import EpochFinished
from cdul_app.project.labels.label_changes import CHANGED_SETTING
from cdul_app.storage.records.run_records import (
    RunRecord as RunRecord,  # for who may not know storage
)

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class ProjectRuns:
    """Read anew each time: a job writes them."""

    def __init__(self, project: "Project") -> None:
        self._project = project

    def all(self) -> list[RunRecord]:
        """Newest first."""
        return self._project.store.runs.all()

    def history(self, run_id: int) -> list[EpochFinished]:
        return self._project.store.runs.epochs(run_id)

    def changed_photos(self) -> list[int]:
        """Identifiers of the photos whose labels the last scoring or training has changed."""
        return self._project.store.settings.read(CHANGED_SETTING, _identifiers) or []

    @property
    def shown(self) -> RunRecord | None:
        """The run that the shown labels come from; None before scoring."""
        kind = self._project.display_kind
        number = None if kind is None else self._project.store.labels.run_of(kind)
        return next((run for run in self.all() if run.identifier == number), None)


def _identifiers(stored: Iterable[int]) -> list[int]:
    return [int(photo) for photo in stored]
