"""A sample is random within bands of scores, and no answer decides what is asked next."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.label_report import class_report
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.sample_design import bands_of, draw_design, next_question
from tests.measures.report_coverage import ask


def test_photos_without_a_score_are_never_asked_about():
    scores = np.array([0.9, np.nan, 0.1, 0.2])
    design = draw_design(scores, 0.5, seed=0)
    answers = np.full(4, UNOBSERVED)
    asked = []
    while (row := next_question(design, answers)) is not None:
        asked.append(row)
        answers[row] = 1
    assert sorted(asked) == [0, 2, 3]


@given(st.integers(0, 1000), st.integers(1, 200), st.integers(0, 60))
def test_the_same_photos_are_asked_about_whatever_they_show(seed, photos, asked):
    """Else a band is left alone after a few of "no", and taken for emptier than it is."""
    random = np.random.default_rng(seed)
    design = draw_design(random.random(photos), 0.8, seed=seed)
    some, others = (
        ask(design, random.random(photos) < share, asked) != UNOBSERVED for share in (0.05, 0.6)
    )
    assert np.array_equal(some, others)


def test_answers_are_shared_out_by_the_root_of_a_bands_size_twice_as_many_to_labels():
    scores = np.linspace(1, 0, 2000)
    design = draw_design(scores, scores[99], seed=0)  # bands of 100, 100, 300 and 1,500
    asked = ask(design, np.zeros(2000, dtype=bool), 90) != UNOBSERVED
    assert [int(asked[rows].sum()) for rows in bands_of(design)] == [21, 10, 18, 41]


@given(st.integers(0, 1000), st.integers(1, 90), st.integers(0, 90))
def test_what_is_needed_falls_with_each_answer_and_fits_what_is_left(seed, photos, elsewhere):
    """Whatever was answered before, for other reasons; the last answer ends it."""
    random = np.random.default_rng(seed)
    design, labels = draw_design(random.random(photos), 0.7, seed=seed), np.zeros(photos, bool)
    answers = np.full(photos, UNOBSERVED)
    answers[random.permutation(photos)[:elsewhere]] = NO
    needed = class_report(design, labels, answers).needed
    while (row := next_question(design, answers)) is not None:
        answers[row] = random.choice([NO, YES])
        report = class_report(design, labels, answers)
        assert report.needed <= report.left == np.count_nonzero(answers == UNOBSERVED)
        assert report.needed < needed or report.needed == needed == 0
        needed = report.needed
    assert needed == 0


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
