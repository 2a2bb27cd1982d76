"""Which photos are shown and in which order: plain numpy over the project's arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.measures.stable_order import stable_order
from cdul_app.photos.capture_time import UNKNOWN
from cdul_app.project.finding.query_facts import QueryFacts
from cdul_app.project.finding.saved_filters import SavedFilter
from cdul_app.project.labels.label_facts import REVIEW_STATES
from cdul_app.project.project import Project
from cdul_app.query.photo_query import parse_query
from cdul_app.query.query_evaluation import evaluate_query
from cdul_app.query.query_terms import Query

Choice = TypeVar("Choice", bound=StrEnum)


class LabelWanted(StrEnum):
    ANY = "any"
    HAS = "has"
    LACKS = "lacks"
    UNSURE = "unsure"  # has it, unsure and not answered
    FALSE_POSITIVE = "false positive"  # has the label, and truth says no
    FALSE_NEGATIVE = "false negative"  # lacks it, and truth says yes


# Kinds of error, each with what truth says of the class.
ERRORS = {LabelWanted.FALSE_POSITIVE: NO, LabelWanted.FALSE_NEGATIVE: YES}


class SortKey(StrEnum):
    NAME = "name"
    TAKEN = "taken"  # when the photo was taken
    SCORE = "score"  # of the chosen class, see sorting_scores
    UNCERTAINTY = "uncertainty"  # of the chosen class, else of each photo's least sure label
    MARGIN = "margin"  # of the best class above the second best
    DISAGREEMENT = "disagreement"  # of CLIP and classifier, on the class they differ most about
    LIKELY_ERRORS = "likely errors"  # labels that the trained classifier doubts
    NOVELTY = "novelty"  # how unlike the photos that were answered
    SIMILARITY = "similarity"  # to what is searched for

    @property
    def starts_high(self) -> bool:
        """Whether what is worth looking at first is what has the highest figure."""
        return self not in (SortKey.NAME, SortKey.TAKEN, SortKey.MARGIN)


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
    duplicates: bool = False  # only photos that show the same as another one, side by side

    @property
    def hides_anything(self) -> bool:
        of_class = self.label is not LabelWanted.ANY or self.score_range is not None
        chosen = of_class and self.column is not None
        return (
            chosen
            or self.flagged
            or self.duplicates
            or self.state is not None
            or bool(self.text.strip())
        )

    @classmethod
    def of_saved(cls, saved: SavedFilter, class_names: Sequence[str]) -> "PhotoFilter":
        """Without a class that is gone, and its scores; words that are unknown choose nothing."""
        column = None
        if saved.class_name is not None and saved.class_name in class_names:
            column = list(class_names).index(saved.class_name)
        return cls(
            column,
            _known(LabelWanted, saved.label) or LabelWanted.ANY,
            _known(ReviewState, saved.state),
            saved.query,
            _known(SortKey, saved.sort) or SortKey.NAME,
            saved.descending,
            None if column is None else saved.score_range,
            saved.flagged,
        )

    def saved_as(self, name: str, class_names: Sequence[str]) -> SavedFilter:
        """The results of a search are not part of it."""
        searched = self.sort is SortKey.SIMILARITY
        return SavedFilter(
            name,
            None if self.column is None else class_names[self.column],
            self.label.value,
            None if self.state is None else self.state.value,
            self.flagged,
            self.text,
            self.score_range,
            SortKey.NAME.value if searched else self.sort.value,
            self.descending and not searched,
        )


def _known(choices: type[Choice], word: str | None) -> Choice | None:
    return next((choice for choice in choices if choice.value == word), None)


def filtered_rows(project: Project, wanted: PhotoFilter) -> NDArray[np.int64]:
    """Rows of the project that pass the filter, sorted; photos without a figure come last.

    Raises QueryError where `text` cannot be read.
    """
    rows = np.flatnonzero(_kept(project, wanted))
    column = wanted.column if _exists(project, wanted.column) else None
    values = _sort_values(project, wanted.sort, column)
    if wanted.duplicates and values is None:
        values = project.search_results.duplicates()
    if values is None:  # paths are sorted already
        return rows[::-1] if wanted.descending else rows
    return np.asarray(rows[stable_order(values[rows], descending=wanted.descending)])


def score_range_base(project: Project, wanted: PhotoFilter) -> NDArray[np.bool_]:
    """(n_photos,) what a range of scores is chosen among: all that the rest of the filter shows."""
    return _kept(project, replace(wanted, score_range=None))


def query_of(project: Project, text: str) -> Query:
    """Raises QueryError."""
    names = project.classes.names
    return parse_query(text, names, kinds=project.label_kinds)


def _kept(project: Project, wanted: PhotoFilter) -> NDArray[np.bool_]:
    keep = np.ones(len(project.photos), dtype=bool)
    facts = QueryFacts(project)
    column = wanted.column if _exists(project, wanted.column) else None
    if column is not None and wanted.label is LabelWanted.UNSURE:
        keep &= project.facts.unsure_labels.values()[:, column]
    elif column is not None and wanted.label is not LabelWanted.ANY:
        has = facts.has_label(column)
        keep &= has if wanted.label in (LabelWanted.HAS, LabelWanted.FALSE_POSITIVE) else ~has
        if wanted.label in ERRORS:
            truth = project.truth.known_labels
            keep &= False if truth is None else truth[:, column] == ERRORS[wanted.label]
    if column is not None and wanted.score_range is not None:
        scores = facts.class_scores(None, column)
        if scores is not None:
            low, high = wanted.score_range
            keep &= (scores >= low) & (scores <= high)
    if wanted.state is not None:
        keep &= project.facts.in_state(wanted.state)
    if wanted.flagged:
        keep &= project.flags
    groups = project.search_results.duplicates()
    if wanted.duplicates and groups is not None:
        keep &= ~np.isnan(groups)
    if wanted.text.strip():
        keep &= evaluate_query(query_of(project, wanted.text), facts)
    return keep


def state_counts(project: Project) -> dict[ReviewState | None, int]:
    """How many photos are in each state, or in several; None is all of them."""
    found = project.facts.states.counts().tolist()
    counts: dict[ReviewState | None, int] = dict(zip(REVIEW_STATES, found, strict=True))
    counts[None] = len(project.photos)
    return counts


def label_counts(project: Project, column: int | None) -> dict[LabelWanted, int]:
    """How many photos have and lack a class's label; empty without a class or scores."""
    if column is None or not _exists(project, column) or project.display_kind is None:
        return {}
    has = int(project.facts.class_counts()[column])
    unsure = int(project.facts.unsure_counts()[column])
    lacks = len(project.photos) - has
    return {LabelWanted.HAS: has, LabelWanted.LACKS: lacks, LabelWanted.UNSURE: unsure}


def missing_figures(project: Project, key: SortKey) -> str:
    """Why an order cannot be made yet, and what to do; empty where it can."""
    if key is SortKey.TAKEN and not project.photos.taken.any():
        return tr("No photo tells when it was taken, or they are still being read for it.")
    if key in (SortKey.NAME, SortKey.TAKEN, SortKey.NOVELTY, SortKey.SIMILARITY):
        return ""  # a search says itself what it lacks
    if project.display_kind is None:
        return tr("Label the photos first: this order is made from their scores.")
    trained = LabelKind.CLASSIFIER in project.label_kinds
    if key in (SortKey.DISAGREEMENT, SortKey.LIKELY_ERRORS) and not trained:
        return tr("Train a classifier first: this order compares its scores with the labels.")
    return ""


def _exists(project: Project, column: int | None) -> bool:
    return column is not None and column < len(project.classes)


def _sort_values(project: Project, key: SortKey, column: int | None) -> NDArray[np.floating] | None:
    match key:
        case SortKey.TAKEN:  # in single precision a second is lost
            taken = project.photos.taken
            return np.where(taken == UNKNOWN, np.nan, taken.astype(np.float64))
        case SortKey.UNCERTAINTY:
            if column is not None:
                return project.facts.places_to_ask(column)
            return project.facts.uncertainty.values()
        case SortKey.LIKELY_ERRORS:
            return project.facts.likely_errors()
        case SortKey.SCORE:
            return project.facts.sorting_scores(column)
        case SortKey.MARGIN:
            return project.facts.margin.values()
        case SortKey.DISAGREEMENT:
            return project.facts.disagreement.values()
        case SortKey.NOVELTY:
            return project.search_results.novelty()
        case SortKey.SIMILARITY:
            return project.search_results.similarities()
        case SortKey.NAME:
            return None
