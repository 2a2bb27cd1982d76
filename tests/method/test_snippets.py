import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.errors import SettingsError
from cdul_app.method.snippets import SnippetGrid, snippet_boxes


@given(st.integers(12, 300), st.integers(12, 300), st.integers(1, 12), st.integers(1, 12))
def test_snippets_cover_every_pixel_once(width: int, height: int, rows: int, columns: int) -> None:
    covered = np.zeros((height, width), dtype=int)
    boxes = snippet_boxes(width, height, SnippetGrid(rows, columns))
    for left, top, right, bottom in boxes:
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()
    assert len(boxes) == rows * columns


@given(st.integers(1, 11), st.integers(1, 11))
def test_a_photo_smaller_than_the_grid_still_has_no_empty_snippet(width: int, height: int) -> None:
    for left, top, right, bottom in snippet_boxes(width, height, SnippetGrid(12, 12)):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


def test_boxes_run_row_by_row() -> None:
    assert snippet_boxes(4, 2, SnippetGrid(1, 2)) == [(0, 0, 2, 2), (2, 0, 4, 2)]
    assert snippet_boxes(2, 4, SnippetGrid(2, 1)) == [(0, 0, 2, 2), (0, 2, 2, 4)]


@pytest.mark.parametrize("text", ["3x3", " 3 X 3 ", "3×3"])
def test_grids_are_read_as_people_write_them(text: str) -> None:
    assert SnippetGrid.parse(text) == SnippetGrid(3, 3)
    assert str(SnippetGrid(2, 4)) == "2x4"
    assert SnippetGrid(2, 4).view_count == 9


@pytest.mark.parametrize("text", ["", "3", "axb", "0x3", "3x99", "3x3x3", "-1x2"])
def test_other_grids_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match=r"grid"):
        SnippetGrid.parse(text)


def test_a_photo_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="snippets"):
        snippet_boxes(0, 5, SnippetGrid())


def test_edges_lie_at_the_nearest_pixel() -> None:
    assert snippet_boxes(10, 11, SnippetGrid(3, 3))[4] == (3, 4, 7, 7)
    assert [box[2] for box in snippet_boxes(500, 3, SnippetGrid(1, 3))] == [167, 333, 500]
