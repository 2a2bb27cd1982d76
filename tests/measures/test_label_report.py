"""The report's estimates come from a random sample only, and its intervals keep their promise."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.label_report import (
    ENOUGH_ANSWERS,
    class_report,
    draw_design,
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


def test_95_percent_intervals_hold_the_truth_in_95_to_99_percent():
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
        assert 0.95 <= np.mean(results) <= 0.995, (name, np.mean(results))
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


@pytest.mark.parametrize(
    ("photos", "positives", "distance"),
    [(128, 3, 1.2), (128, 3, 0.0), (128, 1, 2.0), (128, 0, 0.0), (128, 60, 1.0), (500, 30, 2.0)],
)
def test_from_the_first_figure_on_each_holds_in_95_percent(photos, positives, distance):
    """After every answer at which figures are told, also of rare classes and of blind scores."""
    held = {}
    for seed in range(50):
        random = np.random.default_rng(seed)
        truth = np.zeros(photos, dtype=bool)
        truth[random.choice(photos, positives, replace=False)] = True
        scores = 1 / (1 + np.exp(-random.normal(0, 1, photos) - distance * truth))
        threshold = np.sort(scores)[-max(10, photos // 14)]
        design, labels = draw_design(scores, threshold, seed=seed), scores >= threshold
        answers = ask(design, truth, ENOUGH_ANSWERS - 1)
        assert not class_report(design, labels, answers).is_known
        true = true_figures(labels, truth)
        for asked in range(ENOUGH_ANSWERS, ENOUGH_ANSWERS + 16):
            row = next_question(design, answers)
            answers[row] = truth[row]
            report = class_report(design, labels, answers, seed=seed)
            assert report.is_known
            for name, value in true.items():
                if positives or name == "precision":
                    share = getattr(report, name)
                    inside = share.low - 1e-9 <= value <= share.high + 1e-9
                    held.setdefault((name, asked), []).append(inside)
    for place, results in held.items():
        assert np.mean(results) >= 0.92, (place, np.mean(results))  # 50 draws of 95 %
    assert np.mean([inside for results in held.values() for inside in results]) >= 0.95


@given(st.integers(0, 1000), st.integers(1, 90), st.integers(0, 90))
def test_what_is_needed_falls_with_each_answer_and_fits_what_is_left(seed, photos, elsewhere):
    """Whatever was answered before, for other reasons; the last answer ends it."""
    random = np.random.default_rng(seed)
    design, labels = draw_design(random.random(photos), 0.7, seed=seed), np.zeros(photos, bool)
    answers = np.full(photos, UNOBSERVED)
    answers[random.permutation(photos)[:elsewhere]] = 0
    needed = class_report(design, labels, answers).needed
    while (row := next_question(design, answers)) is not None:
        answers[row] = random.integers(2)
        report = class_report(design, labels, answers)
        assert report.needed <= report.left == np.count_nonzero(answers == UNOBSERVED)
        assert report.needed < needed or report.needed == needed == 0
        needed = report.needed
    assert needed == 0


def test_a_part_that_was_not_asked_claims_nothing():
    """The threshold has moved since the sample was drawn: no photo with the label was asked."""
    scores = np.linspace(0, 1, 200)
    design = draw_design(scores, 0.9, seed=0)
    answers = ask(design, scores >= 0.9, 40)
    asked = answers != UNOBSERVED
    report = class_report(design, ~asked & (scores < 0.9), answers)
    assert (report.precision.low, report.precision.high) == (0, 1)


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
