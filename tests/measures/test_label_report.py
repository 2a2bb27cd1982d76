"""The report's estimates come from a random sample only, and its intervals keep their promise."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.label_report import class_report, overall_report
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.sample_design import (
    ENOUGH_ANSWERS,
    draw_design,
    next_question,
    sampled_rows,
)
from tests.measures.report_coverage import FIGURES, Collection, ask, coverage, true_figures


def make_class(random):
    """Scores and truth of a class, its share, overlap and threshold all random."""
    photos, share = int(random.integers(400, 3000)), random.uniform(0.03, 0.3)
    logits = np.where(
        random.random(photos) < share, random.normal(1, 0.8, photos), random.normal(-1, 0.6, photos)
    )
    truth = random.random(photos) < 1 / (1 + np.exp(-5 * (logits - random.uniform(-0.2, 0.5))))
    return 1 / (1 + np.exp(-logits)), truth, float(random.uniform(0.4, 0.7))


def make_collection(seed):
    """Eight classes of 300 photos: common and rare ones, seen well, a little and not at all."""
    random = np.random.default_rng(seed)
    truth = random.random((300, 8)) < random.choice([0.01, 0.05, 0.3], 8)
    logits = random.normal(0, 1, (300, 8)) + random.choice([0.0, 1.5, 3.0], 8) * truth
    thresholds = np.quantile(logits, random.uniform(0.7, 0.97), axis=0)
    return Collection(1 / (1 + np.exp(-logits)), truth, 1 / (1 + np.exp(-thresholds)))


@pytest.mark.parametrize("moved", [False, True])
def test_95_percent_intervals_hold_the_truth_and_are_narrow(moved):
    """Also where each threshold was moved after the sample was drawn."""
    samples = (make_collection(seed) for seed in range(100))
    overall, classes = coverage(samples, moved=moved, classes_every=5)
    for place, share in [*overall.shares().items(), *classes.shares().items()]:
        assert share >= 0.92, (place, share)  # 100 samples of 95 %
    assert 0.94 <= np.mean(list(overall.shares().values())) <= 0.99
    for place, widths in overall.widths.items():
        assert np.mean(widths) < 0.15, place
        assert abs(np.mean(overall.off[place])) < 0.02, place


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
    after = class_report(design, labels, answers)
    assert replace(after, left=before.left) == before


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
    assert report.needed == report.left == 0
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


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(0, 40))
def test_estimates_are_shares_within_their_intervals(seed, classes, asked):
    """Whatever was asked: also parts of two answers, of one, and of none."""
    random = np.random.default_rng(seed)
    scores, truth = random.random((60, classes)), random.random((60, classes)) < 0.3
    designs = [draw_design(each, 0.7, seed=seed) for each in scores.T]
    answers = [ask(design, each, asked) for design, each in zip(designs, truth.T, strict=True)]
    labels = scores >= random.uniform(0.4, 1.0, classes)  # each threshold has moved since
    report = overall_report(designs, labels, np.stack(answers, axis=1), seed=seed)
    for name in FIGURES:
        estimate = getattr(report, name)
        if estimate is not None:
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_of_a_class_without_scores_nothing_is_known():
    design = draw_design(np.full(60, np.nan), 0.5, seed=0)
    report = class_report(design, np.zeros(60, dtype=bool), np.full(60, UNOBSERVED))
    assert (report.answered, report.needed, report.left) == (0, 0, 0)
    assert not report.is_known


def test_a_class_without_labels_has_no_precision():
    design = draw_design(np.array([0.1, 0.2, 0.3]), 0.9, seed=0)
    report = class_report(design, np.zeros(3, dtype=bool), np.full(3, UNOBSERVED))
    assert report.precision is None
    assert report.answered == 0


@pytest.mark.parametrize(
    ("photos", "positives", "distance"),
    [(128, 3, 1.2), (128, 3, 0.0), (128, 1, 2.0), (128, 0, 0.0), (128, 60, 1.0), (500, 30, 2.0)],
)
def test_from_the_first_figure_on_each_holds_in_95_percent(photos, positives, distance):
    """Also of rare classes and of blind scores."""
    held = {}
    for seed in range(100):
        random = np.random.default_rng(seed)
        truth = np.zeros(photos, dtype=bool)
        truth[random.choice(photos, positives, replace=False)] = True
        scores = 1 / (1 + np.exp(-random.normal(0, 1, photos) - distance * truth))
        threshold = np.sort(scores)[-max(10, photos // 14)]
        design, labels = draw_design(scores, threshold, seed=seed), scores >= threshold
        answers = ask(design, truth, ENOUGH_ANSWERS - 1)
        assert not class_report(design, labels, answers).is_known
        for asked in (ENOUGH_ANSWERS, ENOUGH_ANSWERS + 5, ENOUGH_ANSWERS + 15):
            answers = ask(design, truth, asked, answers)
            report = class_report(design, labels, answers, seed=seed)
            assert report.is_known
            for name, value in true_figures(labels, truth).items():
                if value is not None:
                    share = getattr(report, name)
                    inside = share.low - 1e-9 <= value <= share.high + 1e-9
                    held.setdefault((name, asked), []).append(inside)
    for place, results in held.items():
        assert np.mean(results) >= 0.92, (place, np.mean(results))  # 100 draws of 95 %


def test_a_part_that_was_not_asked_claims_nothing():
    """The threshold has moved since the sample was drawn: no photo with the label was asked."""
    scores = np.linspace(0, 1, 200)
    design = draw_design(scores, 0.9, seed=0)
    answers = ask(design, scores >= 0.9, 40)
    asked = answers != UNOBSERVED
    report = class_report(design, ~asked & (scores < 0.9), answers)
    assert (report.precision.low, report.precision.high) == (0, 1)
