"""What is shown on a photo: suggestions, and a person's answers before them."""

import math

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.certainty import CERTAINTY_WORDS, SURE
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.labels.label_states import LabelState, PhotoLabel, photo_labels


def columns(labels):
    return [label.column for label in labels]


@pytest.fixture
def row(trained_project):
    """The photo with most labels."""
    return int(trained_project.facts.labels.values().sum(axis=1).argmax())


def test_suggestions_stand_by_their_score_with_a_word(trained_project, row):
    scores, found = trained_project.shown_scores()[row], photo_labels(trained_project, row)
    labelled = np.flatnonzero(trained_project.facts.labels.values()[row])
    assert columns(found) == sorted(labelled, key=lambda column: -scores[column])
    assert {label.state for label in found} == {LabelState.SUGGESTED}
    assert all(label.word in CERTAINTY_WORDS[1:] for label in found)


def test_the_score_of_a_class_that_is_no_label_is_none(trained_project, row):
    before = photo_labels(trained_project, row)
    other = int(np.flatnonzero(~trained_project.facts.labels.values()[row])[0])
    assert photo_labels(trained_project, row, current=other) == before


def test_the_current_class_comes_first_then_answers_then_suggestions(trained_project, row):
    suggested = columns(photo_labels(trained_project, row))
    other = int(np.flatnonzero(~trained_project.facts.labels.values()[row])[0])
    trained_project.decisions.answer([row], other, YES)
    assert columns(photo_labels(trained_project, row)) == [other, *suggested]
    last = suggested[-1]
    current = photo_labels(trained_project, row, current=last)
    assert columns(current) == [last, other, *suggested[:-1]]


def test_a_no_is_shown_where_it_contradicts_and_for_the_current_class(trained_project, row):
    suggested = columns(photo_labels(trained_project, row))
    other = int(np.flatnonzero(~trained_project.facts.labels.values()[row])[0])
    trained_project.decisions.answer([row], other, NO)  # as the machine says
    assert columns(photo_labels(trained_project, row)) == suggested
    first = photo_labels(trained_project, row, current=other)[0]
    assert (first.column, first.state, first.contradicts) == (other, LabelState.REJECTED, False)
    # One set by hand does not follow the answer, which then contradicts.
    threshold = float(trained_project.classes.thresholds[suggested[-1]])
    trained_project.decisions.set_threshold(suggested[-1], threshold)
    trained_project.decisions.answer([row], suggested[-1], NO)
    first = photo_labels(trained_project, row)[0]
    assert (first.column, first.state) == (suggested[-1], LabelState.REJECTED)
    assert first.contradicts
    assert first.word == ""


def test_without_scores_there_are_answers_only(scanned_project):
    scanned_project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert photo_labels(scanned_project, 0, current=1) == []
    scanned_project.decisions.answer([0], 1, YES)
    (label,) = photo_labels(scanned_project, 0)
    assert (label.name, label.state, label.contradicts) == ("dog", LabelState.CONFIRMED, False)
    assert label.describe() == "dog: confirmed by you"
    assert math.isnan(label.score)


def test_the_number_is_in_the_description():
    label = PhotoLabel(0, "dog", LabelState.SUGGESTED, SURE, 0.634)
    assert label.describe() == "dog: suggested, sure (63\N{NO-BREAK SPACE}%)"
    label = PhotoLabel(0, "dog", LabelState.REJECTED, 0, 0.1)
    assert label.describe() == "dog: rejected by you (not suggested, 10\N{NO-BREAK SPACE}%)"
