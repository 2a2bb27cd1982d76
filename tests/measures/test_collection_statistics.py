import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.collection_statistics import (
    class_statistics,
    co_occurrence,
    labels_per_photo,
)
from cdul_app.measures.reviews import NO, UNOBSERVED, YES


def some_labels(seed: int, photos: int = 40, classes: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).random((photos, classes)) < 0.3


def test_labels_answers_and_agreement_of_each_class() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, np.nan]], dtype=np.float32)
    answers = np.array([[YES, UNOBSERVED], [YES, NO], [NO, YES]], dtype=np.int8)
    found = class_statistics(scores, np.array([0.5, 0.5]), answers)
    assert found.labelled.tolist() == [2, 1]  # an answer outweighs the score
    assert (found.yes.tolist(), found.no.tolist()) == ([2, 1], [1, 1])
    assert found.agreed.tolist() == [1, 0]
    assert found.agreement.tolist() == pytest.approx([1 / 3, 0.0])


def test_a_class_without_answers_has_no_agreement() -> None:
    unanswered = np.full((3, 1), UNOBSERVED, dtype=np.int8)
    found = class_statistics(np.zeros((3, 1)), np.array([0.5]), unanswered)
    assert np.isnan(found.agreement).all()
    assert found.answered.tolist() == [0]


def test_an_answer_on_a_photo_without_score_agrees_with_no_label() -> None:
    answers = np.array([[NO], [NO]], dtype=np.int8)
    found = class_statistics(np.array([[np.nan], [0.1]]), np.array([0.5]), answers)
    assert found.agreed.tolist() == [1]


@given(seed=st.integers(0, 999))
def test_counts_of_labels_cover_every_photo(seed: int) -> None:
    labels = some_labels(seed, classes=9)
    counts = labels_per_photo(labels, most=3)
    assert counts.sum() == len(labels)
    assert counts[0] == (~labels.any(axis=1)).sum()
    assert counts[3] == (labels.sum(axis=1) >= 3).sum()


@given(seed=st.integers(0, 999))
def test_co_occurrence_is_symmetric_and_counts_pairs(seed: int) -> None:
    labels = some_labels(seed)
    counts = co_occurrence(labels)
    np.testing.assert_array_equal(counts, counts.T)
    np.testing.assert_array_equal(np.diag(counts), labels.sum(axis=0))
    assert counts[1, 3] == (labels[:, 1] & labels[:, 3]).sum()
    assert (counts <= np.minimum.outer(np.diag(counts), np.diag(counts))).all()


def test_many_photos_are_counted_in_parts() -> None:
    labels = np.ones((45_001, 2), dtype=bool)
    assert co_occurrence(labels).tolist() == [[45_001] * 2] * 2
    assert co_occurrence(np.zeros((0, 3), dtype=bool)).shape == (3, 3)
