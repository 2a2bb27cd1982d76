from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.errors import SettingsError
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewBox, ViewPlan, parse_grids
from cdul_app.method.view_presets import VIEW_PRESETS, preset_plan

sides = st.integers(1, 5)
grids = st.one_of(st.builds(SnippetGrid, sides, sides), st.builds(OverlappingGrid, sides, sides))
scales = st.one_of(st.none(), st.sampled_from([1.0, 1.25, 1.5, 2.0, 4.0]))
several = st.lists(grids, min_size=1, max_size=4).map(tuple)
plans = st.one_of(
    st.builds(ViewPlan, several, scales), st.builds(ViewPlan, several, mirrored=st.booleans())
)


@given(plans)
def test_the_text_is_read_back_as_the_same_plan(plan: ViewPlan) -> None:
    assert ViewPlan.parse(str(plan)) == plan
    assert str(ViewPlan.parse(str(plan))) == str(plan)


@given(plans)
def test_boxes_lie_in_the_photo_come_once_and_cover_it(plan: ViewPlan) -> None:
    assert plan.view_count == 1 + len(plan.boxes)
    assert len(set(plan.boxes)) == len(plan.boxes)
    covered = np.zeros((60, 60), dtype=int)
    for box, (left, top, right, bottom) in zip(plan.boxes, plan.pixel_boxes(60, 60), strict=True):
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
        covered[top:bottom, left:right] += 1
    assert covered.min() >= 1


@given(st.lists(grids, min_size=1, max_size=4), scales)
def test_the_order_of_grids_makes_no_other_plan(
    chosen: list[SnippetGrid | OverlappingGrid], scale: float | None
) -> None:
    assert str(ViewPlan(tuple(chosen), scale)) == str(ViewPlan(tuple(chosen[::-1]), scale))


@given(st.integers(12, 300), st.integers(12, 300), sides, sides)
def test_one_plain_grid_has_the_boxes_it_had_before_there_were_plans(
    width: int, height: int, rows: int, columns: int
) -> None:
    grid = SnippetGrid(rows, columns)
    plan = ViewPlan((grid,))
    assert str(plan) == str(grid)
    assert plan.view_count == grid.view_count
    across = [round(part * width / columns) for part in range(columns + 1)]
    down = [round(part * height / rows) for part in range(rows + 1)]
    assert plan.pixel_boxes(width, height) == [
        (left, top, right, bottom)
        for top, bottom in pairwise(down)
        for left, right in pairwise(across)
    ]


@given(plans, st.integers(1, 9), st.integers(1, 9))
def test_no_snippet_of_a_tiny_photo_is_empty(plan: ViewPlan, width: int, height: int) -> None:
    for left, top, right, bottom in plan.pixel_boxes(width, height):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


@given(plans)
def test_the_finest_plain_grid_is_among_the_snippets(plan: ViewPlan) -> None:
    expected = ViewPlan((plan.finest_grid,)).boxes
    assert tuple(plan.boxes[index] for index in plan.finest_snippets) == expected


@pytest.mark.parametrize(
    ("text", "key", "snippets"),
    [
        ("3x3", "3x3", 9),
        (" 2x2 + 3 × 3", "2x2+3x3", 13),
        ("3x3+2x2", "2x2+3x3", 13),
        ("3x3half", "3x3half", 25),
        ("3x3half+3x3", "3x3half", 25),  # the plain one is part of it
        ("1x2half+2x2", "1x2half+2x2", 7),
        ("1x1", "1x1", 1),
        ("dense:3x3", "dense:3x3", 9),
        ("dense@1:3x3", "dense:3x3", 9),
        ("dense@2:3x3half", "dense@2:3x3half", 25),
        ("dense@1.5:4x2", "dense@1.5:4x2", 8),
    ],
)
def test_plans_as_they_are_written(text: str, key: str, snippets: int) -> None:
    plan = ViewPlan.parse(text)
    assert str(plan) == key
    assert len(plan.boxes) == snippets


@pytest.mark.parametrize(
    "text",
    [
        "", "3", "3x3+", "+", "half", "3half", "0x3half", "dense", "dense:", "dense@:3x3",
        "dense@0:3x3", "dense@9:3x3", "dense@1.2.3:3x3", "sparse:3x3", "dense:dense:3x3",
        "12x12half",
    ],
)  # fmt: skip
def test_other_texts_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match=r"\.$"):
        ViewPlan.parse(text)


def test_no_grid_is_no_plan() -> None:
    with pytest.raises(SettingsError, match="need a grid"):
        ViewPlan(())


def test_a_mirrored_photo_is_another_plan_of_the_same_parts() -> None:
    plain, mirrored = ViewPlan.parse("2x2+3x3"), ViewPlan.parse("3x3+2x2+mirrored")
    assert str(mirrored) == "2x2+3x3+mirrored"
    assert mirrored != plain
    assert mirrored.boxes == plain.boxes
    assert ViewBox.whole() not in mirrored.boxes
    assert (mirrored.view_count, mirrored.encoded_count) == (14, 15)
    assert plain.encoded_count == plain.view_count
    assert mirrored == preset_plan("best", SnippetGrid())
    for text in ("dense:3x3+mirrored", "mirrored", "+mirrored", "mirrored+3x3"):
        with pytest.raises(SettingsError):
            ViewPlan.parse(text)


def test_half_overlapping_snippets_begin_half_a_snippet_apart() -> None:
    boxes = ViewPlan(parse_grids("1x2half")).boxes
    edges = [(box.left, box.right) for box in boxes]
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    assert edges == [(0, half), (quarter, 3 * quarter), (half, 1)]
    assert ViewPlan(parse_grids("1x2half")).pixel_boxes(8, 2) == [
        (0, 0, 4, 2),
        (2, 0, 6, 2),
        (4, 0, 8, 2),
    ]


def test_snippets_are_described_as_a_person_would_find_them() -> None:
    plan = ViewPlan.parse("2x2+3x3half")
    words = {plan.describe_snippet(index) for index in range(len(plan.boxes))}
    assert len(words) == len(plan.boxes)
    assert plan.describe_snippet(plan.finest_snippets[5]) == "row 2, column 3"
    assert "row 1, between columns 2 and 3" in words
    assert "between rows 2 and 3, column 1" in words
    assert "row 2, column 1 of 2×2" in words
    assert ViewPlan.parse("2x4").describe_snippet(5) == "row 2, column 2"


@given(st.integers(1, 500), st.integers(1, 500), plans)
def test_a_photo_of_the_smallest_size_has_the_pixels_in_every_snippet(
    width: int, height: int, plan: ViewPlan
) -> None:
    for box in plan.boxes:
        photo_width, photo_height = plan.smallest_photo(width, height)
        assert (box.right - box.left) * photo_width >= width
        assert (box.bottom - box.top) * photo_height >= height


def test_a_box_outside_the_photo_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no part"):
        ViewBox(Fraction(0), Fraction(0), Fraction(5, 4), Fraction(1))
    with pytest.raises(ValueError, match="no part"):
        ViewBox(Fraction(1, 2), Fraction(0), Fraction(1, 2), Fraction(1))


def test_presets() -> None:
    assert {name: str(preset_plan(name, SnippetGrid())) for name in VIEW_PRESETS} == {
        "paper": "3x3",
        "fast": "dense:3x3",
        "balanced": "dense@2:3x3half",
        "best": "2x2+3x3+mirrored",
    }
    assert str(preset_plan("balanced", SnippetGrid(2, 4))) == "dense@2:2x4half"
    assert str(preset_plan("balanced", SnippetGrid(), ())) == "dense@2:3x3"
    assert str(preset_plan("paper", SnippetGrid(), (SnippetGrid(2, 2),))) == "2x2+3x3"
    with pytest.raises(SettingsError, match="choose paper, fast, balanced, best"):
        preset_plan("slow", SnippetGrid())
