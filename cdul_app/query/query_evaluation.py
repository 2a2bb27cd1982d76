"""Which photos a query is true of."""

from collections.abc import Callable
from functools import reduce
from typing import Protocol

import numpy as np

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray
from cdul_app.query import query_terms as terms

_COMPARE: dict[terms.Comparison, Callable[[FloatArray | IntArray, float], BoolArray]] = {
    terms.Comparison.LESS: np.less,
    terms.Comparison.AT_MOST: np.less_equal,
    terms.Comparison.MORE: np.greater,
    terms.Comparison.AT_LEAST: np.greater_equal,
    terms.Comparison.EQUAL: np.equal,
}
_SHOWN_DIGITS = 2  # of a score: “=0.40” is true of what is shown so


class PhotoFacts(Protocol):
    """What is known of the photos; every array is (n_photos,)."""

    def __len__(self) -> int: ...

    def has_label(self, column: int) -> BoolArray:
        """The label as it is shown."""

    def label_counts(self) -> IntArray:
        """How many labels each photo has."""

    def answers_of(self, column: int) -> IntArray:
        """-1 unobserved, 0 no, 1 yes."""

    def class_scores(self, kind: LabelKind | None, column: int) -> FloatArray | None:
        """In [0, 1], NaN where not scored; None where there is no such kind at all."""

    def in_state(self, word: terms.StateWord) -> BoolArray: ...

    def with_path(self, where: terms.PathWord, pattern: str) -> BoolArray: ...


def evaluate_query(query: terms.Query, facts: PhotoFacts) -> BoolArray:
    """(n_photos,) bool.  A comparison with a score that is not there is not true."""
    match query:
        case terms.All(parts):
            everything = np.ones(len(facts), dtype=bool)
            return reduce(np.logical_and, (evaluate_query(p, facts) for p in parts), everything)
        case terms.AnyOf(parts):
            nothing = np.zeros(len(facts), dtype=bool)
            return reduce(np.logical_or, (evaluate_query(p, facts) for p in parts), nothing)
        case terms.Not(part):
            return ~evaluate_query(part, facts)
        case terms.ClassTerm(word, column):
            if word is terms.ClassWord.LABEL:
                return facts.has_label(column)
            return np.asarray(
                facts.answers_of(column) == (YES if word is terms.ClassWord.YES else NO)
            )
        case terms.ScoreTerm(kind, column, comparison, number):
            scores = facts.class_scores(kind, column)
            if scores is None:
                return np.zeros(len(facts), dtype=bool)
            if comparison is terms.Comparison.EQUAL:
                scores = np.round(scores, _SHOWN_DIGITS)
                number = round(number, _SHOWN_DIGITS)
                return np.asarray(np.abs(scores - number) < 1e-6)
            return _COMPARE[comparison](scores, number)
        case terms.CountTerm(comparison, number):
            return _COMPARE[comparison](facts.label_counts(), number)
        case terms.StateTerm(word):
            return facts.in_state(word)
        case terms.PathTerm(where, pattern):
            return facts.with_path(where, pattern)
