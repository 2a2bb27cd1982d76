"""A person's answers (observed labels)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.method.arrays import distinct
from cdul_app.storage.journal.decision_log import DecisionLog, Step, StepKind, StepSource
from cdul_app.storage.records.answer_provenance import AnswerProvenance, ShownLabel
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.followed_threshold import FollowedThreshold
from cdul_app.storage.records.json_cells import reading_cells
from cdul_app.storage.transactions import writing

_WORDS = {YES: "yes", NO: "no", UNOBSERVED: "no answer"}
CellChanges = NDArray[np.void]  # of dtype CELL_CHANGE


@dataclass(frozen=True)
class AnswerChange:
    """One cell: what was answered before and after; -1 unobserved, 0 no, 1 yes."""

    photo_id: int
    class_id: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Decided:
    """What a decision has changed."""

    step: int | None  # None where nothing was left to change
    cells: CellChanges  # that were changed
    kept: int  # cells that stay as another program has left them meanwhile


class AnswerRecords:
    def __init__(self, database: Database, log: DecisionLog) -> None:
        self._database = database
        self._log = log

    def all(self) -> list[tuple[int, int, int]]:
        """(photo, class, answer 0 or 1) of every observed label, removed classes included."""
        rows = self._database.conn.execute("SELECT photo_id, class_id, answer FROM observed_labels")
        return [(photo, class_id, answer) for photo, class_id, answer in rows]

    def count(self) -> int:
        return int(
            self._database.conn.execute("SELECT count(*) FROM observed_labels").fetchone()[0]
        )

    def provenance(self, photo_id: int, class_id: int) -> AnswerProvenance | None:
        """Where an answer comes from; None where there is none."""
        return self._provenances(
            "WHERE photo_id = ? AND class_id = ?", (photo_id, class_id), [photo_id]
        ).get((photo_id, class_id))

    def count_of_missing(self) -> int:
        """Photos that have answers and are not in the folder now."""
        row = self._database.conn.execute(
            "SELECT count(DISTINCT photo_id) FROM observed_labels "
            "WHERE photo_id IN (SELECT id FROM photos WHERE missing)"
        ).fetchone()
        return int(row[0])

    def provenances(
        self, photo_ids: Sequence[int] | None = None
    ) -> dict[tuple[int, int], AnswerProvenance]:
        """Where the answers of some photos, or with None all, come from, by (photo, class)."""
        if photo_ids is None:
            return self._provenances("", (), None)
        wanted = "WHERE photo_id IN (SELECT value FROM json_each(?))"
        return self._provenances(wanted, (json.dumps(list(photo_ids)),), photo_ids)

    def _provenances(
        self, wanted: str, parameters: tuple[object, ...], photo_ids: Sequence[int] | None
    ) -> dict[tuple[int, int], AnswerProvenance]:
        rows = self._database.conn.execute(
            "SELECT photo_id, class_id, answered, step FROM observed_labels "
            f"{wanted} ORDER BY step",
            parameters,
        ).fetchall()
        found: dict[tuple[int, int], AnswerProvenance] = {}
        step: Step | None = None
        scores: dict[tuple[int, int], float] = {}
        for photo, class_id, answered, step_id in rows:
            if step_id is None:  # an earlier version wrote it
                found[photo, class_id] = AnswerProvenance(answered, "", None, ShownLabel())
                continue
            if step is None or step.identifier != step_id:
                step = self._log.step(step_id)
                cells = step_cells(step)
                if photo_ids is not None:  # of a step on 15,000 photos only what is asked for
                    cells = cells[np.isin(cells["photo"], photo_ids)]
                keys = zip(cells["photo"].tolist(), cells["class"].tolist(), strict=True)
                scores = dict(zip(keys, cells["score"].tolist(), strict=True))
            score = scores.get((photo, class_id), np.nan)
            found[photo, class_id] = AnswerProvenance(
                answered,
                step.description,
                None if np.isnan(score) else score,
                ShownLabel.from_dict(step.shown),
            )
        return found

    def apply(
        self,
        changes: Sequence[AnswerChange] | CellChanges,
        *,
        description: str = "",
        shown: ShownLabel | None = None,
        followed: FollowedThreshold | None = None,
    ) -> Decided:
        """Write a person's answers and log them as one step, in one transaction.

        followed : the threshold that moves with them.

        An answer that is no longer what the change says was before, since another program has
        given one meanwhile, stays as it is.  `description` is of all that is asked for.
        """
        cells = changes if isinstance(changes, np.ndarray) else cell_changes(changes)
        with writing(self._database):
            return self.apply_within(cells, description=description, shown=shown, followed=followed)

    def apply_within(
        self,
        cells: CellChanges,
        *,
        description: str = "",
        shown: ShownLabel | None = None,
        source: StepSource = StepSource.PERSON,
        followed: FollowedThreshold | None = None,
    ) -> Decided:
        """As `apply`, within a transaction."""
        stored, steps = self.stored(cells)
        valid = stored == cells["before"]
        cells = cells[valid]  # a copy
        if not len(cells):
            return Decided(None, cells, kept=len(valid))
        cells["earlier"] = steps[valid]
        step, now = self._log.add(
            StepKind.ANSWER,
            description or describe(cells),
            cells.tobytes(),
            source=source,
            shown=({} if shown is None else shown.to_dict())
            | ({} if followed is None else followed.to_dict()),
        )
        self.write(cells, np.full(len(cells), step), now)
        self._follow(followed)
        return Decided(step, cells, kept=int((~valid).sum()))

    def undo(self, step: Step, followed: FollowedThreshold | None = None) -> Decided:
        """Give back what was before, but for answers that were given anew since.

        followed : where the threshold goes with them.
        """
        with writing(self._database):
            self._follow(followed)
            return self._reverse(step, undo=True, source=StepSource.UNDO)

    def redo(self, step: Step, followed: FollowedThreshold | None = None) -> Decided:
        """Do a step that was undone again, but for answers that were given anew since."""
        with writing(self._database):
            self._follow(followed)
            return self._reverse(step, undo=False, source=StepSource.REDO)

    def _follow(self, followed: FollowedThreshold | None) -> None:
        """A person's own threshold stays, also where it was set in another program meanwhile."""
        if followed is not None:
            self._database.conn.execute(
                "UPDATE classes SET threshold = ?, threshold_origin = ? "
                "WHERE id = ? AND threshold_origin != ?",
                (
                    followed.after,
                    ThresholdOrigin.AUTOMATIC.value,
                    followed.class_id,
                    ThresholdOrigin.PERSON.value,
                ),
            )

    def reverse_within(self, step: Step, *, undo: bool) -> None:
        """As `undo` or `redo`, within the transaction of a step that this one is part of."""
        self._reverse(step, undo=undo, source=StepSource.APP)

    def _reverse(self, step: Step, *, undo: bool, source: StepSource) -> Decided:
        done = step_cells(step)
        cells = done.copy()
        # expected, origins: (n_cells,), the steps that answers come from before and after it.
        if undo:
            cells["before"], cells["after"] = done["after"], done["before"]
            expected = np.where(done["after"] == UNOBSERVED, 0, step.identifier)
            origins = done["earlier"]
        else:
            expected, origins = done["earlier"], np.full(len(cells), step.identifier)
        stored, steps = self.stored(cells)
        valid = (stored == cells["before"]) & (steps == expected)
        cells, origins = cells[valid], origins[valid]
        now = self._log.reverse(step, source, cells.tobytes())
        self.write(cells, origins, now)
        return Decided(step.identifier, cells, kept=int((~valid).sum()))

    def write(self, cells: CellChanges, origins: NDArray[np.int64], now: str) -> None:
        """Within a transaction of a step that logs it; no two cells are the same.

        origins : (n_cells,), the steps that the answers come from, whose time they keep; `now` is
        theirs where that is not known.
        """
        if not len(cells):
            return
        times = self._times(origins[cells["after"] != UNOBSERVED])
        # One statement for all photos that get the same: a million one by one take five times as
        # long.
        order = np.lexsort((origins, cells["after"], cells["class"]))
        same = [np.diff(of[order]) != 0 for of in (origins, cells["after"], cells["class"])]
        for places in np.split(order, 1 + np.flatnonzero(np.any(same, axis=0))):
            photos = json.dumps(cells["photo"][places].tolist())
            class_id, answer = (int(cells[name][places[0]]) for name in ("class", "after"))
            if answer == UNOBSERVED:
                self._database.conn.execute(
                    "DELETE FROM observed_labels WHERE class_id = ? "
                    "AND photo_id IN (SELECT value FROM json_each(?))",
                    (class_id, photos),
                )
                continue
            step = int(origins[places[0]])
            self._database.conn.execute(
                "INSERT OR REPLACE INTO observed_labels "
                "(photo_id, class_id, answer, answered, step) "
                "SELECT value, ?, ?, ?, ? FROM json_each(?)",
                (class_id, answer, times.get(step, now), step or None, photos),
            )

    def _times(self, steps: NDArray[np.int64]) -> dict[int, str]:
        """When each of these steps was decided: an answer that is given back keeps its time."""
        return {
            step: self._database.conn.execute(
                "SELECT decided FROM steps WHERE id = ?", (step,)
            ).fetchone()[0]
            for step in distinct(steps).tolist()
            if step
        }

    def stored(self, cells: CellChanges) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
        """What is answered in each cell now, and the step it comes from, 0 where that is unknown
        or nothing is answered."""
        answers = np.full(len(cells), UNOBSERVED, dtype=np.int8)
        steps = np.zeros(len(cells), dtype=np.int64)
        for class_id in distinct(cells["class"]).tolist():
            places = np.flatnonzero(cells["class"] == class_id)
            photos = cells["photo"][places]
            # One statement for all photos: 15,000 of them would take as long as writing does.
            found = self._database.conn.execute(
                "SELECT photo_id, answer, coalesce(step, 0) FROM json_each(?) AS wanted "
                "CROSS JOIN observed_labels WHERE photo_id = wanted.value AND class_id = ?",
                (json.dumps(photos.tolist()), class_id),
            ).fetchall()
            if not found:
                continue
            known = np.array(found, dtype=np.int64)
            order = np.argsort(photos)
            rows = places[order[np.searchsorted(photos, known[:, 0], sorter=order)]]
            answers[rows], steps[rows] = known[:, 1], known[:, 2]
        return answers, steps


def step_cells(step: Step) -> CellChanges:
    """What a step about answers or flags changed, read-only."""
    with reading_cells(tr("the step “{description}”", description=step.description)):
        return np.frombuffer(step.payload, dtype=CELL_CHANGE)


def cell_changes(changes: Sequence[AnswerChange]) -> CellChanges:
    cells = np.zeros(len(changes), dtype=CELL_CHANGE)
    cells["score"] = np.nan
    for place, change in enumerate(changes):
        cells[place]["photo"], cells[place]["class"] = change.photo_id, change.class_id
        cells[place]["before"], cells[place]["after"] = change.before, change.after
    return cells


def describe(cells: CellChanges, class_name: str = "") -> str:
    """What one is told when it is undone: “yes for “dog” on 3 photos”."""
    word = (
        _WORDS[int(cells["after"][0])] if (cells["after"] == cells["after"][0]).all() else "answers"
    )
    photos = len(distinct(cells["photo"]))
    count = f"{photos:,} photos" if photos != 1 else "1 photo"
    return f"{word} for “{class_name}” on {count}" if class_name else f"{word} on {count}"
