"""Exceptions of a class review are forgotten where the review, or their page, is done with."""

import numpy as np
import pytest

from cdul_app.desktop.library.class_review import ClassReview
from cdul_app.desktop.session.project_session import ProjectSession

DOG, CAT = 8, 7


@pytest.fixture
def review(trained_session: ProjectSession) -> ClassReview:
    """Of the dogs, with the first four photos on the screen."""
    review = ClassReview(trained_session, lambda: np.arange(4), trained_session)
    review.start(DOG)
    return review


def test_by_leaving(review: ClassReview):
    before = review.will_be(1)
    review.toggle(1)
    assert review.is_exception(1)
    assert review.will_be(1) != before
    review.stop()
    assert not review.is_exception(1)
    review.start(DOG)
    assert review.will_be(1) == before


def test_by_going_on_to_another_class(review: ClassReview):
    review.toggle(1)
    review.start(CAT)
    assert not review.is_exception(1)


def test_by_accepting_their_page(review: ClassReview, trained_session: ProjectSession):
    before = review.page_answers()
    review.toggle(1)
    review.toggle(6)  # of the next page
    assert review.accept_page() == 4
    assert trained_session.project.answers[1, DOG] == 1 - before[1]
    trained_session.project.decisions.undo()
    assert review.page_answers() == before
    assert review.is_exception(6)
