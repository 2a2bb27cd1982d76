"""Which photos are shown and in which order: plain numpy over the session's arrays."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cdul_app.core.reviews import NO, YES, ReviewState
from cdul_app.jobs.project_session import ProjectSession
from cdul_app.jobs.project_state import REVIEW_STATES


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
    LIKELY_ERRORS = "likely errors"  # labels that the trained classifier doubts


@dataclass(frozen=True)
class PhotoFilter:
    column: int | None = None  # the chosen class
    label: LabelWanted = LabelWanted.ANY  # of the chosen class
    state: ReviewState | None = None
    text: str = ""  # part of the file name
    sort: SortKey = SortKey.NAME
    descending: bool = False

    @property
    def hides_anything(self) -> bool:
        chosen = self.label is not LabelWanted.ANY and self.column is not None
        return chosen or self.state is not None or bool(self.text.strip())


def filtered_rows(session: ProjectSession, wanted: PhotoFilter) -> NDArray[np.int64]:
    """Rows of the session that pass the filter, sorted; photos without a score come last."""
    keep = np.ones(len(session.photos), dtype=bool)
    column = wanted.column if _exists(session, wanted.column) else None
    if column is not None and wanted.label is not LabelWanted.ANY:
        has = session.predicted()[:, column]
        keep &= has if wanted.label in (LabelWanted.HAS, LabelWanted.FALSE_POSITIVE) else ~has
        if wanted.label in ERRORS:
            truth = session.truth_labels()
            keep &= False if truth is None else truth[:, column] == ERRORS[wanted.label]
    if wanted.state is not None:
        keep &= session.review_states() == wanted.state.value
    needle = wanted.text.strip().casefold()
    if needle:
        keep &= np.array([needle in path.casefold() for path in session.photos.paths], dtype=bool)
    rows = np.flatnonzero(keep)
    values = _sort_values(session, wanted.sort, column)
    if values is None:  # paths are sorted already
        return rows[::-1] if wanted.descending else rows
    chosen = values[rows]
    missing = np.isnan(chosen)
    order = np.argsort(
        np.where(missing, 0, -chosen if wanted.descending else chosen), kind="stable"
    )
    return np.asarray(rows[np.concatenate([order[~missing[order]], order[missing[order]]])])


def state_counts(session: ProjectSession) -> dict[ReviewState | None, int]:
    """How many photos are in each state; None is all of them."""
    codes = session.review_codes()
    found = np.bincount(codes, minlength=len(REVIEW_STATES)).tolist()
    counts: dict[ReviewState | None, int] = dict(zip(REVIEW_STATES, found, strict=True))
    counts[None] = len(codes)
    return counts


def _exists(session: ProjectSession, column: int | None) -> bool:
    return column is not None and column < len(session.classes)


def _sort_values(
    session: ProjectSession, key: SortKey, column: int | None
) -> NDArray[np.float32] | None:
    if key is SortKey.UNCERTAINTY:
        return session.uncertainty()
    if key is SortKey.LIKELY_ERRORS:
        return session.likely_errors()
    if key is SortKey.SCORE:
        return session.sorting_scores(column)
    return None
