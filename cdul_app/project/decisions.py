"""What a person decides in an open project; each step is logged, and can be taken back."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ProjectError
from cdul_app.language import tr
from cdul_app.method.arrays import distinct
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.project.labels.following_thresholds import followed_threshold, moved_words
from cdul_app.project.labels.shown_decisions import show_answers, show_flags
from cdul_app.project.photo_folder import check_writable
from cdul_app.project.reversed_steps import reverse_step
from cdul_app.project.step_words import step_in_words
from cdul_app.project.undo_stack import UndoStack
from cdul_app.storage.records.answer_provenance import ShownLabel
from cdul_app.storage.records.answer_records import CellChanges, Decided, describe
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.class_records import ClassRecord
from cdul_app.storage.records.listed_classes import ListedClass

if TYPE_CHECKING:
    from cdul_app.project.project import Project

_log = logging.getLogger(__name__)


class Decisions:
    """Answers, flags, thresholds moved by hand and the class list, with undo and redo.

    What the database does not take (its disk is full, another program holds it) changes nothing
    here.  Where `changes.not_stored` is listened to, the decision waits and can be tried again;
    else ProjectError is raised.
    """

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._store = project.store
        self._history = UndoStack(self._store.decisions.recent())
        self._waiting: list[_Waiting] = []
        self.last_step = self._store.decisions.last()  # that is shown

    # ---- deciding ----

    def answer(
        self,
        rows: Sequence[int] | NDArray[np.integer],
        column: int,
        value: int,
        *,
        follow: bool = True,
    ) -> None:
        """Answer YES or NO for a class on some photos, or take answers back with UNOBSERVED."""
        chosen = distinct(np.asarray(rows, dtype=np.int64))
        values = np.full(len(chosen), value, dtype=np.int8)
        self.answer_each(chosen, column, values, follow=follow)

    def answer_each(
        self,
        rows: NDArray[np.integer],
        column: int,
        values: NDArray[np.int8],
        *,
        follow: bool = True,
    ) -> None:
        """As `answer`, with a value for each row; rows must differ.  One step.

        Each answer is kept with its provenance: the score, threshold and run that were shown.
        follow : whether the threshold follows, and with it the labels of the other photos, unless
        it was set by hand.
        """
        project, item = self._project, self._project.classes[column]
        changing = project.answers[rows, column] != values
        chosen, values = rows[changing], values[changing]
        if not len(chosen):
            return
        cells = np.zeros(len(chosen), dtype=CELL_CHANGE)
        cells["photo"], cells["class"] = project.photos.ids[chosen], item.identifier
        cells["before"], cells["after"] = project.answers[chosen, column], values
        kind = project.display_kind
        scores = None if kind is None else project.scores(kind)
        cells["score"] = np.nan if scores is None else scores[chosen, column]
        description = describe(cells, item.name)
        followed = followed_threshold(project, column, chosen, values) if follow else None
        moved = "" if followed is None else moved_words(project, followed, chosen)

        def write() -> None:
            shown = self._shown_label(item)
            done = self._store.answers.apply(
                cells, description=description, shown=shown, followed=followed
            )
            self._remember(done)
            show_answers(self._project, done.cells, followed)

        told = step_in_words(description)
        told = f"{told}. {moved}" if moved else told
        self._decide(description, write, told=told if moved or len(chosen) > 1 else "")

    def answer_cells(self, cells: CellChanges, description: str, shown: ShownLabel) -> None:
        """Answers of several classes as one step; what was answered elsewhere since stays.

        shown : what was shown when they were given, or the file that they come from.
        """

        def write() -> None:
            done = self._store.answers.apply(cells, description=description, shown=shown)
            self._remember(done)
            show_answers(self._project, done.cells, None)

        many = len(distinct(cells["photo"])) > 1
        self._decide(description, write, told=step_in_words(description) if many else "")

    def flag(self, rows: Sequence[int] | NDArray[np.integer], flagged: bool) -> None:
        """Flag photos to come back to, or take the flags away."""
        project, chosen = self._project, np.asarray(rows, dtype=np.int64)
        photos = project.photos.ids[chosen[project.flags[chosen] != flagged]]
        if not len(photos):
            return
        count = f"{len(photos):,} photos" if len(photos) > 1 else "1 photo"
        description = f"{'flag' if flagged else 'no flag'} on {count}"

        def write() -> None:
            done = self._store.flags.apply(photos, flagged, description=description)
            self._remember(done)
            show_flags(self._project, done.cells)

        self._decide(description, write, told=step_in_words(description) if len(photos) > 1 else "")

    def set_threshold(self, column: int, value: float) -> None:
        """A person's threshold, `value` in [0, 1]: no later step overwrites it."""
        item = self._project.classes[column]
        description = f"threshold {value:.2f} for “{item.name}”"

        def write() -> None:
            self._store.classes.set_threshold(item.identifier, value, description=description)
            self._on_thresholds_moved()

        self._decide(description, write)

    def use_automatic_threshold(self, column: int) -> None:
        """The threshold that scores and answers give; nothing happens before scoring."""
        shown = self._project.shown_labels()
        if shown is None:
            return
        found = class_threshold(shown.scores, shown.answers[:, column], column)
        if found is None:
            return
        item = self._project.classes[column]
        description = f"automatic threshold for “{item.name}”"

        def write() -> None:
            self._store.classes.set_automatic_thresholds(
                {item.identifier: found.threshold}, description=description
            )
            self._on_thresholds_moved()

        self._decide(description, write)

    def set_classes(self, definitions: Sequence[ClassDefinition]) -> None:
        """Answers of removed classes are kept and return with the class.

        Raises ClassListError, ProjectError.
        """
        seen = self._project.classes.definitions
        self._edit_classes(
            lambda: self._store.classes.replace(
                definitions, description="the list of classes", instead_of=seen
            )
        )

    def edit_classes(
        self,
        wanted: Sequence[ListedClass],
        description: str,
        answers: CellChanges | None = None,
    ) -> None:
        """Another list in which a class may have another name, colour or key, and perhaps answers
        that come with it, as one step; see project.classes.class_edits.

        Raises ClassListError, ProjectError.
        """
        seen = [record.listed for record in self._project.classes]
        self._edit_classes(
            lambda: self._store.classes.edit(
                wanted, description=description, instead_of=seen, answers=answers
            )
        )

    def _edit_classes(self, write: Callable[[], object]) -> None:
        self._refuse_read_only()
        self._store.check_in_place()
        write()
        self._read_history()
        self._project.reload_classes()
        self._project.changes.classes()
        self._project.changes.undo()
        self._on_stored()

    # ---- what the database has not taken ----

    @property
    def waiting(self) -> list[str]:
        """What was decided and is not stored, oldest first."""
        return [step_in_words(each.description) for each in self._waiting]

    def store_waiting(self) -> None:
        """Try again, in the order of the decisions.  Raises ProjectError where it still fails."""
        while self._waiting:
            self._write(self._waiting[0].write)
            del self._waiting[0]
            self._project.changes.undo()

    def _decide(self, description: str, write: Callable[[], None], *, told: str = "") -> None:
        """told : what is said of it, with the way back."""
        self._refuse_read_only()
        heard = bool(self._project.changes.not_stored)
        try:
            if self._waiting:  # none overtakes another
                self.store_waiting()
            self._write(write)
        except ProjectError as error:
            if not heard:
                raise
            self._waiting.append(_Waiting(description, write))
            self._project.changes.undo()
            self._project.changes.not_stored(error)
            return
        if told:
            self._project.changes.decided_many(told)

    def _refuse_read_only(self) -> None:
        check_writable(self._project.location)
        if self._store.read_only:
            raise ProjectError(
                tr(
                    "This project is read only, since {read_only}: nothing was changed. Make room "
                    "or make it writable, then open it again.",
                    read_only=self._store.read_only,
                )
            )

    def _write(self, write: Callable[[], None]) -> None:
        self._store.check_in_place()
        write()
        self._on_stored()

    def _on_stored(self) -> None:
        newest = self._store.decisions.last()
        if newest == self.last_step + 1:  # else another program's steps lie in between
            self.last_step = newest
        if self._project.changes.decided:
            self._project.changes.decided()
        else:
            self.write_down()

    def write_down(self) -> None:
        """Bring the record beside the database up to it; where that fails the database has it all
        the same.  Where `changes.decided` is listened to, who listens does it."""
        try:
            self._store.journal.catch_up()
        except (OSError, ProjectError) as error:
            _log.warning("%s was not written: %s", self._store.journal.file, error)

    # ---- undo and redo ----

    @property
    def can_undo(self) -> bool:
        return bool(self._waiting) or self._history.next_undo is not None

    @property
    def can_redo(self) -> bool:
        return not self._waiting and self._history.next_redo is not None

    def undo(self) -> str | None:
        """Take the last step back, but for what was decided anew elsewhere since.

        Returns a sentence about it, None where there is none.  Raises ProjectError.
        """
        if self._waiting:
            given_up = self._waiting.pop()
            self._project.changes.undo()
            words = step_in_words(given_up.description)
            return tr("Gave up {step}, which was not saved yet.", step=words)
        identifier = self._history.next_undo
        if identifier is None:
            return None
        self._store.check_in_place()
        step = self._store.decisions.step(identifier)
        kept = reverse_step(self._project, step, undo=True)
        self._history.mark_undone(identifier)
        self._project.changes.undo()
        self._on_stored()
        words = step_in_words(step.description)
        if kept:
            return tr("Undid {step}, but for what was decided elsewhere since.", step=words)
        return tr("Undid {step}.", step=words)

    def redo(self) -> str | None:
        """Do the step last undone again; returns a sentence about it, None where there is none.

        Raises ProjectError.
        """
        identifier = self._history.next_redo
        if identifier is None or self._waiting:
            return None
        self._store.check_in_place()
        step = self._store.decisions.step(identifier)
        kept = reverse_step(self._project, step, undo=False)
        self._history.mark_redone(identifier)
        self._project.changes.undo()
        self._on_stored()
        words = step_in_words(step.description)
        if kept:
            return tr("Redid {step}, but for what was decided elsewhere since.", step=words)
        return tr("Redid {step}.", step=words)

    def reload(self) -> None:
        """Another program has decided something: it is shown, and can be undone here."""
        self._read_history()
        self.last_step = self._store.decisions.last()
        self._project.changes.undo()

    # ---- helpers ----

    def _remember(self, done: Decided) -> None:
        if done.step is not None:
            self._history.add(done.step)
            self._project.changes.undo()
        if done.kept:
            self._project.changes.decided_elsewhere()  # that answer stays

    def _read_history(self) -> None:
        self._history = UndoStack(self._store.decisions.recent())

    def _on_thresholds_moved(self) -> None:
        self._read_history()
        self._project.reload_thresholds()
        self._project.changes.undo()

    def _shown_label(self, item: ClassRecord) -> ShownLabel:
        kind = self._project.display_kind
        return ShownLabel(
            labels=None if kind is None else kind.value,
            run=None if kind is None else self._store.labels.run_of(kind),
            threshold=round(item.threshold, 4),
            threshold_origin=item.threshold_origin.value,
        )


@dataclass(frozen=True)
class _Waiting:
    description: str
    write: Callable[[], None]
