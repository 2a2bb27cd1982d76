"""Which photos are shown and in which order: plain numpy over the session's arrays."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.project.label_facts import REVIEW_STATES
from cdul_app.project.session_facts import SessionFacts
from cdul_app.query.photo_query import parse_query
from cdul_app.query.query_evaluation import evaluate_query
from cdul_app.query.query_terms import Query


class LabelWanted(StrEnum):
    ANY = "any"
    HAS = "has"
    LACKS = "lacks"
    FALSE_POSITIVE = "false positive"  # has the label, and truth says no
    FALSE_NEGATIVE = "false negative"  # lacks it, and truth says yes


# Kinds of error, each with what truth says of the class.
ERRORS = {LabelWanted.FALSE_POSITIVE: NO, LabelWanted.FALSE_NEGATIVE: YES}


class SortKey(StrEnum):
    NAME = "name"
    SCORE = "score"  # of the chosen class, see sorting_scores
    UNCERTAINTY = "uncertainty"
    MARGIN = "margin"  # of the best class above the second best
    DISAGREEMENT = "disagreement"  # of CLIP and classifier, on the class they differ most about
    LIKELY_ERRORS = "likely errors"  # labels that the trained classifier doubts
    NOVELTY = "novelty"  # how unlike the photos that were answered
    SIMILARITY = "similarity"  # to what is searched for

    @property
    def starts_high(self) -> bool:
        """Whether what is worth looking at first is what has the highest figure."""
        return self not in (SortKey.NAME, SortKey.MARGIN)


@dataclass(frozen=True)
class PhotoFilter:
    column: int | None = None  # the chosen class
    label: LabelWanted = LabelWanted.ANY  # of the chosen class
    state: ReviewState | None = None
    text: str = ""  # a query, see query.photo_query
    sort: SortKey = SortKey.NAME
    descending: bool = False
    score_range: tuple[float, float] | None = None  # of the chosen class, both ends included
    flagged: bool = False

    @property
    def hides_anything(self) -> bool:
        of_class = self.label is not LabelWanted.ANY or self.score_range is not None
        chosen = of_class and self.column is not None
        return chosen or self.flagged or self.state is not None or bool(self.text.strip())


def filtered_rows(session: ProjectSession, wanted: PhotoFilter) -> NDArray[np.int64]:
    """Rows of the session that pass the filter, sorted; photos without a figure come last.

    Raises QueryError where `text` cannot be read.
    """
    rows = np.flatnonzero(_kept(session, wanted))
    column = wanted.column if _exists(session, wanted.column) else None
    values = _sort_values(session, wanted.sort, column)
    if values is None:  # paths are sorted already
        return rows[::-1] if wanted.descending else rows
    chosen = values[rows]
    missing = np.isnan(chosen)
    order = np.argsort(
        np.where(missing, 0, -chosen if wanted.descending else chosen), kind="stable"
    )
    return np.asarray(rows[np.concatenate([order[~missing[order]], order[missing[order]]])])


def score_range_base(session: ProjectSession, wanted: PhotoFilter) -> NDArray[np.bool_]:
    """(n_photos,) what a range of scores is chosen among: all that the rest of the filter shows."""
    return _kept(session, replace(wanted, score_range=None))


def query_of(session: ProjectSession, text: str) -> Query:
    """Raises QueryError."""
    names = [record.name for record in session.classes]
    return parse_query(text, names, kinds=session.label_kinds)


def _kept(session: ProjectSession, wanted: PhotoFilter) -> NDArray[np.bool_]:
    keep = np.ones(len(session.photos), dtype=bool)
    facts = SessionFacts(session)
    column = wanted.column if _exists(session, wanted.column) else None
    if column is not None and wanted.label is not LabelWanted.ANY:
        has = facts.has_label(column)
        keep &= has if wanted.label in (LabelWanted.HAS, LabelWanted.FALSE_POSITIVE) else ~has
        if wanted.label in ERRORS:
            truth = session.truth_labels()
            keep &= False if truth is None else truth[:, column] == ERRORS[wanted.label]
    if column is not None and wanted.score_range is not None:
        scores = facts.class_scores(None, column)
        if scores is not None:
            low, high = wanted.score_range
            keep &= (scores >= low) & (scores <= high)
    if wanted.state is not None:
        keep &= session.review_codes() == REVIEW_STATES.index(wanted.state)
    if wanted.flagged:
        keep &= session.flags
    if wanted.text.strip():
        keep &= evaluate_query(query_of(session, wanted.text), facts)
    return keep


def state_counts(session: ProjectSession) -> dict[ReviewState | None, int]:
    """How many photos are in each state; None is all of them."""
    codes = session.review_codes()
    found = np.bincount(codes, minlength=len(REVIEW_STATES)).tolist()
    counts: dict[ReviewState | None, int] = dict(zip(REVIEW_STATES, found, strict=True))
    counts[None] = len(codes)
    return counts


def label_counts(session: ProjectSession, column: int | None) -> dict[LabelWanted, int]:
    """How many photos have and lack a class's label; empty without a class or scores."""
    if column is None or not _exists(session, column) or session.display_kind is None:
        return {}
    has = int(np.count_nonzero(session.predicted()[:, column]))
    return {LabelWanted.HAS: has, LabelWanted.LACKS: len(session.photos) - has}


def missing_figures(session: ProjectSession, key: SortKey) -> str:
    """Why an order cannot be made yet, and what to do; empty where it can."""
    if key in (SortKey.NAME, SortKey.NOVELTY, SortKey.SIMILARITY):
        return ""  # a search says itself what it lacks
    if session.display_kind is None:
        return "Score the photos first: this order is made from their scores."
    trained = LabelKind.CLASSIFIER in session.label_kinds
    if key in (SortKey.DISAGREEMENT, SortKey.LIKELY_ERRORS) and not trained:
        return "Train a classifier first: this order compares its scores with the labels."
    return ""


def _exists(session: ProjectSession, column: int | None) -> bool:
    return column is not None and column < len(session.classes)


def _sort_values(
    session: ProjectSession, key: SortKey, column: int | None
) -> NDArray[np.float32] | None:
    match key:
        case SortKey.UNCERTAINTY:
            return session.uncertainty()
        case SortKey.LIKELY_ERRORS:
            return session.likely_errors()
        case SortKey.SCORE:
            return session.sorting_scores(column)
        case SortKey.MARGIN:
            return session.facts.margin.values()
        case SortKey.DISAGREEMENT:
            return session.facts.disagreement.values()
        case SortKey.NOVELTY:
            return session.search.novelty()
        case SortKey.SIMILARITY:
            return session.search.similarities()
        case SortKey.NAME:
            return None
