import numpy as np
import pytest

from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.reviews import NO, YES, ReviewState
from cdul_app.ui.photo_filter import (
    LabelWanted,
    PhotoFilter,
    SortKey,
    filtered_rows,
    state_counts,
)


def rows(session, **wanted):
    return filtered_rows(session, PhotoFilter(**wanted)).tolist()


def test_no_filter_shows_all_by_name(trained_session):
    everything = list(range(len(trained_session.photos)))
    assert rows(trained_session) == everything
    assert rows(trained_session, descending=True) == everything[::-1]
    assert trained_session.photos.paths == sorted(trained_session.photos.paths)


def test_with_and_without_a_label(trained_session):
    has = rows(trained_session, column=1, label=LabelWanted.HAS)
    lacks = rows(trained_session, column=1, label=LabelWanted.LACKS)
    assert has == np.flatnonzero(trained_session.predicted()[:, 1]).tolist()
    assert sorted(has + lacks) == rows(trained_session)
    # Without a class there is nothing to have or to lack.
    assert rows(trained_session, label=LabelWanted.HAS) == rows(trained_session)


def test_an_answer_outweighs_the_score(trained_session):
    machine = rows(trained_session, column=1, label=LabelWanted.HAS)
    other = next(row for row in rows(trained_session) if row not in machine)
    trained_session.answer([other], 1, YES)
    trained_session.answer(machine[:1], 1, NO)
    expected = sorted([*machine[1:], other])
    assert rows(trained_session, column=1, label=LabelWanted.HAS) == expected


@pytest.mark.parametrize("text", ["SCENE_01", " scene_01 "])
def test_text_is_a_part_of_the_name_in_any_case(trained_session, text):
    found = rows(trained_session, text=text)
    assert found
    assert all("scene_01" in trained_session.photos.paths[row] for row in found)


def test_states(trained_session):
    trained_session.answer([3], 0, int(trained_session.predicted()[3, 0]))  # as the machine says
    trained_session.answer([4], 0, 1 - int(trained_session.predicted()[4, 0]))
    assert rows(trained_session, state=ReviewState.ANSWERED) == [3]
    assert rows(trained_session, state=ReviewState.DISAGREEMENT) == [4]
    assert (
        len(rows(trained_session, state=ReviewState.UNREVIEWED)) == len(trained_session.photos) - 2
    )
    counts = state_counts(trained_session)
    assert counts[ReviewState.ANSWERED] == counts[ReviewState.DISAGREEMENT] == 1
    assert counts[None] == len(trained_session.photos)


def test_by_the_score_of_the_chosen_class(trained_session):
    scores = trained_session.scores(LabelKind.CLASSIFIER)[:, 2]
    assert (np.diff(scores[rows(trained_session, column=2, sort=SortKey.SCORE)]) >= 0).all()
    down = rows(trained_session, column=2, sort=SortKey.SCORE, descending=True)
    assert (np.diff(scores[down]) <= 0).all()


def test_by_the_best_score_where_no_class_is_chosen(trained_session):
    best = trained_session.scores(LabelKind.CLASSIFIER).max(axis=1)
    down = rows(trained_session, sort=SortKey.SCORE, descending=True)
    assert (np.diff(best[down]) <= 0).all()


def test_photos_without_a_score_come_last_either_way(trained_session):
    for kind in (LabelKind.CLASSIFIER, LabelKind.PSEUDO):
        trained_session.scores(kind)[5] = np.nan
    for key in (SortKey.SCORE, SortKey.UNCERTAINTY):
        for descending in (True, False):
            found = rows(trained_session, column=0, sort=key, descending=descending)
            assert found[-1] == 5
            assert sorted(found) == list(range(len(trained_session.photos)))


def test_before_scoring_every_order_is_by_name(new_session):
    assert rows(new_session, sort=SortKey.SCORE) == list(range(6))
    assert rows(new_session, sort=SortKey.UNCERTAINTY) == list(range(6))
    assert rows(new_session, column=3, label=LabelWanted.HAS) == list(range(6))  # no such class


def test_what_hides_photos():
    assert not PhotoFilter(column=2, sort=SortKey.SCORE).hides_anything
    assert not PhotoFilter(label=LabelWanted.HAS).hides_anything
    assert PhotoFilter(column=2, label=LabelWanted.HAS).hides_anything
    assert PhotoFilter(state=ReviewState.ERROR).hides_anything
    assert not PhotoFilter(text="  ").hides_anything
