"""What follows from scores, thresholds and answers: worked out when asked for, then kept."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.certainty import UNSURE, certainties, highest_score
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.likely_errors import photo_doubt
from cdul_app.measures.question_order import photos_to_ask
from cdul_app.measures.rankings import best_score, ranking_margin, score_disagreement
from cdul_app.measures.reviews import (
    UNOBSERVED,
    ReviewState,
    disagreements,
    predicted_classes,
    uncertainty,
    yes_and_no_counts,
)
from cdul_app.measures.thresholds import PooledThreshold, pooled_threshold
from cdul_app.method.arrays import IntArray, distinct
from cdul_app.project.checking.likely_errors import label_doubts
from cdul_app.project.labels.row_cache import RowCache, Rows, blocks, numbers

if TYPE_CHECKING:
    from cdul_app.project.project import Project

REVIEW_STATES = tuple(ReviewState)
_ALL = slice(None)


class LabelFacts:
    """Rows are the photos of a project; an answer changes the facts of its own row."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._scores = project.scores_of_rows
        self._thresholds: NDArray[np.float32] | None = None
        self._highest: float | None = None
        self._pooled: PooledThreshold | None = None
        # (n_photos, n_classes): the score reaches its threshold, or the answer is yes
        self.labels = RowCache(self._photos, self._labels, self._labels_of)
        self.label_counts = RowCache(self._photos, self._label_counts, needs=(self.labels,))
        # (n_photos, n_classes): a suggested label that is unsure and not answered
        self.unsure_labels = RowCache(self._photos, self._unsure_labels, self._unsure_labels_of)
        # (n_photos,) bool: holds a suggested label that is unsure and not answered
        self.unsure = RowCache(self._photos, self._unsure, needs=(self.unsure_labels,))
        # (n_photos,) bool: at least one class answered, and scored for one at least
        self.answered = RowCache(self._photos, self._are_answered)
        self.scored = RowCache(self._photos, self._are_scored)
        # (n_photos, n_states) bool, columns as REVIEW_STATES
        self.states = RowCache(
            self._photos,
            self._states,
            self._states_of,
            needs=(self.unsure, self.answered, self.scored),
        )
        # In [0, 1], 1 where a class lies on its threshold; NaN where not scored.
        self.uncertainty = RowCache(self._photos, self._uncertainty)
        self.doubt = RowCache(self._photos, self._doubt)
        self.best = RowCache(self._photos, self._best)
        self.margin = RowCache(self._photos, self._margin)
        self.disagreement = RowCache(self._photos, self._disagreement)
        self._ranked: LabelKind | None = None

    def update(self, rows: NDArray[np.int64], column: int | None = None) -> None:
        """Answers of these rows have changed, of one class or of any; labels come before what is
        counted from them."""
        rows = distinct(rows)
        self.labels.update(rows, column)
        self.unsure_labels.update(rows, column)
        for cache in (self.label_counts, self.unsure, self.answered, self.states, self.doubt):
            cache.update(rows)

    def update_scores(self, rows: NDArray[np.int64]) -> None:
        """Photos of these rows have got their first scores."""
        self._pooled = None
        self.scored.update(rows)
        self.update(rows)
        for cache in (self.uncertainty, self.best, self.margin, self.disagreement):
            cache.update(rows)

    def move_thresholds(self, before: NDArray[np.float32]) -> None:
        """Thresholds were `before`, (n_classes,): what follows from them is other where a label is
        there or not, or more or less sure."""
        self._thresholds = None
        after = self._current_thresholds()
        columns = np.flatnonzero(after != before)
        scores = self._shown(_ALL)[:, columns]
        highest = self._highest_score()
        was, now = (certainties(scores, cuts[columns], highest=highest) for cuts in (before, after))
        for column, moved in zip(columns.tolist(), (was != now).T, strict=True):
            rows = np.flatnonzero(moved)
            self.labels.update(rows, column)
            self.unsure_labels.update(rows, column)
        rows = np.flatnonzero((was != now).any(axis=1))
        for cache in (self.label_counts, self.unsure, self.doubt):
            cache.update(rows)
        self.states.update(rows, REVIEW_STATES.index(ReviewState.UNSURE))
        answered = rows[self.answered.of(rows)]
        self.states.update(answered, REVIEW_STATES.index(ReviewState.DISAGREEMENT))
        self.uncertainty.forget()

    def forget(self) -> None:
        """Photos, classes, scores or all answers are others."""
        self._thresholds = self._ranked = self._highest = self._pooled = None
        for each in vars(self).values():
            if isinstance(each, RowCache):
                each.forget()

    def work_out(self) -> None:
        """All that a window shows of a project when it is opened, and what the first search and
        the first answer ask for."""
        self.class_counts()
        self.unsure_counts()
        self.states.counts()
        self.ranking_kind(None)
        if self._project.display_kind is not None:
            self.pooled_threshold()
        _ = self._project.photos.rows_by_id, self._project.photos.texts

    def take(self, other: "LabelFacts") -> None:
        """What was worked out of the same project elsewhere."""
        self._highest, self._pooled = other._highest, other._pooled
        for name, cache in vars(self).items():
            if isinstance(cache, RowCache):
                cache.take(vars(other)[name])

    def class_counts(self) -> NDArray[np.int64]:
        """(n_classes,) how many photos have each label."""
        return self.labels.counts()

    def unsure_counts(self) -> NDArray[np.int64]:
        """(n_classes,) how many photos have a label of each that is uncertain and not answered."""
        return self.unsure_labels.counts()

    def answer_counts(self) -> IntArray:
        """(n_classes,) how many photos have an answer of each class."""
        yes, no = self.yes_and_no_counts()
        return yes + no

    def yes_and_no_counts(self) -> tuple[IntArray, IntArray]:
        """(n_classes,) each, how many photos have a yes and a no of each class."""
        return yes_and_no_counts(self._project.answers[self.in_state(ReviewState.ANSWERED)])

    def ranking_kind(self, column: int | None) -> LabelKind | None:
        """The scores that photos are sorted by, of a class or, with None, of all of them: the
        classifier's, before training the ranking scores.  None before scoring."""
        for kind in (LabelKind.CLASSIFIER, LabelKind.RANKING, LabelKind.PSEUDO):
            scores = self._project.scores(kind)
            if scores is None:
                continue
            if _holds_any(scores if column is None else scores[:, column]):
                return kind  # else the class was added since
        return None

    def sorting_scores(self, column: int | None) -> NDArray[np.float32] | None:
        """(n_photos,) what photos are sorted by, for a class or, with None, for their best one.
        None before scoring."""
        kind = self.ranking_kind(column)
        scores = None if kind is None else self._project.scores(kind)
        if scores is None:
            return None
        return self.best.values() if column is None else scores[:, column]

    def pooled_threshold(self) -> PooledThreshold:
        """What all shown scores together say of each class's threshold."""
        if self._pooled is None:
            self._pooled = pooled_threshold(self._shown(_ALL))
        return self._pooled

    def places_to_ask(self, column: int) -> NDArray[np.float32] | None:
        """(n_photos,) in (0, 1], the highest of the photo to ask about first, from the threshold
        outwards, see `photos_to_ask`; NaN where answered or not scored.  None before scoring."""
        shown = self._project.shown_labels()
        if shown is None:
            return None
        threshold = float(shown.classes.thresholds[column])
        order = photos_to_ask(shown.scores[:, column], shown.answers[:, column], threshold)
        places = np.full(len(shown.answers), np.nan, dtype=np.float32)
        places[order] = np.linspace(1, 1 / max(1, len(order)), len(order))
        return places

    def likely_errors(self) -> NDArray[np.float32] | None:
        """(n_photos,) in [0, 1], high where a trained classifier doubts a label that is shown and
        not answered; NaN where it has not seen the photo, None before training."""
        trained = self._project.scores(LabelKind.CLASSIFIER) is not None
        return self.doubt.values() if trained else None

    def predicted_row(self, row: int) -> NDArray[np.bool_]:
        """(n_classes,): `labels` of one photo, without looking at the others."""
        return np.asarray(self._labels(slice(row, row + 1))[0])

    def certainty_row(self, row: int) -> NDArray[np.int8]:
        """(n_classes,) how sure the machine is of each label, see `measures.certainty`; what a
        person answered changes nothing in it."""
        return np.asarray(self._certainties(slice(row, row + 1))[0])

    def in_state(self, state: ReviewState) -> NDArray[np.bool_]:
        """(n_photos,)."""
        return self.states.values()[:, REVIEW_STATES.index(state)]

    def states_of(self, row: int) -> set[ReviewState]:
        """What is true of one photo, without looking at the others."""
        states = self.states.of(slice(row, row + 1))[0]
        return {state for state, holds in zip(REVIEW_STATES, states, strict=True) if holds}

    # ---- of some rows ----

    def _photos(self) -> int:
        return len(self._project.photos)

    def _current_thresholds(self) -> NDArray[np.float32]:
        if self._thresholds is None:
            self._thresholds = self._project.classes.thresholds
        return self._thresholds

    def _shown(self, rows: Rows, columns: slice = _ALL) -> NDArray[np.float32]:
        return self._scores(self._project.display_kind, rows, columns)

    def _labels(self, rows: Rows, columns: slice = _ALL) -> NDArray[np.bool_]:
        thresholds = self._current_thresholds()[columns]
        answers = self._project.answers[:, columns][rows]
        return predicted_classes(self._shown(rows, columns), thresholds, answers)

    def _labels_of(self, rows: Rows, column: int) -> NDArray[np.bool_]:
        return self._labels(rows, slice(column, column + 1))[:, 0]

    def _unsure_labels(self, rows: Rows, columns: slice = _ALL) -> NDArray[np.bool_]:
        codes = self._certainties(rows, columns)
        answers = self._project.answers[:, columns][rows]
        return np.asarray((codes == UNSURE) & (answers == UNOBSERVED))

    def _unsure_labels_of(self, rows: Rows, column: int) -> NDArray[np.bool_]:
        return self._unsure_labels(rows, slice(column, column + 1))[:, 0]

    def _certainties(self, rows: Rows, columns: slice = _ALL) -> NDArray[np.int8]:
        thresholds = self._current_thresholds()[columns]
        return certainties(self._shown(rows, columns), thresholds, highest=self._highest_score())

    def _highest_score(self) -> float:
        if self._highest is None:
            self._highest = highest_score(self._shown(_ALL))
        return self._highest

    def _label_counts(self, rows: Rows) -> NDArray[np.int32]:
        counts = np.count_nonzero(self.labels.of(rows), axis=1)
        return np.asarray(counts, dtype=np.int32)

    def _unsure(self, rows: Rows) -> NDArray[np.bool_]:
        return np.asarray(self.unsure_labels.of(rows).any(axis=1))

    def _are_answered(self, rows: Rows) -> NDArray[np.bool_]:
        return np.asarray((self._project.answers[rows] != UNOBSERVED).any(axis=1))

    def _are_scored(self, rows: Rows) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(self._shown(rows)).all(axis=1))

    def _states(self, rows: Rows) -> NDArray[np.bool_]:
        columns = [self._states_of(rows, column) for column in range(len(REVIEW_STATES))]
        return np.stack(columns, axis=1)

    def _states_of(self, rows: Rows, column: int) -> NDArray[np.bool_]:
        failed, answered = self._project.photos.failed[rows], self.answered.of(rows)
        match REVIEW_STATES[column]:
            case ReviewState.UNREVIEWED:
                return ~answered & ~failed
            case ReviewState.ANSWERED:
                return answered
            case ReviewState.DISAGREEMENT:
                return self._disagree(rows, answered)
            case ReviewState.UNSURE:
                return self.unsure.of(rows)
            case ReviewState.UNLABELLED:
                return ~answered & ~failed & ~self.scored.of(rows)
            case ReviewState.ERROR:
                return failed

    def _disagree(self, rows: Rows, answered: NDArray[np.bool_]) -> NDArray[np.bool_]:
        result = np.zeros(len(answered), dtype=bool)
        if self._project.display_kind is not None and answered.any():
            given = numbers(rows, self._photos())[answered]
            result[answered] = disagreements(
                self._shown(given), self._current_thresholds(), self._project.answers[given]
            )
        return result

    def _uncertainty(self, rows: Rows) -> NDArray[np.float32]:
        return uncertainty(self._shown(rows), self._current_thresholds()).astype(np.float32)

    def _doubt(self, rows: Rows) -> NDArray[np.float32]:
        return photo_doubt(label_doubts(self._project, rows)).astype(np.float32)

    def _best(self, rows: Rows) -> NDArray[np.float32]:
        return best_score(self._scores(self._ranked_kind(), rows)).astype(np.float32)

    def _margin(self, rows: Rows) -> NDArray[np.float32]:
        return ranking_margin(self._scores(self._ranked_kind(), rows)).astype(np.float32)

    def _disagreement(self, rows: Rows) -> NDArray[np.float32]:
        return score_disagreement(
            self._scores(LabelKind.INITIAL, rows),
            self._scores(LabelKind.CLASSIFIER, rows),
        ).astype(np.float32)

    def _ranked_kind(self) -> LabelKind | None:
        if self._ranked is None:
            self._ranked = self.ranking_kind(None)
        return self._ranked


def _holds_any(scores: NDArray[np.float32]) -> bool:
    """Whether not all are NaN: the first photos mostly tell."""
    return any(not np.isnan(scores[rows]).all() for rows in blocks(len(scores)))
