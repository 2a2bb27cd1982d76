"""Searches beside the session's jobs, one at a time; the newest wish wins."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.events import Outcome, Progressed, Started
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project_state import ProjectState
from cdul_app.tasks.search import (
    Search,
    SearchShelf,
    Similarities,
    nearest_reviewed,
    search_like,
    search_words,
)


class SearchKind(StrEnum):
    WORDS = "words"
    LIKE = "like"
    NOVELTY = "novelty"


class PhotoSearch(QObject):
    """What the photos were compared with last, and how like it they are."""

    changed = Signal()  # it began, says something else, found something, failed or was cleared
    found = Signal(object)  # SearchKind

    def __init__(self, session: ProjectState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shelf = SearchShelf()
        self._job: Job | None = None
        self._running: SearchKind | None = None
        self._running_title = ""
        self._waiting: tuple[SearchKind, str, Callable[[], Search]] | None = None
        self._result = _Found()
        self._nearest = _Found()
        self._compared: frozenset[int] | None = None  # reviewed photos that novelty is about
        self.title = ""  # what was searched for, empty where nothing is
        self.stage = ""  # what is being done
        self.error = ""  # why the last one failed
        session.photos_changed.connect(self._forget_vectors)
        session.scores_changed.connect(self._forget_vectors)

    @property
    def is_running(self) -> bool:
        return self._job is not None or self._waiting is not None

    def similarities(self) -> NDArray[np.float32] | None:
        """(n_photos,) cosines with what was searched for, NaN where a photo is not encoded; None
        while nothing is."""
        return self._result.of(self._session.photos) if self.title else None

    def novelty(self) -> NDArray[np.float32] | None:
        """(n_photos,) in [0, 2]: 1 - the cosine with the nearest reviewed photo; None until it
        has been asked for and found."""
        nearest = self._nearest.of(self._session.photos)
        return None if nearest is None else 1 - nearest

    # ---- wishes ----

    def search_words(self, words: str) -> None:
        location, shelf, text = self._session.location, self._shelf, " ".join(words.split())
        self._wish(SearchKind.WORDS, f"“{text}”", lambda: search_words(location, text, shelf))

    def search_like(self, row: int) -> None:
        location, shelf = self._session.location, self._shelf
        photo = int(self._session.photos.ids[row])
        name = self._session.photos.paths[row].rpartition("/")[2]
        self._wish(SearchKind.LIKE, f"like {name}", lambda: search_like(location, photo, shelf))

    def compare_with_reviewed(self) -> None:
        """See `novelty`; nothing is done where the same photos are reviewed as last time."""
        location, shelf = self._session.location, self._shelf
        answered = (self._session.answers != UNOBSERVED).any(axis=1)
        reviewed = self._session.photos.ids[answered]
        if self._compared == frozenset(reviewed.tolist()) and self.novelty() is not None:
            self.found.emit(SearchKind.NOVELTY)
            return
        self._compared = frozenset(reviewed.tolist())
        self._wish(SearchKind.NOVELTY, "", lambda: nearest_reviewed(location, reviewed, shelf))

    def clear(self) -> None:
        """Look for nothing; a search that runs is given up."""
        self._waiting = None
        if self._job is not None:
            self._job.cancel()
        self._running = None
        self.title = self.stage = self.error = ""
        self.changed.emit()

    def close(self) -> None:
        """Stop, and wait for it."""
        self._waiting = self._running = None
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    # ---- one after the other ----

    def _wish(self, kind: SearchKind, title: str, search: Callable[[], Search]) -> None:
        self._waiting = (kind, title, search)
        self.error = ""
        if self._job is not None:
            self._job.cancel()
        else:
            self._start_next()
        self.changed.emit()

    def _start_next(self) -> None:
        if self._waiting is None:
            return
        self._running, self._running_title, search = self._waiting
        self._waiting = None
        # Without a parent: a session that is dropped would delete the thread a second time.
        self._job = Job(JobKind.SEARCH, search)
        self._job.event_sent.connect(self._take_event)
        self._job.ended.connect(self._end)
        self._job.start()

    def _take_event(self, event: object) -> None:
        if self._waiting is not None or self._running is None:
            return  # nobody wants it any more
        if isinstance(event, Started):
            self.stage = f"{event.title}…"
            self.changed.emit()
        elif isinstance(event, Progressed) and not self.stage:
            self.stage = "Comparing photos…"
            self.changed.emit()

    def _take_found(self, kind: SearchKind | None, found: Similarities) -> None:
        if kind is SearchKind.NOVELTY:
            self._nearest = _Found(found)
        else:
            self._result = _Found(found)
            self.title = self._running_title
        self.changed.emit()
        self.found.emit(kind)

    def _end(self, result: JobResult) -> None:
        if self._job is not None:
            self._job.wait()
            self._job = None
        kind, self._running, self.stage = self._running, None, ""
        wanted = kind is not None and self._waiting is None
        if isinstance(result.value, Similarities) and wanted:
            self._take_found(kind, result.value)
        elif result.outcome is Outcome.FAILED and wanted:
            self.error = result.message
            if kind is SearchKind.NOVELTY:
                self._compared = None
        if self._job is None:  # else who listens has begun another search
            self._start_next()
        self.changed.emit()

    def _forget_vectors(self) -> None:
        self._shelf.forget_vectors()
        self._compared = None


class _Found:
    """Figures of photos, in the order of the rows that are shown now."""

    def __init__(self, found: Similarities | None = None) -> None:
        self._found = found
        self._photos: PhotoTable | None = None
        self._values: NDArray[np.float32] | None = None

    def of(self, photos: PhotoTable) -> NDArray[np.float32] | None:
        if self._found is not None and self._photos is not photos:
            rows = photos.rows_by_id.find(self._found.photos)
            self._values = np.full(len(photos), np.nan, dtype=np.float32)
            self._values[rows[rows >= 0]] = self._found.similarities[rows >= 0]
            self._photos = photos
        return self._values
