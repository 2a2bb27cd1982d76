"""What a person decides in an open project; each step is logged, and can be taken back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.label_source import LabelSource
from cdul_app.paths import ProjectLocation
from cdul_app.project.class_thresholds import class_cut
from cdul_app.project.decision_history import DecisionHistory
from cdul_app.project.project_state import ProjectState
from cdul_app.storage.answer_records import AnswerOrigin, CellChanges, describe
from cdul_app.storage.blobs import CELL_CHANGE
from cdul_app.storage.decision_log import Step, StepKind


class ProjectDecisions(ProjectState):
    """Answers, flags, thresholds moved by hand and the class list, with undo and redo."""

    flags_changed = Signal(object)  # rows, integer array
    decided_on = Signal(object, object)  # rows that undo or redo touched, class column or None

    def __init__(self, location: ProjectLocation, parent: QObject | None = None) -> None:
        """Open the project, made where there is none.  Raises FolderError, ProjectError."""
        super().__init__(location, parent)
        self._history = DecisionHistory(self._store.decisions.recent())

    # ---- deciding ----

    def answer(self, rows: Sequence[int] | NDArray[np.integer], column: int, value: int) -> None:
        """Answer YES or NO for a class on some photos, or take answers back with UNOBSERVED."""
        chosen = np.unique(np.asarray(rows, dtype=np.int64))
        self.answer_each(chosen, column, np.full(len(chosen), value, dtype=np.int8))

    def answer_each(self, rows: NDArray[np.integer], column: int, values: NDArray[np.int8]) -> None:
        """As `answer`, with a value for each row; rows must differ.  One step."""
        changing = self.answers[rows, column] != values
        chosen, values = rows[changing], values[changing]
        if not len(chosen):
            return
        cells = np.zeros(len(chosen), dtype=CELL_CHANGE)
        cells["photo"], cells["class"] = self.photos.ids[chosen], self.classes[column].identifier
        cells["before"], cells["after"] = self.answers[chosen, column], values
        scores = None if self.display_kind is None else self.scores(self.display_kind)
        cells["score"] = np.nan if scores is None else scores[chosen, column]
        step = self._store.answers.apply(
            cells,
            description=describe(cells, self.classes[column].name),
            shown=self._what_is_shown(column),
        )
        self._remember(step)
        self.answers[chosen, column] = values
        self.answers_changed.emit(chosen)

    def flag(self, rows: Sequence[int] | NDArray[np.integer], flagged: bool) -> None:
        """Flag photos to come back to, or take the flags away."""
        chosen = np.asarray(rows, dtype=np.int64)
        chosen = chosen[self.flags[chosen] != flagged]
        if not len(chosen):
            return
        count = f"{len(chosen):,} photos" if len(chosen) > 1 else "1 photo"
        step = self._store.flags.apply(
            self.photos.ids[chosen],
            flagged,
            description=f"{'flag' if flagged else 'no flag'} on {count}",
        )
        self._remember(step)
        self.flags[chosen] = flagged
        self.flags_changed.emit(chosen)

    def set_threshold(self, column: int, value: float) -> None:
        """A person's cut, `value` in [0, 1]: no later step overwrites it."""
        item = self.classes[column]
        self._store.classes.set_threshold(
            item.identifier, value, description=f"threshold {value:.2f} for “{item.name}”"
        )
        self._thresholds_moved()

    def use_automatic_threshold(self, column: int) -> None:
        """Cut the class where its scores and the answers say; nothing happens before scoring."""
        shown = self.shown_labels()
        cut = None if shown is None else class_cut(shown.scores, shown.answers, column)
        if cut is not None:
            item = self.classes[column]
            self._store.classes.set_automatic_thresholds(
                {item.identifier: cut.threshold},
                description=f"automatic threshold for “{item.name}”",
            )
            self._thresholds_moved()

    def set_automatic_threshold(self, column: int, value: float) -> None:
        """A cut found from scores and answers, which follows them from now on; no step of its own:
        the answers it comes from are."""
        self._store.classes.set_automatic_thresholds({self.classes[column].identifier: value})
        self._read_thresholds()

    def set_classes(self, definitions: Sequence[ClassDefinition]) -> None:
        """Answers of removed classes are kept and return with the class.  Raises ClassListError."""
        self._store.classes.replace(definitions, description="the list of classes")
        self._read_history()
        self._load_classes()
        self.classes_changed.emit()
        self.undo_changed.emit()

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
        self.undo_changed.emit()
        return f"Undid {step.description}."

    def redo(self) -> str | None:
        """Do the step last undone again; returns a sentence about it, None where there is none."""
        identifier = self._history.next_redo
        if identifier is None:
            return None
        step = self._store.decisions.step(identifier)
        self._reverse(step, undo=False)
        self._history.mark_redone(identifier)
        self.undo_changed.emit()
        return f"Did {step.description} again."

    def answer_origin(self, row: int, column: int) -> AnswerOrigin | None:
        """When an answer was given and what was shown then; None where there is none."""
        return self._store.answers.origin(
            int(self.photos.ids[row]), self.classes[column].identifier
        )

    def label_source(self, row: int, column: int) -> LabelSource:
        """Where the label of a class on a photo comes from."""
        item, origin = self.classes[column], self.answer_origin(row, column)
        scores = None if self.display_kind is None else self.scores(self.display_kind)
        scored = scores is not None and not np.isnan(scores[row, column])
        run = self.shown_run if scored else None
        shown = {} if origin is None else origin.shown
        return LabelSource(
            encoder=self.scored_encoder if scored else None,
            run=None if run is None else run.identifier,
            run_kind="" if run is None else run.kind,
            threshold=item.threshold,
            threshold_origin=item.threshold_origin.value,
            answered=None if origin is None else origin.answered,
            score_shown=None if origin is None else origin.score,
            threshold_shown=shown.get("threshold"),
            run_shown=shown.get("run"),
        )

    # ---- helpers ----

    def _remember(self, step: int) -> None:
        self._history.add(step)
        self.undo_changed.emit()

    def _read_history(self) -> None:
        self._history = DecisionHistory(self._store.decisions.recent())

    def _thresholds_moved(self) -> None:
        self._read_history()
        self._read_thresholds()
        self.undo_changed.emit()

    def _read_thresholds(self) -> None:
        self.classes = tuple(self._store.classes.all())
        self.facts.forget_cuts()
        self.thresholds_changed.emit()

    def _what_is_shown(self, column: int) -> dict[str, object]:
        item, kind = self.classes[column], self.display_kind
        return {
            "labels": None if kind is None else kind.value,
            "run": None if kind is None else self._store.labels.run_of(kind),
            "threshold": round(item.threshold, 4),
            "threshold_origin": item.threshold_origin.value,
        }

    def _reverse(self, step: Step, *, undo: bool) -> None:
        """Write a step back or again; cells no longer shown are written all the same."""
        match step.kind:
            case StepKind.ANSWER:
                answers = self._store.answers
                self._take_cells(answers.undo(step) if undo else answers.redo(step))
            case StepKind.FLAG:
                flags = self._store.flags
                cells = flags.undo(step) if undo else flags.redo(step)
                rows, _ = self._places(cells)
                self.flags[rows[rows >= 0]] = (cells["before" if undo else "after"] == 1)[rows >= 0]
                self.flags_changed.emit(rows[rows >= 0])
                self.decided_on.emit(rows[rows >= 0], None)
            case _:
                classes = self._store.classes
                if undo:
                    classes.undo(step)
                else:
                    classes.redo(step)
                if step.kind is StepKind.CLASSES:
                    self._load_classes()
                    self.classes_changed.emit()
                else:
                    self._read_thresholds()

    def _take_cells(self, cells: CellChanges) -> None:
        rows, columns = self._places(cells)
        shown = (rows >= 0) & (columns >= 0)
        self.answers[rows[shown], columns[shown]] = cells["after"][shown]
        touched = np.unique(rows[shown])
        self.answers_changed.emit(touched)
        of_one_class = len(np.unique(columns[shown])) == 1
        self.decided_on.emit(touched, int(columns[shown][0]) if of_one_class else None)

    def _places(self, cells: CellChanges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of each cell, -1 where it is not shown."""
        columns_by_id = {record.identifier: place for place, record in enumerate(self.classes)}
        columns = [columns_by_id.get(identifier, -1) for identifier in cells["class"].tolist()]
        return self.photos.rows_by_id.find(cells["photo"]), np.array(columns, dtype=np.int64)
