"""Cutting and squashing views to an encoder's input size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ViewFormat:
    """What an encoder wants its views to be."""

    height: int
    width: int
    mean: tuple[float, ...]  # of each of three channels, in [0, 1]
    std: tuple[float, ...]
    interpolation: str = "bicubic"  # or "bilinear"

    @classmethod
    def from_preprocessing(cls, preprocessing: Mapping[str, Any]) -> Self:
        """Read open_clip's `preprocess_cfg`; its resize mode is passed over, views are squashed."""
        size = preprocessing["size"]
        height, width = (size, size) if isinstance(size, int) else size
        mean, std = (
            tuple(float(value) for value in np.broadcast_to(preprocessing[name], 3))
            for name in ("mean", "std")
        )
        bilinear = preprocessing["interpolation"] == "bilinear"
        return cls(int(height), int(width), mean, std, "bilinear" if bilinear else "bicubic")

    @property
    def pixels(self) -> int:
        return self.height * self.width

    def scale_and_shift(self) -> tuple[list[float], list[float]]:
        """Per channel: `value * scale + shift` normalises a value in 0..255."""
        scale = [1 / (255 * std) for std in self.std]
        shift = [-mean / std for mean, std in zip(self.mean, self.std, strict=True)]
        return scale, shift


def resize_view(pixels: Pixels, view_format: ViewFormat) -> Pixels:
    """Squash (h, w, 3) uint8 to (height, width, 3) uint8, antialiased.

    torch's 8-bit kernel for channels-last images does in a fifth of Pillow's time what Pillow
    does, up to one grey level.
    """
    # Copied by numpy: torch would start its own pool of threads inside each reading thread.
    copied = torch.from_numpy(np.require(pixels, requirements=["C", "W"]))
    return np.asarray(resize_batch(copied[None], view_format)[0].numpy())


def resize_batch(pixels: torch.Tensor, view_format: ViewFormat) -> torch.Tensor:
    """As `resize_view`, (B, h, w, 3) uint8 to (B, height, width, 3)."""
    resized = torch.nn.functional.interpolate(
        pixels.permute(0, 3, 1, 2),  # channels last in memory
        size=(view_format.height, view_format.width),
        mode=view_format.interpolation,
        antialias=True,
    )
    return resized.permute(0, 2, 3, 1)


def cut_views(
    pixels: Pixels,
    boxes: Sequence[tuple[int, int, int, int]],
    view_format: ViewFormat,
    *,
    mirrored: bool = False,
) -> Pixels:
    """The whole photo, each box, and where it is wanted the whole photo's mirror image.

    Returns (views, height, width, 3) uint8.

    pixels : (h, w, 3); boxes : (left, top, right, bottom) inside it.
    """
    height, width = pixels.shape[:2]
    parts = [(0, 0, width, height), *boxes]
    shape = (len(parts) + mirrored, view_format.height, view_format.width, 3)
    views = np.empty(shape, dtype=np.uint8)
    for row, (left, top, right, bottom) in enumerate(parts):
        views[row] = resize_view(pixels[top:bottom, left:right], view_format)
    if mirrored:
        views[-1] = views[0, :, ::-1]
    return views
