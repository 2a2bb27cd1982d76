"""An open project, as window, terminal and tests use it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import PhotosListed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.changes import ProjectChanges
from cdul_app.project.checking.project_truth import ProjectTruth
from cdul_app.project.checking.samples import Samples
from cdul_app.project.classes.class_table import ClassTable
from cdul_app.project.decisions import Decisions
from cdul_app.project.finding.search_results import SearchResults
from cdul_app.project.labels.class_thresholds import ShownLabels
from cdul_app.project.labels.label_facts import LabelFacts
from cdul_app.project.labels.label_matrices import answer_matrix, label_matrix
from cdul_app.project.labels.row_cache import Rows
from cdul_app.project.last_scoring import LastScoring
from cdul_app.project.opening import open_checked
from cdul_app.project.photo_folder import check_folder, is_half_listed
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.remembered_settings import RememberedSettings
from cdul_app.project.runs import ProjectRuns
from cdul_app.storage.records.label_records import LabelSet


class Project:
    """What the project's database holds, as arrays, kept in step with it by one thread.

    Rows of every array are those of `photos`, columns those of `classes`; none is to be written to.
    What another thread or program changes is seen after a `reload`.
    """

    def __init__(
        self,
        location: ProjectLocation,
        *,
        create: bool = False,
        fill: Callable[["Project"], object] | None = None,
    ) -> None:
        """Open the project of a folder, which may be away; with `create` it is made where there
        is none, and its folder must be there.  One whose location is read only is read: what
        would change it raises ProjectError.  Raises FolderError, ProjectError.

        fill : brings in what was read of it, and checked, by other threads; see `read_ahead`.
        """
        if create:
            check_folder(location.folder)
        self.location = location
        self.store = open_checked(location, create=create, is_checked=fill is not None)
        self.settings = RememberedSettings(self.store.settings, location.folder)
        self.changes = ProjectChanges()
        self.photos = PhotoTable.empty(location.folder)
        self.classes = ClassTable()
        self.answers: NDArray[np.int8] = np.zeros((0, 0), dtype=np.int8)
        self.flags: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self.label_kinds: tuple[LabelKind, ...] = ()  # that there are, read or not
        self._scores: dict[LabelKind, NDArray[np.float32] | None] = {}
        self.facts = LabelFacts(self)
        self.scoring = LastScoring(self)
        self.runs = ProjectRuns(self)
        self.samples = Samples(self)
        self.truth = ProjectTruth(self)
        self.search_results = SearchResults(self)
        self.decisions = Decisions(self)
        (fill or Project.reload)(self)

    @classmethod
    def open_folder(cls, folder: Path, database: Path | None = None) -> "Project":
        """The project of a folder, made where there is none.  Raises UserError."""
        check_folder(folder.expanduser().absolute())
        return cls(locate_project(folder, database), create=True)

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.__exit__(kind, error, trace)

    # ---- photos, classes, scores ----

    @property
    def is_half_listed(self) -> bool:
        """Whether there may be photos in the folder that no scan has come to."""
        return not len(self.photos) or is_half_listed(self.store)

    def scores(self, kind: LabelKind) -> NDArray[np.float32] | None:
        """(n_photos, n_classes) in [0, 1], NaN where not scored; None where the kind is absent."""
        if kind not in self._scores:
            labels = self.store.labels.read(kind)
            self._scores[kind] = (
                None if labels is None else label_matrix(labels, self.photos.ids, self.classes.ids)
            )
        return self._scores[kind]

    def scores_of_rows(
        self, kind: LabelKind | None, rows: Rows, columns: slice = slice(None)
    ) -> NDArray[np.float32]:
        """(n_rows, n_columns), NaN where there are none."""
        scores = None if kind is None else self.scores(kind)
        if scores is None:
            shape = self.answers[:, columns][rows].shape
            return np.full(shape, np.nan, dtype=np.float32)
        return scores[:, columns][rows]

    def known_scores(self) -> dict[LabelKind, NDArray[np.float32]]:
        """The scores that are in memory, for a job to work on."""
        return {kind: scores for kind, scores in self._scores.items() if scores is not None}

    @property
    def display_kind(self) -> LabelKind | None:
        """The kind labels are shown from: the current pseudo labels, None before scoring."""
        return None if self.scores(LabelKind.PSEUDO) is None else LabelKind.PSEUDO

    def shown_scores(self) -> NDArray[np.float32]:
        """(n_photos, n_classes), what labels are shown from; NaN before scoring."""
        return self.scores_of_rows(self.display_kind, slice(None))

    def shown_labels(self) -> ShownLabels | None:
        """The scores that labels are shown from, with the answers; None before scoring."""
        if not self.facts.scored.values().any():
            return None
        return ShownLabels(self.photos.ids, self.classes, self.shown_scores(), self.answers)

    # ---- reading the database again ----

    def reload(self, photos: PhotoTable | None = None, labels: Iterable[LabelSet] = ()) -> None:
        """Read all anew; `photos` and `labels` where a job has read them already."""
        self.photos = photos or PhotoTable.read(self.location.folder, self.store)
        self.reload_classes()
        for each in labels:
            self._scores[each.kind] = label_matrix(each, self.photos.ids, self.classes.ids)

    def take(self, ahead: "Project") -> None:
        """What was read of the same project elsewhere."""
        self.photos, self.classes = ahead.photos, ahead.classes
        self.answers, self.flags = ahead.answers, ahead.flags
        self.label_kinds, self._scores = ahead.label_kinds, ahead._scores
        self.facts.take(ahead.facts)

    def reload_classes(self) -> None:
        """Other classes, and with them other columns of all that is shown."""
        self.classes = ClassTable(self.store.classes.all())
        self._scores.clear()
        self.scoring.forget()
        self._read_answers()

    def reload_thresholds(self) -> None:
        before, self.classes = self.classes.thresholds, ClassTable(self.store.classes.all())
        self.facts.move_thresholds(before)
        self.changes.thresholds()

    def list_photos(self, listed: PhotosListed) -> None:
        """Show more photos, unless they are here; they have neither scores nor answers."""
        if len(self.photos) and listed.ids[0] <= self.photos.ids.max():
            return
        self.photos = self.photos.extended(listed.ids, listed.paths)
        self._scores.clear()
        self._read_answers()
        self.changes.photos_listed()

    def replace_photos(self, photos: PhotoTable) -> None:
        """Other photos in another order, or the same, and no score is other than it was; answers
        are read anew."""
        rows = self.photos.rows_by_id.find(photos.ids)
        came_back = len(self.photos) and (photos.ids[rows < 0] < self.photos.ids.max()).any()
        if came_back:  # with scores that are not here
            self._scores.clear()
        for kind, scores in self._scores.items():
            if scores is not None and not np.array_equal(rows, np.arange(len(scores))):
                self._scores[kind] = np.where(rows[:, None] < 0, np.nan, scores[rows])
        self.photos = photos
        self._read_answers()

    def _read_answers(self) -> None:
        self.flags = np.isin(self.photos.ids, self.store.flags.all())
        self.answers = answer_matrix(self.store, self.photos.ids, self.classes.ids)
        self.label_kinds = tuple(self.store.labels.kinds())
        self.samples.forget()
        self.truth.forget()
        self.facts.forget()
