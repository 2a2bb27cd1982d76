"""The order of questions, whatever scores and answers are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.measures.question_order import corrections, photos_to_ask, worth_of_answers
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

SCORES = st.one_of(st.just(np.nan), st.floats(0, 1))


@st.composite
def asked_about(draw):
    count = draw(st.integers(0, 30))
    scores = draw(arrays(np.float64, count, elements=SCORES))
    answers = draw(arrays(np.int8, count, elements=st.sampled_from([UNOBSERVED, NO, YES])))
    return scores, answers, draw(st.floats(0, 1))


@given(asked_about())
def test_every_scored_photo_without_an_answer_is_asked_once_from_the_threshold_outwards(drawn):
    scores, answers, threshold = drawn
    order = photos_to_ask(scores, answers, threshold)
    left = np.flatnonzero((answers == UNOBSERVED) & ~np.isnan(scores))
    assert sorted(order.tolist()) == left.tolist()
    found = scores[order]
    above, below = found[found >= threshold], found[found < threshold]
    assert (np.diff(above) >= 0).all()
    assert (np.diff(below) <= 0).all()
    both = 2 * min(len(above), len(below))
    assert (found[:both:2] >= threshold).all()
    assert (found[1:both:2] < threshold).all()


@given(
    st.integers(0, 20).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked))),
    st.integers(0, 1000),
)
def test_more_corrections_and_fewer_labels_are_worth_more(counts, labelled):
    corrected, asked = counts
    (worth,) = worth_of_answers(np.array([corrected]), np.array([asked]), np.array([labelled]))
    assert 0 < worth < 1
    more = worth_of_answers(np.array([corrected + 1]), np.array([asked + 1]), np.array([labelled]))
    fewer = worth_of_answers(np.array([corrected]), np.array([asked + 1]), np.array([labelled]))
    rare = worth_of_answers(np.array([corrected]), np.array([asked]), np.array([labelled + 1]))
    assert more > worth > fewer
    assert rare < worth


def test_a_correction_is_an_answer_that_the_label_did_not_have():
    found = corrections(np.array([0.2, 0.5, 0.8, 0.8]), 0.5, np.array([YES, NO, YES, NO]))
    assert found.tolist() == [True, True, False, True]
