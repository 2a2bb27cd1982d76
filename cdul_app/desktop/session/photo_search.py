"""Searches beside the session's jobs, one at a time; the newest one wins."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.events import Event, Events, Outcome, Progressed, Started, TaskResult
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.project import Project
from cdul_app.tasks.search import (
    NearDuplicates,
    SearchCache,
    Similarities,
    near_duplicates,
    nearest_reviewed,
    search_like,
    search_words,
)


class SearchKind(StrEnum):
    WORDS = "words"
    LIKE = "like"
    NOVELTY = "novelty"
    DUPLICATES = "duplicates"


class PhotoSearch(JobOwner):
    """Fills the project's search results; says what is being looked for, and how it went."""

    changed = Signal()  # it began, says something else, found something, failed or was cleared
    found = Signal(object)  # SearchKind

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._cache = SearchCache()
        self._kind: SearchKind | None = None  # of the search that runs or ran last
        self._wanted_title = ""
        self._compared: frozenset[int] | None = None  # reviewed photos that novelty is about
        self.title = ""  # what was searched for, empty where nothing is
        self.stage = ""  # what is being done
        self.error = ""  # why the last one failed
        project.changes.photos.add(self._forget_vectors)
        project.changes.scores.add(self._forget_vectors)

    def search_words(self, words: str) -> None:
        location, text = self._project.location, " ".join(words.split())
        self._start(
            SearchKind.WORDS,
            tr("“{name}”", name=text),
            lambda: search_words(location, text, self._cache),
        )

    def search_like(self, row: int) -> None:
        location, photo = self._project.location, int(self._project.photos.ids[row])
        name = self._project.photos.paths[row].rpartition("/")[2]
        self._start(
            SearchKind.LIKE,
            tr("like {name}", name=name),
            lambda: search_like(location, photo, self._cache),
        )

    def compare_with_reviewed(self) -> None:
        """For the order by novelty; nothing is done where the same photos are reviewed as last
        time."""
        project = self._project
        reviewed = project.photos.ids[(project.answers != UNOBSERVED).any(axis=1)]
        known = frozenset(reviewed.tolist())
        if self._compared == known and project.search_results.novelty() is not None:
            self.found.emit(SearchKind.NOVELTY)
            return
        self._compared = known
        location = project.location
        self._start(
            SearchKind.NOVELTY, "", lambda: nearest_reviewed(location, reviewed, self._cache)
        )

    def find_duplicates(self) -> None:
        """Photos that show the same; nothing is done where they are known."""
        if self._project.search_results.duplicates() is not None:
            self.found.emit(SearchKind.DUPLICATES)
            return
        location = self._project.location
        self._start(SearchKind.DUPLICATES, "", lambda: near_duplicates(location, self._cache))

    def clear(self) -> None:
        """Look for nothing; a search that runs is given up."""
        self._slot.give_up()
        self._project.search_results.clear()
        self.title = self.stage = self.error = ""
        self.changed.emit()

    def _start(
        self, kind: SearchKind, title: str, search: Callable[[], Events[TaskResult]]
    ) -> None:
        self._kind, self._wanted_title = kind, title
        self.error = self.stage = ""
        self._slot.start(JobKind.SEARCH, search)
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        stage = self.stage
        if isinstance(event, Started):
            stage = tr("{stage}…", stage=event.title)
        elif isinstance(event, Progressed) and not stage:
            stage = tr("Comparing photos…")
        if stage != self.stage:
            self.stage = stage
            self.changed.emit()

    def _on_ended(self, result: JobResult) -> None:
        self.stage = ""
        kind, found, results = self._kind, result.value, self._project.search_results
        if isinstance(found, Similarities):
            if kind is SearchKind.NOVELTY:
                results.keep_nearest_reviewed(found.photos, found.similarities)
            else:
                results.keep(found.photos, found.similarities)
                self.title = self._wanted_title
            self.found.emit(kind)
        elif isinstance(found, NearDuplicates):
            results.keep_duplicates(found.photos, found.groups)
            self.found.emit(kind)
        elif result.outcome is Outcome.FAILED:
            self.error = result.message
            if kind is SearchKind.NOVELTY:
                self._compared = None
        self.changed.emit()

    def _forget_vectors(self) -> None:
        self._cache.forget_vectors()
        self._project.search_results.keep_duplicates(None, None)
        self._compared = None
