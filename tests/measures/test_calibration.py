"""A few answers near the threshold move it to where it should be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.measures import calibration
from cdul_app.measures.calibration import calibrate_threshold
from cdul_app.measures.metrics import macro_f1
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.thresholds import (
    PooledThreshold,
    label_free_threshold,
    lowest_threshold,
    pooled_threshold,
)
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import class_similarities


def planted(seed=0, photos=400, share=0.2, middle=0.0, slope=6.0):
    """Scores of two overlapping groups, and answers drawn from a logistic curve."""
    random = np.random.default_rng(seed)
    logits = np.where(
        random.random(photos) < share, random.normal(1, 0.6, photos), random.normal(-1, 0.6, photos)
    )
    truth = random.random(photos) < 1 / (1 + np.exp(-slope * (logits - middle)))
    return 1 / (1 + np.exp(-logits)), truth.astype(np.int8)


def ask(scores, truth, count):
    """Answer the app's own questions; returns the answers."""
    answers = np.full(len(scores), UNOBSERVED, dtype=np.int8)
    for _ in range(count):
        question = calibrate_threshold(scores, answers).question
        assert answers[question] == UNOBSERVED
        answers[question] = truth[question]
    return answers


def test_without_answers_the_cut_lies_near_the_label_free_one():
    scores, _ = planted()
    found = calibrate_threshold(scores, np.full(len(scores), UNOBSERVED))
    assert found.threshold == pytest.approx(label_free_threshold(scores), abs=0.08)


@pytest.mark.parametrize("middle", [-0.5, 0.5])
def test_answers_move_the_cut_towards_the_true_middle(middle):
    scores, truth = planted(middle=middle, slope=12)
    before = calibrate_threshold(scores, ask(scores, truth, 0)).threshold
    after = calibrate_threshold(scores, ask(scores, truth, 15)).threshold
    goal = 1 / (1 + np.exp(-middle))
    assert abs(after - goal) < abs(before - goal)
    assert after == pytest.approx(goal, abs=0.08)


def test_answers_narrow_the_bounds():
    scores, truth = planted(slope=12)
    none, many = (calibrate_threshold(scores, ask(scores, truth, count)) for count in (0, 25))
    assert (none.precision.low, none.precision.high) == (0, 1)  # nothing is claimed unasked
    for measure in ("precision", "recall", "f1"):
        before, after = getattr(none, measure), getattr(many, measure)
        assert after.high - after.low < before.high - before.low


def test_yes_lowers_and_no_raises_the_cut():
    scores, _ = planted()
    answers = np.full(len(scores), UNOBSERVED)
    first = calibrate_threshold(scores, answers)
    answers[first.question] = YES
    lower = calibrate_threshold(scores, answers).threshold
    answers[first.question] = NO
    higher = calibrate_threshold(scores, answers).threshold
    assert lower < first.threshold < higher


def test_a_class_with_few_photos_is_drawn_to_the_pooled_cut():
    scores = np.concatenate([np.linspace(0.01, 0.05, 300), np.linspace(0.1, 0.3, 5)])
    nothing = np.full(len(scores), UNOBSERVED)
    alone = calibrate_threshold(scores, nothing).threshold
    drawn = calibrate_threshold(
        scores, nothing, pooled_threshold=PooledThreshold(0.6, 0.0)
    ).threshold
    assert drawn > alone


def test_equal_or_absent_scores_have_no_cut_and_answered_photos_no_question():
    assert calibrate_threshold(np.array([0.2, 0.2]), np.array([-1, -1])) is None
    assert calibrate_threshold(np.array([np.nan, 0.2]), np.array([-1, -1])) is None
    found = calibrate_threshold(np.array([0.1, 0.9, np.nan]), np.array([NO, YES, UNOBSERVED]))
    assert found.question is None
    assert 0.1 < found.threshold <= 0.9
    with pytest.raises(ValueError, match="shapes"):
        calibrate_threshold(np.zeros(3), np.zeros(2))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 80), st.integers(0, 6))
def test_estimates_are_shares_within_their_intervals(seed, photos, asked):
    random = np.random.default_rng(seed)
    scores = random.random(photos)
    answers = np.full(photos, UNOBSERVED)
    answers[:asked] = random.integers(0, 2, len(answers[:asked]))
    found = calibrate_threshold(scores, answers)
    assert 0 <= found.threshold <= 1
    for estimate in (found.precision, found.recall, found.f1):
        assert 0 <= estimate.low <= estimate.value + 1e-9
        assert estimate.value <= estimate.high + 1e-9
        assert estimate.high <= 1 + 1e-9


def test_ten_answers_a_class_on_real_scores(shared_dir: Path):
    """The bound of ten answers on RN50x64's scores; the benchmark averages over samples."""
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"]
        soft = [
            class_similarities(data[name], temperature=0.03)
            for name in ("global_cosine_centred", "local_max_cosine")
        ]
    scores = combine_global_local(*soft)
    pooled = pooled_threshold(scores)
    answers = np.full(truth.shape, UNOBSERVED, dtype=np.int8)
    thresholds = np.zeros(truth.shape[1])
    for asked in range(11):
        for column in range(truth.shape[1]):
            found = calibrate_threshold(
                scores[:, column], answers[:, column], pooled_threshold=pooled
            )
            thresholds[column] = found.threshold
            answers[found.question, column] = truth[found.question, column]
        if asked == 0:
            assert macro_f1(truth, scores >= thresholds) >= 0.815
    assert macro_f1(truth, scores >= thresholds) >= 0.835


def few_above():
    """Four of 205 scores lie above the label-free threshold, which is 0.39; nothing is answered."""
    logits = np.concatenate([np.linspace(-4, -1, 200), np.linspace(-0.8, 2, 5)])
    return 1 / (1 + np.exp(-logits)), np.full(205, UNOBSERVED)


def test_what_is_believed_before_any_answer():
    """All of the prior: the pooled threshold's weight, where middle and slope are expected."""
    scores, nothing = few_above()
    assert label_free_threshold(scores) == pytest.approx(0.393, abs=0.001)
    assert (scores >= label_free_threshold(scores)).sum() == 4
    found = calibrate_threshold(scores, nothing, pooled_threshold=PooledThreshold(0.2, 0.0))
    assert 0.2 < found.threshold < label_free_threshold(scores)


def test_until_a_first_yes_only_the_best_photos_lie_below_the_floor():
    scores = np.concatenate([np.linspace(0.01, 0.05, 300), np.linspace(0.06, 0.2, 40)])
    answers = np.full(len(scores), UNOBSERVED)
    pooled = PooledThreshold(0.3, 0.3)
    unasked = calibrate_threshold(scores, answers, pooled_threshold=pooled).threshold
    assert (scores >= unasked).sum() <= 9  # 2.5 % of 340
    answers[-8] = YES
    assert calibrate_threshold(scores, answers, pooled_threshold=pooled).threshold < unasked


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_answers_label_at_most_twice_as_many_photos_as_they_have_looked_through(seed, asked):
    """Two of yes near the threshold labelled 138 photos of 500, of which 13 showed the class."""
    random = np.random.default_rng(seed)
    scores = np.concatenate([random.random(300) * 0.05, 0.06 + 0.2 * random.random(20)])
    pooled = PooledThreshold(0.3, 0.3)
    answers = np.full(len(scores), UNOBSERVED)
    before = (scores >= lowest_threshold(scores, pooled)).sum()
    rows = np.argsort(-scores)[:asked]
    answers[rows] = random.random(asked) < 0.6
    labelled = (
        scores >= calibrate_threshold(scores, answers, pooled_threshold=pooled).threshold
    ).sum()
    lowest_yes = np.flatnonzero(answers[rows] == YES)
    looked_through = 1 + lowest_yes.max() if lowest_yes.size else 0
    assert labelled <= max(before, 2 * looked_through)


def test_a_class_that_is_not_seen_gets_no_label_until_a_yes():
    scores = np.linspace(0.01, 0.05, 300)
    answers = np.full(300, UNOBSERVED)
    pooled = PooledThreshold(0.3, 0.3)
    found = calibrate_threshold(scores, answers, pooled_threshold=pooled)
    assert not (scores >= found.threshold).any()
    assert found.question == 299  # the photo most like it
    answers[299] = YES
    assert calibrate_threshold(scores, answers, pooled_threshold=pooled).threshold <= scores[299]


def test_where_every_photo_is_answered_no_none_is_labelled():
    scores, _ = planted()
    found = calibrate_threshold(scores, np.full(len(scores), NO))
    assert scores.max() < found.threshold <= 1


def test_an_answer_counts_as_it_is_answered():
    """Of photos at one score, a no above them all does not cost the yes below."""
    scores = np.concatenate([np.linspace(0, 0.4, 40), np.linspace(0.5, 0.9, 10)])
    truth = np.concatenate([np.zeros(40, dtype=int), np.ones(10, dtype=int)])
    assert calibrate_threshold(scores, truth).threshold == pytest.approx(0.45, abs=0.051)


def test_after_a_first_yes_questions_spread_over_where_the_threshold_may_lie():
    scores, truth = planted(photos=4000)
    answers = ask(scores, truth, 12)
    distances = np.abs(scores - calibrate_threshold(scores, answers).threshold)
    assert (answers == YES).any()
    assert distances[answers != UNOBSERVED].max() > 4 * np.sort(distances)[11]


def test_thousands_of_answers_give_the_threshold_of_each_at_its_own_score(monkeypatch):
    random = np.random.default_rng(3)
    scores = random.beta(0.4, 2.0, 6000)
    answers = np.full(6000, -1)
    asked = random.permutation(6000)[:3000]
    answers[asked] = random.random(3000) < 1 / (1 + np.exp(-20 * (scores[asked] - 0.4)))
    by_level = calibrate_threshold(scores, answers)
    monkeypatch.setattr(calibration, "_ONE_BY_ONE", 10**9)
    one_by_one = calibrate_threshold(scores, answers)
    assert by_level is not None
    assert one_by_one is not None
    assert by_level.threshold == pytest.approx(one_by_one.threshold, abs=0.01)
