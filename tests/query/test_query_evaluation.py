from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray
from cdul_app.query.path_texts import PathTexts
from cdul_app.query.photo_query import parse_query
from cdul_app.query.query_evaluation import evaluate_query
from cdul_app.query.query_terms import PathWord, StateWord

CLASSES = ("dog", "cat")


@dataclass
class FourPhotos:
    """Facts that a reader sees at a glance."""

    scores: FloatArray = field(
        default_factory=lambda: np.array(
            [[0.9, 0.1], [0.4, 0.8], [0.2, 0.404], [np.nan, np.nan]], dtype=np.float32
        )
    )
    answers: IntArray = field(
        default_factory=lambda: np.array([[1, -1], [0, -1], [-1, -1], [-1, -1]])
    )
    paths: tuple[str, ...] = ("a/one.jpg", "a/two.jpg", "b/three.jpg", "b/four.jpg")

    def __len__(self) -> int:
        return 4

    def has_label(self, column: int) -> BoolArray:
        return np.asarray(self.scores[:, column] >= 0.5)

    def label_counts(self) -> IntArray:
        return np.asarray((self.scores >= 0.5).sum(axis=1))

    def answers_of(self, column: int) -> IntArray:
        return np.asarray(self.answers[:, column])

    def class_scores(self, kind: LabelKind | None, column: int) -> FloatArray | None:
        return self.scores[:, column] if kind is None else None

    def in_state(self, word: StateWord) -> BoolArray:
        reviewed = (self.answers >= 0).any(axis=1)
        return reviewed if word is StateWord.REVIEWED else ~reviewed

    def with_path(self, where: PathWord, pattern: str) -> BoolArray:
        return PathTexts(self.paths).matching(where, pattern)


def rows(text):
    return np.flatnonzero(evaluate_query(parse_query(text, CLASSES), FourPhotos())).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("label:dog", [0]),
        ("NOT label:dog", [1, 2, 3]),
        ("yes:dog", [0]),
        ("no:dog", [1]),
        ("score(dog)<0.4", [2]),
        ("score(dog)<=0.4", [1, 2]),
        ("score(dog)>0.4", [0]),
        ("score(dog)>=0.4", [0, 1]),
        ("score(cat)=0.4", [2]),  # 0.404 is shown as 0.40
        ("score(cat)=0.403", [2]),  # so is what was asked for
        ("NOT score(dog)>=0", [3]),  # not scored
        ("classifier(dog)>=0", []),  # no such kind
        ("labels>=1", [0, 1]),
        ("labels=0", [2, 3]),
        ("reviewed", [0, 1]),
        ("reviewed label:dog", [0]),
        ("reviewed OR b/", [0, 1, 2, 3]),
        ("-(reviewed OR three)", [3]),
        ("folder:a name:t*", [1]),
    ],
)
def test_a_query_is_true_of(text, expected):
    assert rows(text) == expected


TERMS = st.sampled_from(
    ["label:dog", "label:cat", "yes:dog", "score(cat)>0.3", "labels=1", "reviewed", "two", "a/"]
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
    ),
    max_leaves=8,
)


@given(QUERIES, QUERIES)
def test_the_laws_of_and_or_not(first, second):
    everything = set(rows(""))
    assert set(rows(f"({first}) AND ({second})")) == set(rows(first)) & set(rows(second))
    assert set(rows(f"({first}) OR ({second})")) == set(rows(first)) | set(rows(second))
    assert set(rows(f"NOT ({first})")) == everything - set(rows(first))
