import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.heat_maps import HEAT_MAP_SIZE, heat_map
from cdul_app.method.view_plans import ViewPlan

PLANS = st.sampled_from(["1x1", "3x3", "2x2+3x3", "3x3+3x3half", "1x4"])


@given(plan=PLANS, score=st.floats(0, 1))
def test_equal_scores_give_an_even_map(plan: str, score: float) -> None:
    boxes = ViewPlan.parse(plan).boxes
    found = heat_map(boxes, np.full(len(boxes), score))
    assert found.shape == (HEAT_MAP_SIZE, HEAT_MAP_SIZE)
    np.testing.assert_allclose(found, score, atol=1e-9)


@given(plan=PLANS, seed=st.integers(0, 1000))
def test_a_map_stays_within_its_scores(plan: str, seed: int) -> None:
    boxes = ViewPlan.parse(plan).boxes
    scores = np.random.default_rng(seed).random(len(boxes))
    found = heat_map(boxes, scores, size=20)
    assert scores.min() - 1e-9 <= found.min()
    assert found.max() <= scores.max() + 1e-9


def test_the_middle_of_a_snippet_shows_its_own_score() -> None:
    boxes = ViewPlan.parse("3x3").boxes
    scores = np.linspace(0, 1, 9)
    found = heat_map(boxes, scores, size=9)
    np.testing.assert_allclose(found[1::3, 1::3].ravel(), scores, atol=1e-4)
    assert found[1, 2] > found[1, 1]  # between two it goes from one to the other
    assert found[1, 2] < found[1, 4]


def test_overlapping_snippets_find_a_small_thing_more_exactly() -> None:
    def width(plan: str) -> float:
        boxes = ViewPlan.parse(plan).boxes
        hit = [
            float(box.left <= 0.5 <= box.right and box.top <= 0.5 <= box.bottom) for box in boxes
        ]
        return float((heat_map(boxes, np.array(hit)) > 0.5).mean())

    assert width("3x3+3x3half") < width("2x2+3x3")


@pytest.mark.parametrize("scores", [[], [0.1], [np.nan] * 9])
def test_what_makes_no_map_is_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match=r"boxes|finite"):
        heat_map(ViewPlan.parse("3x3").boxes, np.array(scores))
