"""The report's estimates come from a random sample only, and its intervals keep their promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import (
    ClassReport,
    answers_needed,
    class_report,
    draw_design,
    is_covered,
    next_question,
    overall_report,
    sampled_rows,
)
from cdul_app.measures.reviews import UNOBSERVED

DATA_SETS = 500


def make_class(random):
    """Scores and truth of a class, its share, overlap and threshold all random."""
    photos, share = int(random.integers(400, 3000)), random.uniform(0.03, 0.3)
    logits = np.where(
        random.random(photos) < share, random.normal(1, 0.8, photos), random.normal(-1, 0.6, photos)
    )
    truth = random.random(photos) < 1 / (1 + np.exp(-5 * (logits - random.uniform(-0.2, 0.5))))
    return 1 / (1 + np.exp(-logits)), truth, float(random.uniform(0.4, 0.7))


def ask(design, truth, count):
    answers = np.full(len(truth), UNOBSERVED)
    for _ in range(count):
        row = next_question(design, answers)
        answers[row] = truth[row]
    return answers


def true_figures(labels, truth):
    hits = (labels & truth).sum()
    return {
        "precision": hits / labels.sum() if labels.any() else np.nan,
        "recall": hits / max(1, truth.sum()),
        "f1": 2 * hits / (labels.sum() + truth.sum()),
    }


def test_95_percent_intervals_hold_the_truth_in_92_to_98_percent():
    random = np.random.default_rng(1)
    held = {"precision": [], "recall": [], "f1": []}
    off = {name: [] for name in held}
    for seed in range(DATA_SETS):
        scores, truth, threshold = make_class(random)
        design = draw_design(scores, threshold, seed=seed)
        answers = ask(design, truth, 60)
        labels = scores >= threshold + random.uniform(-0.05, 0.05)  # the person has moved it since
        report = class_report(design, labels, answers, seed=seed)
        for name, value in true_figures(labels, truth).items():
            estimate = getattr(report, name)
            if estimate is not None:
                held[name].append(estimate.low - 1e-9 <= value <= estimate.high + 1e-9)
                off[name].append(estimate.value - value)
    for name, results in held.items():
        assert 0.92 <= np.mean(results) <= 0.98, (name, np.mean(results))
        assert abs(np.mean(off[name])) < 0.02, (name, np.mean(off[name]))


def test_answers_of_calibration_are_not_taken_for_a_sample():
    """Near the threshold half the answers are wrong labels; they say nothing of the clear ones."""
    random = np.random.default_rng(0)
    scores, truth, threshold = make_class(random)
    design = draw_design(scores, threshold, seed=0)
    answers = ask(design, truth, 20)
    labels = scores >= threshold
    before = class_report(design, labels, answers)
    waiting = np.flatnonzero(~sampled_rows(design, answers))
    fronts = {next_question(design, answers)}
    for band in range(design.band_count):
        rows = np.flatnonzero(design.bands == band)
        left = rows[answers[rows] == UNOBSERVED]
        fronts.add(int(left[design.ranks[left].argmin()]))
    nearest = waiting[np.argsort(np.abs(scores[waiting] - threshold))]
    near = [row for row in nearest if row not in fronts]
    answers[near[:30]] = ~labels[near[:30]]  # the machine was wrong in every one
    assert class_report(design, labels, answers) == before


def test_once_all_are_answered_the_figures_are_exact():
    random = np.random.default_rng(3)
    scores = random.random(60)
    truth = random.random(60) < scores
    labels = scores >= 0.5
    report = class_report(draw_design(scores, 0.5, seed=1), labels, truth.astype(np.int8))
    for name, value in true_figures(labels, truth).items():
        estimate = getattr(report, name)
        assert (estimate.low, estimate.value, estimate.high) == pytest.approx((value,) * 3)
    assert report.answered == 60
    assert answers_needed(report) == 0
    assert next_question(draw_design(scores, 0.5, seed=1), truth.astype(np.int8)) is None


def test_the_overall_report_is_of_all_classes_together():
    random = np.random.default_rng(5)
    scores = random.random((40, 2))
    truth = random.random((40, 2)) < scores
    labels = scores >= 0.5
    designs = [draw_design(scores[:, column], 0.5, seed=column) for column in range(2)]
    report = overall_report(designs, labels, truth.astype(np.int8))
    assert report.f1.value == pytest.approx(true_figures(labels.ravel(), truth.ravel())["f1"])
    assert report.answered == 80


def test_photos_without_a_score_are_never_asked_about():
    scores = np.array([0.9, np.nan, 0.1, 0.2])
    design = draw_design(scores, 0.5, seed=0)
    answers = np.full(4, UNOBSERVED)
    asked = []
    while (row := next_question(design, answers)) is not None:
        asked.append(row)
        answers[row] = 1
    assert sorted(asked) == [0, 2, 3]


def test_a_class_without_labels_has_no_precision():
    design = draw_design(np.array([0.1, 0.2, 0.3]), 0.9, seed=0)
    report = class_report(design, np.zeros(3, dtype=bool), np.full(3, UNOBSERVED))
    assert report.precision is None
    assert report.answered == 0


def test_more_answers_are_needed_for_a_wider_interval():
    def report(half):
        estimate = Estimate(0.5, 0.5 - half, 0.5 + half)
        return ClassReport(20, estimate, estimate, estimate)

    assert answers_needed(report(0.05)) == 0
    assert answers_needed(report(0.1)) == 60
    assert answers_needed(report(0.2)) > answers_needed(report(0.1))


@given(st.integers(0, 1000), st.integers(1, 200), st.floats(0, 1))
def test_a_design_orders_each_band_at_random_and_the_same_for_a_seed(seed, photos, threshold):
    scores = np.random.default_rng(seed).random(photos)
    design, again = (draw_design(scores, threshold, seed=seed) for _ in range(2))
    assert np.array_equal(design.bands, again.bands)
    assert np.array_equal(design.ranks, again.ranks)
    assert (design.bands >= 0).all()
    for band in range(design.band_count):
        ranks = np.sort(design.ranks[design.bands == band])
        assert np.array_equal(ranks, np.arange(len(ranks)))
    order = np.argsort(-scores)
    assert (np.diff(design.bands[order]) >= 0).all()


def test_a_class_is_covered_once_each_band_has_an_answer_that_counts():
    scores = np.linspace(0, 1, 200)
    design = draw_design(scores, 0.9, seed=0)
    assert design.band_count > 2
    answers = np.full(200, UNOBSERVED)
    assert not is_covered(design, answers)
    for band in range(design.band_count):
        assert not is_covered(design, answers)
        rows = np.flatnonzero(design.bands == band)
        answers[rows[design.ranks[rows] == 1]] = 1  # not the front of the band: it does not count
        assert not is_covered(design, answers)
        answers[rows[design.ranks[rows] == 0]] = 1
    assert is_covered(design, answers)
