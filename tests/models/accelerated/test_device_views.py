from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.device_views import (
    cut_on_device,
    resampling_matrix,
    resize_on_device,
)
from cdul_app.models.encoder.views import ViewFormat, cut_views, resize_batch

PLANS = ("1x1", "3x3", "2x2+3x3", "3x3half", "1x2+mirrored")
form = partial(ViewFormat, mean=(0.5,) * 3, std=(0.5,) * 3)


def photo(height: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@settings(max_examples=60)
@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    view=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    plan=st.sampled_from(PLANS).map(ViewPlan.parse),
    interpolation=st.sampled_from(["bicubic", "bilinear"]),
    seed=st.integers(0, 9),
)
def test_views_are_those_that_the_readers_cut(height, width, view, plan, interpolation, seed):
    view_format = form(*view, interpolation=interpolation)
    pixels = [photo(height, width, seed), photo(height, width, seed + 1)]
    boxes = plan.pixel_boxes(width, height)
    stack = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2)
    ours = cut_on_device(stack, boxes, view_format, mirrored=plan.mirrored)
    assert ours.dtype == torch.uint8
    for one, of_one in zip(pixels, ours.numpy(), strict=True):
        theirs = cut_views(one, boxes, view_format, mirrored=plan.mirrored)
        assert of_one.shape == theirs.shape
        # Of noise, whose overshoots are the largest, rounded once where the other rounds twice.
        assert np.abs(of_one.astype(int) - theirs).max() <= 2


@settings(max_examples=60)
@given(
    length=st.integers(1, 300),
    size=st.integers(1, 300),
    interpolation=st.sampled_from(["bicubic", "bilinear"]),
)
def test_every_pixel_is_an_average(length: int, size: int, interpolation: str):
    matrix = resampling_matrix(length, size, interpolation)
    assert matrix.shape == (size, length)
    torch.testing.assert_close(matrix.sum(dim=1), torch.ones(size))


def test_half_precision_keeps_the_grey_level():
    """As accelerators compute: float16 in place of the float32 of a CPU."""
    matrix = resampling_matrix(300, 64, "bicubic")
    pixels = torch.from_numpy(photo(300, 64, 0)).permute(2, 0, 1)
    exact = matrix @ pixels.float()
    assert (matrix.half() @ pixels.half() - exact).abs().max() < 0.5


@pytest.mark.parametrize("size", [(32, 32), (20, 48)])
def test_whole_pictures_are_resized_as_elsewhere(size: tuple[int, int]):
    pixels = torch.from_numpy(np.stack([photo(70, 64, seed) for seed in range(3)]))
    theirs = resize_batch(pixels, form(*size)).int()
    assert (resize_on_device(pixels, form(*size)).int() - theirs).abs().max() <= 2
