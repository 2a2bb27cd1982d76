import numpy as np
import pytest

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.project.photo_filter import (
    LabelWanted,
    PhotoFilter,
    SortKey,
    filtered_rows,
    query_of,
    score_range_base,
    state_counts,
)
from cdul_app.query.photo_query import QueryError


def rows(session, **wanted):
    return filtered_rows(session.project, PhotoFilter(**wanted)).tolist()


def test_no_filter_shows_all_by_name(trained_session):
    everything = list(range(len(trained_session.project.photos)))
    assert rows(trained_session) == everything
    assert rows(trained_session, descending=True) == everything[::-1]
    assert trained_session.project.photos.paths == sorted(trained_session.project.photos.paths)


def test_with_and_without_a_label(trained_session):
    has = rows(trained_session, column=1, label=LabelWanted.HAS)
    lacks = rows(trained_session, column=1, label=LabelWanted.LACKS)
    assert has == np.flatnonzero(trained_session.project.facts.labels.values()[:, 1]).tolist()
    assert sorted(has + lacks) == rows(trained_session)
    # Without a class there is nothing to have or to lack.
    assert rows(trained_session, label=LabelWanted.HAS) == rows(trained_session)


def test_an_answer_outweighs_the_score(trained_session):
    machine = rows(trained_session, column=1, label=LabelWanted.HAS)
    other = next(row for row in rows(trained_session) if row not in machine)
    trained_session.project.decisions.answer([other], 1, YES)
    trained_session.project.decisions.answer(machine[:1], 1, NO)
    expected = sorted([*machine[1:], other])
    assert rows(trained_session, column=1, label=LabelWanted.HAS) == expected


@pytest.mark.parametrize("text", ["SCENE_01", " scene_01 "])
def test_text_is_a_part_of_the_name_in_any_case(trained_session, text):
    found = rows(trained_session, text=text)
    assert found
    assert all("scene_01" in trained_session.project.photos.paths[row] for row in found)


def test_states(trained_session):
    trained_session.project.decisions.answer(
        [3], 0, int(trained_session.project.facts.labels.values()[3, 0])
    )  # as the machine says
    trained_session.project.decisions.answer(
        [4], 0, 1 - int(trained_session.project.facts.labels.values()[4, 0])
    )
    assert rows(trained_session, state=ReviewState.ANSWERED) == [3]
    assert rows(trained_session, state=ReviewState.DISAGREEMENT) == [4]
    assert (
        len(rows(trained_session, state=ReviewState.UNREVIEWED))
        == len(trained_session.project.photos) - 2
    )
    counts = state_counts(trained_session.project)
    assert counts[ReviewState.ANSWERED] == counts[ReviewState.DISAGREEMENT] == 1
    assert counts[None] == len(trained_session.project.photos)


def test_by_the_score_of_the_chosen_class(trained_session):
    scores = trained_session.project.scores(LabelKind.CLASSIFIER)[:, 2]
    assert (np.diff(scores[rows(trained_session, column=2, sort=SortKey.SCORE)]) >= 0).all()
    down = rows(trained_session, column=2, sort=SortKey.SCORE, descending=True)
    assert (np.diff(scores[down]) <= 0).all()


def test_by_the_best_score_where_no_class_is_chosen(trained_session):
    best = trained_session.project.scores(LabelKind.CLASSIFIER).max(axis=1)
    down = rows(trained_session, sort=SortKey.SCORE, descending=True)
    assert (np.diff(best[down]) <= 0).all()


def test_photos_without_a_score_come_last_either_way(trained_session):
    for kind in (LabelKind.CLASSIFIER, LabelKind.PSEUDO):
        trained_session.project.scores(kind)[5] = np.nan
    for key in (SortKey.SCORE, SortKey.UNCERTAINTY):
        for descending in (True, False):
            found = rows(trained_session, column=0, sort=key, descending=descending)
            assert found[-1] == 5
            assert sorted(found) == list(range(len(trained_session.project.photos)))


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


def test_a_query(trained_session):
    name = trained_session.project.classes[1].name
    has = np.flatnonzero(trained_session.project.facts.labels.values()[:, 1]).tolist()
    assert rows(trained_session, text=f'label:"{name}"') == has
    scores = trained_session.project.scores(LabelKind.INITIAL)[:, 1]
    expected = np.flatnonzero(
        (scores > 0.3) & ~trained_session.project.facts.labels.values()[:, 1]
    ).tolist()
    assert rows(trained_session, text=f"clip({name})>0.3 -label:{name}") == expected
    trained_session.project.decisions.flag([2, 9], True)
    assert rows(trained_session, text="flagged") == rows(trained_session, flagged=True) == [2, 9]
    with pytest.raises(QueryError):
        rows(trained_session, text="label:nobody")


def test_reading_a_query_reads_no_scores(demo_folder, qapp):
    session = ProjectSession.open_folder(demo_folder)
    query_of(session.project, f"classifier({session.project.classes[0].name})>0.5")
    assert session.project._scores == {}
    session.close()


def test_a_range_of_scores_includes_its_ends(trained_session):
    scores = trained_session.project.scores(LabelKind.PSEUDO)[:, 1]
    low, high = np.sort(scores)[[10, 30]].tolist()
    expected = np.flatnonzero((scores >= low) & (scores <= high)).tolist()
    wanted = PhotoFilter(column=1, score_range=(low, high), text="scene")
    assert filtered_rows(trained_session.project, wanted).tolist() == expected
    assert len(expected) == 21
    assert score_range_base(trained_session.project, wanted).all()
    assert rows(trained_session, score_range=(low, high)) == rows(trained_session)  # no class


@pytest.mark.parametrize("key", [SortKey.MARGIN, SortKey.DISAGREEMENT])
def test_by_margin_and_by_disagreement(trained_session, key):
    figures = getattr(trained_session.project.facts, key.value).values()
    found = rows(trained_session, sort=key, descending=key.starts_high)
    steps = np.diff(figures[found])
    assert (steps <= 0).all() if key.starts_high else (steps >= 0).all()
