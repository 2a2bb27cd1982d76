"""Cutting and squashing views on the device that encodes them.

Antialiased resizing is linear in the pixels of each line, so it is a product with one matrix for
the lines and one for the columns: what accelerators do best, the same on every kind of them, and
like `views.cut_views` up to a grey level, with every box resized on its own.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from cdul_app.method.view_plans import PixelBox
from cdul_app.models.encoder.views import ViewFormat

_KEPT_MATRICES = 64  # of 0.6 MB each for a photo of 640 pixels; photos of one camera share them


def cut_on_device(
    photos: Tensor,
    boxes: Sequence[PixelBox],
    view_format: ViewFormat,
    *,
    mirrored: bool = False,
) -> Tensor:
    """The whole photo, each box, and where it is wanted the whole photo's mirror image.

    photos : (n, 3, h, w) uint8, of one size, on any device; boxes : (left, top, right, bottom)
    inside them.
    Returns (n, views, height, width, 3) uint8 on the same device.
    """
    # float16 holds every pixel exactly, and CUDA sums products of it in float32.
    number_type = torch.float16 if photos.device.type == "cuda" else torch.float32
    height, width = photos.shape[2:]
    parts = [(0, 0, width, height), *boxes]
    numbers = photos.to(number_type, memory_format=torch.contiguous_format)

    def weights(length: int, size: int) -> Tensor:
        return _matrices.on(photos.device, number_type, length, size, view_format.interpolation)

    # Overshoots are cut off after each direction, as where the lines between are kept in 8 bits.
    squashed = {
        (left, right): (
            numbers[..., left:right] @ weights(right - left, view_format.width).T
        ).clamp_(0, 255)  # (n, 3, h, view width)
        for left, right in {(left, right) for left, _, right, _ in parts}
    }
    of_heights = {
        length: weights(length, view_format.height)
        for length in {bottom - top for _, top, _, bottom in parts}
    }
    views = torch.stack(
        [
            of_heights[bottom - top] @ squashed[left, right][:, :, top:bottom]
            for left, top, right, bottom in parts
        ],
        dim=1,
    )  # (n, parts, 3, view height, view width)
    pixels = views.round_().clamp_(0, 255).to(torch.uint8)
    if mirrored:
        pixels = torch.cat([pixels, pixels[:, :1].flip(-1)], dim=1)
    return pixels.permute(0, 1, 3, 4, 2).contiguous()


def resize_on_device(pixels: Tensor, view_format: ViewFormat) -> Tensor:
    """As views.resize_batch, (B, h, w, 3) uint8 to (B, height, width, 3), on any device."""
    return cut_on_device(pixels.permute(0, 3, 1, 2), (), view_format)[:, 0]


@lru_cache(maxsize=_KEPT_MATRICES)
def resampling_matrix(length: int, size: int, interpolation: str) -> Tensor:
    """(size, length) float32 on the CPU: how each pixel of a line resized to `size` is summed from
    the `length` pixels it had; rows sum to 1.

    It is what torch's own resize makes of lines with a single bright pixel.
    """
    lines = torch.eye(length)[None, None]
    resized = torch.nn.functional.interpolate(
        lines, size=(size, length), mode=interpolation, antialias=True
    )
    return resized[0, 0].contiguous()


def _matrix_on(
    device: torch.device, number_type: torch.dtype, length: int, size: int, interpolation: str
) -> Tensor:
    return resampling_matrix(length, size, interpolation).to(device=device, dtype=number_type)


class _Matrices(threading.local):
    """Those that a thread has on a device: an upload waits for what was asked of it before.

    Of each thread its own, since what one forgets is free for its own stream's work at once.
    """

    def __init__(self) -> None:
        self.on = lru_cache(maxsize=_KEPT_MATRICES)(_matrix_on)


_matrices = _Matrices()
