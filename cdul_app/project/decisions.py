"""What a person decides in an open project; each step is logged, and can be taken back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.label_source import LabelSource
from cdul_app.project.class_thresholds import class_threshold
from cdul_app.project.undo_stack import UndoStack
from cdul_app.storage.answer_provenance import AnswerProvenance, ShownLabel
from cdul_app.storage.answer_records import CellChanges, describe
from cdul_app.storage.blobs import CELL_CHANGE
from cdul_app.storage.decision_log import Step, StepKind

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class Decisions:
    """Answers, flags, thresholds moved by hand and the class list, with undo and redo."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._store = project.store
        self._history = UndoStack(self._store.decisions.recent())

    # ---- deciding ----

    def answer(self, rows: Sequence[int] | NDArray[np.integer], column: int, value: int) -> None:
        """Answer YES or NO for a class on some photos, or take answers back with UNOBSERVED."""
        chosen = np.unique(np.asarray(rows, dtype=np.int64))
        self.answer_each(chosen, column, np.full(len(chosen), value, dtype=np.int8))

    def answer_each(self, rows: NDArray[np.integer], column: int, values: NDArray[np.int8]) -> None:
        """As `answer`, with a value for each row; rows must differ.  One step.

        Each answer is kept with its provenance: the score, threshold and run that were shown.
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
        step = self._store.answers.apply(
            cells, description=describe(cells, item.name), shown=self._shown_label(column)
        )
        self._remember(step)
        project.answers[chosen, column] = values
        self._answers_changed(chosen)

    def flag(self, rows: Sequence[int] | NDArray[np.integer], flagged: bool) -> None:
        """Flag photos to come back to, or take the flags away."""
        project, chosen = self._project, np.asarray(rows, dtype=np.int64)
        chosen = chosen[project.flags[chosen] != flagged]
        if not len(chosen):
            return
        count = f"{len(chosen):,} photos" if len(chosen) > 1 else "1 photo"
        step = self._store.flags.apply(
            project.photos.ids[chosen],
            flagged,
            description=f"{'flag' if flagged else 'no flag'} on {count}",
        )
        self._remember(step)
        project.flags[chosen] = flagged
        project.changes.flags(chosen)

    def set_threshold(self, column: int, value: float) -> None:
        """A person's threshold, `value` in [0, 1]: no later step overwrites it."""
        item = self._project.classes[column]
        self._store.classes.set_threshold(
            item.identifier, value, description=f"threshold {value:.2f} for “{item.name}”"
        )
        self._on_thresholds_moved()

    def use_automatic_threshold(self, column: int) -> None:
        """The threshold that scores and answers give; nothing happens before scoring."""
        shown = self._project.shown_labels()
        found = None if shown is None else class_threshold(shown.scores, shown.answers, column)
        if found is not None:
            item = self._project.classes[column]
            self._store.classes.set_automatic_thresholds(
                {item.identifier: found.threshold},
                description=f"automatic threshold for “{item.name}”",
            )
            self._on_thresholds_moved()

    def follow_answers(self, column: int, threshold: float) -> None:
        """A threshold found from scores and answers, which follows them from now on; no step of
        its own: the answers it comes from are."""
        identifier = self._project.classes[column].identifier
        self._store.classes.set_automatic_thresholds({identifier: threshold})
        self._project.reload_thresholds()

    def set_classes(self, definitions: Sequence[ClassDefinition]) -> None:
        """Answers of removed classes are kept and return with the class.  Raises ClassListError."""
        self._store.classes.replace(definitions, description="the list of classes")
        self._read_history()
        self._project.reload_classes()
        self._project.changes.classes()
        self._project.changes.undo()

    # ---- undo and redo ----

    @property
    def can_undo(self) -> bool:
        return self._history.next_undo is not None

    @property
    def can_redo(self) -> bool:
        return self._history.next_redo is not None

    def undo(self) -> str | None:
        """Take the last step back; returns a sentence about it, None where there is none."""
        identifier = self._history.next_undo
        if identifier is None:
            return None
        step = self._store.decisions.step(identifier)
        self._reverse(step, undo=True)
        self._history.mark_undone(identifier)
        self._project.changes.undo()
        return f"Undid {step.description}."

    def redo(self) -> str | None:
        """Do the step last undone again; returns a sentence about it, None where there is none."""
        identifier = self._history.next_redo
        if identifier is None:
            return None
        step = self._store.decisions.step(identifier)
        self._reverse(step, undo=False)
        self._history.mark_redone(identifier)
        self._project.changes.undo()
        return f"Did {step.description} again."

    # ---- where labels come from ----

    def answer_provenance(self, row: int, column: int) -> AnswerProvenance | None:
        """When an answer was given and what was shown then; None where there is none."""
        project = self._project
        return self._store.answers.provenance(
            int(project.photos.ids[row]), project.classes[column].identifier
        )

    def label_source(self, row: int, column: int) -> LabelSource:
        """Where the label of a class on a photo comes from."""
        project = self._project
        item, given = project.classes[column], self.answer_provenance(row, column)
        kind = project.display_kind
        scores = None if kind is None else project.scores(kind)
        scored = scores is not None and not np.isnan(scores[row, column])
        run = project.runs.shown if scored else None
        return LabelSource(
            encoder=project.scoring.encoder if scored else None,
            run=None if run is None else run.identifier,
            run_kind="" if run is None else run.kind,
            threshold=item.threshold,
            threshold_origin=item.threshold_origin.value,
            answered=None if given is None else given.answered,
            score_shown=None if given is None else given.score,
            threshold_shown=None if given is None else given.shown.threshold,
            run_shown=None if given is None else given.shown.run,
        )

    # ---- helpers ----

    def _remember(self, step: int) -> None:
        self._history.add(step)
        self._project.changes.undo()

    def _read_history(self) -> None:
        self._history = UndoStack(self._store.decisions.recent())

    def _on_thresholds_moved(self) -> None:
        self._read_history()
        self._project.reload_thresholds()
        self._project.changes.undo()

    def _answers_changed(self, rows: NDArray[np.int64]) -> None:
        self._project.facts.update(rows)  # before anyone who shows them
        self._project.changes.answers(rows)

    def _shown_label(self, column: int) -> ShownLabel:
        item, kind = self._project.classes[column], self._project.display_kind
        return ShownLabel(
            labels=None if kind is None else kind.value,
            run=None if kind is None else self._store.labels.run_of(kind),
            threshold=round(item.threshold, 4),
            threshold_origin=item.threshold_origin.value,
        )

    def _reverse(self, step: Step, *, undo: bool) -> None:
        """Write a step back or again; cells no longer shown are written all the same."""
        project = self._project
        match step.kind:
            case StepKind.ANSWER:
                answers = self._store.answers
                self._show_cells(answers.undo(step) if undo else answers.redo(step))
            case StepKind.FLAG:
                flags = self._store.flags
                cells = flags.undo(step) if undo else flags.redo(step)
                rows, _ = self._places(cells)
                shown = rows >= 0
                project.flags[rows[shown]] = (cells["before" if undo else "after"] == 1)[shown]
                project.changes.flags(rows[shown])
                project.changes.decided_on(rows[shown], None)
            case _:
                classes = self._store.classes
                if undo:
                    classes.undo(step)
                else:
                    classes.redo(step)
                if step.kind is StepKind.CLASSES:
                    project.reload_classes()
                    project.changes.classes()
                else:
                    project.reload_thresholds()

    def _show_cells(self, cells: CellChanges) -> None:
        rows, columns = self._places(cells)
        shown = (rows >= 0) & (columns >= 0)
        self._project.answers[rows[shown], columns[shown]] = cells["after"][shown]
        touched = np.unique(rows[shown])
        self._answers_changed(touched)
        of_one_class = len(np.unique(columns[shown])) == 1
        column = int(columns[shown][0]) if of_one_class else None
        self._project.changes.decided_on(touched, column)

    def _places(self, cells: CellChanges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of each cell, -1 where it is not shown."""
        columns_by_id = {each: place for place, each in enumerate(self._project.classes.ids)}
        columns = [columns_by_id.get(identifier, -1) for identifier in cells["class"].tolist()]
        return self._project.photos.rows_by_id.find(cells["photo"]), np.array(
            columns, dtype=np.int64
        )
