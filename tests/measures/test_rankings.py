import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cdul_app.measures.rankings import best_score, ranking_margin, score_disagreement

NAN = float("nan")
SCORES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(2, 5)),
    elements=st.one_of(st.floats(0, 1, width=32), st.just(NAN)),
)


def test_margin_is_between_the_two_best():
    scores = np.array([[0.2, 0.9, 0.6], [0.5, 0.5, 0.1], [NAN, 0.4, NAN], [NAN, NAN, NAN]])
    np.testing.assert_allclose(ranking_margin(scores), [0.3, 0, NAN, NAN], atol=1e-9)
    assert np.isnan(ranking_margin(np.ones((3, 1)))).all()
    assert ranking_margin(np.ones((3, 0))).shape == (3,)


@given(SCORES)
def test_margin_is_what_sorting_says(scores):
    for row, margin in zip(scores, ranking_margin(scores), strict=True):
        known = np.sort(row[~np.isnan(row)])
        expected = known[-1] - known[-2] if len(known) > 1 else NAN
        np.testing.assert_allclose(margin, expected, atol=1e-6)


def test_best_score_passes_over_what_is_not_there():
    scores = np.array([[0.2, NAN], [NAN, NAN]])
    np.testing.assert_array_equal(best_score(scores), [0.2, NAN])
    assert np.isnan(best_score(np.ones((2, 0)))).all()


@given(SCORES)
def test_disagreement_is_the_widest_gap(scores):
    assert np.nanmax(np.append(score_disagreement(scores, scores), 0)) == 0
    other = 1 - scores
    np.testing.assert_array_equal(
        score_disagreement(scores, other), score_disagreement(other, scores)
    )
    for row, gap in zip(scores, score_disagreement(scores, other), strict=True):
        gaps = np.abs(2 * row[~np.isnan(row)] - 1)
        np.testing.assert_allclose(gap, gaps.max() if gaps.size else NAN, atol=1e-6)
