import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.activation_boxes import activation_boxes
from cdul_app.method.free_boxes import FreeBoxes


def test_the_box_holds_the_highest_place_and_what_hangs_together_with_it() -> None:
    maps = np.zeros((1, 10, 10))
    maps[0, 2:4, 5:8] = 1.0
    maps[0, 9, 0] = 0.9  # another place, not touching
    np.testing.assert_allclose(
        activation_boxes(maps, share=0.5, smallest=0.1), [[0.5, 0.2, 0.8, 0.4]]
    )


def test_a_small_box_is_widened_and_stays_inside() -> None:
    maps = np.zeros((2, 8, 8))
    maps[0, 0, 0] = maps[1, 4, 4] = 1.0
    corner, middle = activation_boxes(maps, share=0.5, smallest=0.5)
    np.testing.assert_allclose(corner, [0, 0, 0.5, 0.5])
    assert middle[2] - middle[0] == pytest.approx(0.5)
    assert middle[0] < 9 / 16 < middle[2]


@given(seed=st.integers(0, 500), share=st.floats(0.05, 1.0), smallest=st.floats(0.05, 1.0))
def test_boxes_are_parts_of_the_photo_around_the_maximum(seed, share, smallest) -> None:
    maps = np.random.default_rng(seed).standard_normal((4, 6, 9))
    boxes = activation_boxes(maps, share=share, smallest=smallest)
    assert (boxes >= 0).all()
    assert (boxes <= 1).all()
    assert (boxes[:, 2] - boxes[:, 0] >= smallest - 1e-9).all()
    assert (boxes[:, 3] - boxes[:, 1] >= smallest - 1e-9).all()
    for each, box in zip(maps, boxes, strict=True):
        row, column = np.unravel_index(each.argmax(), each.shape)
        assert box[0] <= (column + 0.5) / 9 <= box[2]
        assert box[1] <= (row + 0.5) / 6 <= box[3]
    FreeBoxes([tuple(map(float, box)) for box in boxes])


def test_an_even_map_is_the_whole_photo_and_nonsense_is_refused() -> None:
    even = activation_boxes(np.ones((1, 3, 3)), share=0.5, smallest=0.2)
    np.testing.assert_allclose(even, [[0, 0, 1, 1]])
    assert activation_boxes(np.zeros((0, 3, 3)), share=0.5, smallest=0.5).shape == (0, 4)
    flat, unknown, plain = np.ones((3, 3)), np.full((1, 2, 2), np.nan), np.ones((1, 2, 2))
    for maps, share in ((flat, 0.5), (unknown, 0.5), (plain, 0.0)):
        with pytest.raises(ValueError, match=r"maps|share"):
            activation_boxes(maps, share=share, smallest=0.5)


def test_free_boxes_cut_pixels_and_ask_for_enough_of_them() -> None:
    photo = FreeBoxes([(0.0, 0.0, 0.5, 0.5), (0.25, 0.1, 1.0, 1.0)])
    assert photo.view_count == 2
    assert photo.pixel_boxes(100, 60) == [(0, 0, 50, 30), (25, 6, 100, 60)]
    assert photo.smallest_photo(224, 224) == (448, 448)
    assert FreeBoxes([(0.0, 0.0, 0.001, 0.001)]).pixel_boxes(10, 10) == [(0, 0, 1, 1)]
    for boxes in ([], [(0.5, 0, 0.5, 1)], [(0, 0, 1.1, 1)]):
        with pytest.raises(ValueError, match=r"box|part"):
            FreeBoxes(boxes)
