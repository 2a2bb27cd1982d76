from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewBox, ViewPlan
from cdul_app.models.dense.dense_pooling import MapBoxes, coverage, pool_windows

CPU = torch.device("cpu")
counts = st.integers(1, 16)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Fraction, Fraction]:
    parts = draw(st.integers(1, 40))
    start = draw(st.integers(0, parts - 1))
    return Fraction(start, parts), Fraction(draw(st.integers(start + 1, parts)), parts)


@given(stretches(), counts)
def test_coverage_is_a_mean_that_looks_nowhere_else(
    stretch: tuple[Fraction, Fraction], locations: int
) -> None:
    start, end = stretch
    shares = coverage(float(start), float(end), locations)
    assert shares.shape == (locations,)
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)
    for place, share in enumerate(shares):
        outside = (place + 1) / locations <= start or place / locations >= end
        assert share == pytest.approx(0, abs=1e-9) if outside else True
    # The middle of what is covered is the middle of the stretch, up to a location's own width.
    middle = float(((np.arange(locations) + 0.5) / locations) @ shares)
    assert abs(middle - float(start + end) / 2) <= 0.5 / locations + 1e-9


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.5), (0.6, 0.5), (-0.1, 0.5), (0.5, 1.1)])
def test_stretches_that_are_none(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="no stretch"):
        coverage(start, end, 4)


def test_a_location_half_inside_counts_half() -> None:
    np.testing.assert_allclose(coverage(0, 0.5, 3), [2 / 3, 1 / 3, 0])
    np.testing.assert_allclose(coverage(0.45, 0.55, 2), [0.5, 0.5])
    np.testing.assert_allclose(coverage(0.1, 0.2, 2), [1, 0])


@given(counts, counts, st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**31))
def test_snippets_of_a_plain_grid_average_to_the_whole(
    rows: int, columns: int, down: int, across: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    locations = torch.randn(2, rows * columns, 3, generator=generator)
    boxes = ViewPlan((SnippetGrid(down, across),)).boxes
    pooled = pool_windows(
        locations, MapBoxes((ViewBox.whole(), *boxes), rows, columns, CPU).weights()
    )
    torch.testing.assert_close(pooled[:, 0], locations.mean(dim=1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(pooled[:, 1:].mean(dim=1), pooled[:, 0], atol=1e-5, rtol=1e-4)


@given(counts, counts, st.integers(1, 4), st.integers(1, 4))
def test_a_map_of_one_value_stays_it(rows: int, columns: int, down: int, across: int) -> None:
    boxes = ViewPlan((OverlappingGrid(down, across),)).boxes
    pooled = pool_windows(
        torch.full((1, rows * columns, 2), 3.0), MapBoxes(boxes, rows, columns, CPU).weights()
    )
    torch.testing.assert_close(pooled, torch.full((1, len(boxes), 2), 3.0))


def test_snippets_that_are_whole_locations_are_their_means() -> None:
    locations = torch.arange(16.0).reshape(1, 16, 1)  # 4 x 4
    boxes = ViewPlan.parse("2x2").boxes
    pooled = pool_windows(locations, MapBoxes(boxes, 4, 4, CPU).weights())
    assert pooled[0, :, 0].tolist() == [2.5, 4.5, 10.5, 12.5]


def test_parts_of_a_box_fill_it() -> None:
    box = ViewBox(Fraction(1, 3), Fraction(0), Fraction(1), Fraction(1, 2))
    parts = [box.part(row, column, rows=2, columns=3) for row in range(2) for column in range(3)]
    area = sum((part.right - part.left) * (part.bottom - part.top) for part in parts)
    assert area == (box.right - box.left) * (box.bottom - box.top)
    assert (parts[0].left, parts[0].top) == (box.left, box.top)
    assert (parts[-1].right, parts[-1].bottom) == (box.right, box.bottom)
