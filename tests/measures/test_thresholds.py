"""Thresholds found without labels."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cdul_app.measures.metrics import macro_f1
from cdul_app.measures.thresholds import (
    DEFAULT_THRESHOLD,
    PooledThreshold,
    is_seen,
    label_free_threshold,
    lowest_threshold,
    pooled_threshold,
    same_rank,
    separability,
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
    assert pooled_threshold(few).value == label_free_threshold(few.ravel())
    two_groups = np.where(random.random((30_000, 20)) < 0.2, 0.8, 0.1)
    two_groups += random.normal(0, 0.02, two_groups.shape)
    many = np.concatenate([two_groups, np.full((1, 20), np.nan)])
    found = pooled_threshold(many)
    assert found.value == pytest.approx(label_free_threshold(many.ravel()), abs=0.01)
    labels = (np.nan_to_num(many) >= found.floor).mean()
    assert labels == pytest.approx(np.nansum(many) / many.size, abs=0.01)


def some_scores(seed, photos, classes):
    """Distinct ones, of which a photo's add up to about one."""
    logits = np.random.default_rng(seed).normal(0, 3, (photos, classes))
    shares = np.exp(logits)
    return shares / shares.sum(axis=1, keepdims=True)


@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(2, 12))
def test_as_many_scores_reach_the_floor_as_all_sum_to(seed, photos, classes):
    scores = some_scores(seed, photos, classes)
    assume(np.median(scores.max(axis=1)) >= 0.35)  # of flatter ones the sum says nothing
    assert (scores >= pooled_threshold(scores).floor).sum() == photos


def test_shares_of_a_soft_softmax_say_nothing_of_how_many_labels_there_are():
    scores = 0.05 + 0.1 * np.random.default_rng(0).random((50, 10))
    found = pooled_threshold(scores)
    assert found.floor == pytest.approx(found.value / 2)
    nothing = np.full((3, 2), np.nan)
    assert pooled_threshold(nothing).value == DEFAULT_THRESHOLD


@given(st.integers(0, 10_000), st.integers(4, 200), st.floats(0.1, 0.9))
def test_below_the_floor_a_class_has_its_best_photos_only(seed, photos, floor):
    scores = np.random.default_rng(seed).random(photos) ** 4
    pooled = PooledThreshold(floor, floor)
    lowest = lowest_threshold(scores, pooled)
    assert 0 <= lowest <= floor
    if lowest < floor:
        assert is_seen(scores, pooled)
        assert 1 <= (scores >= lowest).sum() <= max(3, 0.025 * photos + 0.5)
        assert (scores >= lowest).sum() <= max(1, scores.sum() + 0.5)


def test_a_clear_best_photo_is_labelled_wherever_other_classes_are_cut():
    scores = np.append(np.random.default_rng(0).normal(0.01, 0.002, 127), 0.08)
    for floor in (0.1, 0.4, 0.9):
        pooled = PooledThreshold(floor, floor)
        assert is_seen(scores, pooled)
        assert (scores >= lowest_threshold(scores, pooled)).tolist() == [False] * 127 + [True]


def test_a_class_that_no_photo_stands_out_as_is_not_seen():
    pooled = PooledThreshold(0.3, 0.3)
    chance = np.random.default_rng(0).uniform(0.01, 0.03, 200)
    assert not is_seen(chance, pooled)
    assert lowest_threshold(chance, pooled) == pooled.floor
    assert is_seen(np.append(chance, 0.11), pooled)  # near to where other classes are cut
    assert not is_seen(np.array([np.nan]), pooled)


@given(SCORES, st.floats(0.1, 5), st.floats(-1, 1))
def test_separability_is_a_share_that_no_scale_changes(scores, factor, shift):
    found = separability(scores[:, None])
    assert 0 <= found <= 1
    if np.ptp(scores) > 1e-3:
        assert separability(scores[:, None] * factor + shift) == pytest.approx(found, abs=1e-6)


def test_separability_tells_encoders_that_separate_classes(shared_dir: Path):
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        names = ("global_cosine_centred", "local_max_cosine")
        soft = [class_similarities(data[name], temperature=0.05) for name in names]
    assert separability(combine_global_local(*soft)) > 0.75
    assert separability(np.random.default_rng(0).random((500, 20))) == pytest.approx(0.75, abs=0.02)
    normal = np.random.default_rng(0).normal(0, 1, (500, 20))
    assert separability(normal) == pytest.approx(2 / np.pi, abs=0.02)
    assert separability(np.full((5, 2), 0.3)) == 0


@given(st.integers(0, 10_000), st.integers(1, 80), st.floats(0, 1))
def test_the_same_rank_cuts_as_many_photos(seed, photos, threshold):
    random = np.random.default_rng(seed)
    before, after = random.random(photos), random.random(photos) / 5
    moved = same_rank(before, after, threshold)
    assert 0 <= moved <= 1
    assert (after >= moved).sum() == (before >= threshold).sum()
