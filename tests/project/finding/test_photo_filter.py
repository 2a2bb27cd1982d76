import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.project.finding.photo_filter import (
    LabelWanted,
    PhotoFilter,
    SortKey,
    filtered_rows,
    query_of,
    score_range_base,
    state_counts,
)
from cdul_app.project.project import Project
from cdul_app.query.photo_query import QueryError


def rows(project, **wanted):
    return filtered_rows(project, PhotoFilter(**wanted)).tolist()


def test_no_filter_shows_all_by_name(trained_project):
    everything = list(range(len(trained_project.photos)))
    assert rows(trained_project) == everything
    assert rows(trained_project, descending=True) == everything[::-1]
    assert trained_project.photos.paths == sorted(trained_project.photos.paths)


def test_with_and_without_a_label(trained_project):
    has = rows(trained_project, column=1, label=LabelWanted.HAS)
    lacks = rows(trained_project, column=1, label=LabelWanted.LACKS)
    assert has == np.flatnonzero(trained_project.facts.labels.values()[:, 1]).tolist()
    assert sorted(has + lacks) == rows(trained_project)
    # Without a class there is nothing to have or to lack.
    assert rows(trained_project, label=LabelWanted.HAS) == rows(trained_project)


def test_an_answer_outweighs_the_score(trained_project):
    machine = rows(trained_project, column=1, label=LabelWanted.HAS)
    other = next(row for row in rows(trained_project) if row not in machine)
    trained_project.decisions.answer([other], 1, YES, follow=False)
    trained_project.decisions.answer(machine[:1], 1, NO, follow=False)
    expected = sorted([*machine[1:], other])
    assert rows(trained_project, column=1, label=LabelWanted.HAS) == expected


@pytest.mark.parametrize("text", ["SCENE_01", " scene_01 "])
def test_text_is_a_part_of_the_name_in_any_case(trained_project, text):
    found = rows(trained_project, text=text)
    assert found
    assert all("scene_01" in trained_project.photos.paths[row] for row in found)


def test_states(trained_project):
    trained_project.decisions.answer(
        [3], 0, int(trained_project.facts.labels.values()[3, 0])
    )  # as the machine says
    trained_project.decisions.answer([4], 0, 1 - int(trained_project.facts.labels.values()[4, 0]))
    assert rows(trained_project, state=ReviewState.ANSWERED) == [3, 4]
    assert rows(trained_project, state=ReviewState.DISAGREEMENT) == [4]
    assert (
        len(rows(trained_project, state=ReviewState.UNREVIEWED)) == len(trained_project.photos) - 2
    )
    counts = state_counts(trained_project)
    assert (counts[ReviewState.ANSWERED], counts[ReviewState.DISAGREEMENT]) == (2, 1)
    assert counts[None] == len(trained_project.photos)


@pytest.mark.parametrize("state", ReviewState)
def test_counts_and_words_of_a_query_agree_with_what_the_filter_shows(trained_project, state):
    trained_project.decisions.answer([3], 0, YES)
    trained_project.decisions.answer([4], 0, NO)
    shown = rows(trained_project, state=state)
    assert shown == rows(trained_project, text=state.value)
    assert len(shown) == state_counts(trained_project)[state]


def test_by_the_score_of_the_chosen_class(trained_project):
    scores = trained_project.scores(LabelKind.CLASSIFIER)[:, 2]
    assert (np.diff(scores[rows(trained_project, column=2, sort=SortKey.SCORE)]) >= 0).all()
    down = rows(trained_project, column=2, sort=SortKey.SCORE, descending=True)
    assert (np.diff(scores[down]) <= 0).all()


def test_by_the_best_score_where_no_class_is_chosen(trained_project):
    best = trained_project.scores(LabelKind.CLASSIFIER).max(axis=1)
    down = rows(trained_project, sort=SortKey.SCORE, descending=True)
    assert (np.diff(best[down]) <= 0).all()


def test_photos_without_a_score_come_last_either_way(trained_project):
    for kind in (LabelKind.CLASSIFIER, LabelKind.PSEUDO):
        trained_project.scores(kind)[5] = np.nan
    for key in (SortKey.SCORE, SortKey.UNCERTAINTY):
        for descending in (True, False):
            found = rows(trained_project, column=0, sort=key, descending=descending)
            assert found[-1] == 5
            assert sorted(found) == list(range(len(trained_project.photos)))


def test_before_scoring_every_order_is_by_name(scanned_project):
    assert rows(scanned_project, sort=SortKey.SCORE) == list(range(6))
    assert rows(scanned_project, sort=SortKey.UNCERTAINTY) == list(range(6))
    assert rows(scanned_project, column=3, label=LabelWanted.HAS) == list(range(6))  # no such class


def test_what_hides_photos():
    assert not PhotoFilter(column=2, sort=SortKey.SCORE).hides_anything
    assert not PhotoFilter(label=LabelWanted.HAS).hides_anything
    assert PhotoFilter(column=2, label=LabelWanted.HAS).hides_anything
    assert PhotoFilter(state=ReviewState.ERROR).hides_anything
    assert not PhotoFilter(text="  ").hides_anything


def test_a_query(trained_project):
    name = trained_project.classes[1].name
    has = np.flatnonzero(trained_project.facts.labels.values()[:, 1]).tolist()
    assert rows(trained_project, text=f'label:"{name}"') == has
    scores = trained_project.scores(LabelKind.INITIAL)[:, 1]
    expected = np.flatnonzero(
        (scores > 0.3) & ~trained_project.facts.labels.values()[:, 1]
    ).tolist()
    assert rows(trained_project, text=f"clip({name})>0.3 -label:{name}") == expected
    trained_project.decisions.flag([2, 9], True)
    assert rows(trained_project, text="flagged") == rows(trained_project, flagged=True) == [2, 9]
    with pytest.raises(QueryError):
        rows(trained_project, text="label:nobody")


def test_reading_a_query_reads_no_scores(demo_folder):
    project = Project.open_folder(demo_folder)
    query_of(project, f"classifier({project.classes[0].name})>0.5")
    assert project.known_scores() == {}
    project.close()


def test_a_range_of_scores_includes_its_ends(trained_project):
    scores = trained_project.scores(LabelKind.PSEUDO)[:, 1]
    low, high = np.sort(scores)[[10, 30]].tolist()
    expected = np.flatnonzero((scores >= low) & (scores <= high)).tolist()
    wanted = PhotoFilter(column=1, score_range=(low, high), text="scene")
    assert filtered_rows(trained_project, wanted).tolist() == expected
    assert len(expected) == 21
    assert score_range_base(trained_project, wanted).all()
    assert rows(trained_project, score_range=(low, high)) == rows(trained_project)  # no class


@pytest.mark.parametrize("key", [SortKey.MARGIN, SortKey.DISAGREEMENT])
def test_by_margin_and_by_disagreement(trained_project, key):
    figures = getattr(trained_project.facts, key.value).values()
    found = rows(trained_project, sort=key, descending=key.starts_high)
    steps = np.diff(figures[found])
    assert (steps <= 0).all() if key.starts_high else (steps >= 0).all()
