"""Thresholds found without labels."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cdul_app.measures.metrics import macro_f1
from cdul_app.measures.thresholds import (
    DEFAULT_THRESHOLD,
    label_free_threshold,
    pooled_threshold,
)
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import class_similarities
from tests.measures.class_thresholds import label_free_thresholds

SCORES = hnp.arrays(np.float64, st.integers(2, 60), elements=st.floats(0, 1, width=32))


def test_two_groups_are_cut_between_them():
    scores = np.array([0.1, 0.12, 0.09, 0.11, 0.8, 0.82])
    assert label_free_threshold(scores) == pytest.approx((0.12 + 0.8) / 2)


@pytest.mark.parametrize("scores", [[], [0.4], [0.4, 0.4], [np.nan, 0.2], [np.nan, np.nan]])
def test_without_two_different_scores_the_default_is_taken(scores):
    assert label_free_threshold(np.array(scores, dtype=np.float64)) == DEFAULT_THRESHOLD


@given(SCORES)
def test_the_cut_is_otsus_by_brute_force(scores):
    threshold = label_free_threshold(scores)
    distinct = np.unique(scores)
    if distinct.size < 2:
        assert threshold == DEFAULT_THRESHOLD
        return

    def within(value):
        groups = scores[scores < value], scores[scores >= value]
        return sum(((group - group.mean()) ** 2).sum() for group in groups if group.size)

    best = min(within((low + high) / 2) for low, high in itertools.pairwise(distinct))
    assert scores.min() <= threshold <= scores.max()
    assert within(threshold) == pytest.approx(best, abs=1e-9)


@given(SCORES)
def test_the_order_of_photos_and_absent_scores_do_not_matter(scores):
    shuffled = np.concatenate([scores[::-1], [np.nan]])
    assert label_free_threshold(shuffled) == pytest.approx(label_free_threshold(scores))


def test_on_real_scores_it_beats_the_best_fixed_cut(shared_dir: Path):
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"]
        soft = [
            class_similarities(data[name], temperature=0.05)
            for name in ("global_cosine_centred", "local_max_cosine")
        ]
    scores = combine_global_local(*soft)
    found = macro_f1(truth, scores >= label_free_thresholds(scores))
    fixed = max(macro_f1(truth, scores >= threshold) for threshold in np.linspace(0.02, 0.4, 39))
    assert found > fixed + 0.03
    assert found >= 0.815


def test_the_pooled_cut_is_that_of_all_scores_and_of_a_sample_where_they_are_many():
    random = np.random.default_rng(0)
    few = random.random((50, 3))
    assert pooled_threshold(few) == label_free_threshold(few.ravel())
    two_groups = np.where(random.random((30_000, 20)) < 0.2, 0.8, 0.1)
    two_groups += random.normal(0, 0.02, two_groups.shape)
    many = np.concatenate([two_groups, np.full((1, 20), np.nan)])
    assert pooled_threshold(many) == pytest.approx(label_free_threshold(many.ravel()), abs=0.01)
