"""Any Pillow mode as 8-bit RGB."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_ROWS_OF_PIXELS = 2**20  # are worked on at once: floating point takes eight bytes each
# The highest values of 8, 10, 12, 14 and 16 bits: what a camera or a microscope puts into 16.
_FULL_RANGES = (255, 1023, 4095, 16383, 65535)
_TIFF_HIGHEST = (341, 281)  # SMaxSampleValue, MaxSampleValue
_TIFF_BITS = 258


def to_rgb(image: Image.Image) -> Image.Image:
    """RGB that shares nothing with the file; transparency lies over white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy() if image.readonly else image
    if is_deep(image):
        return _to_8_bits(image, _stated_range(image)).convert("RGB")
    if image.has_transparency_data:
        with_alpha = image if image.mode == "RGBA" else image.convert("RGBA")
        upon = Image.new("RGB", image.size, "white")
        upon.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return upon
    return image.convert("RGB")


def is_deep(image: Image.Image) -> bool:
    """Whether its one band has more than 8 bits."""
    return image.mode.startswith("I") or image.mode == "F"


def full_range(highest: float) -> int:
    """The highest value that a file means by white, where it holds values up to `highest`."""
    return next((top for top in _FULL_RANGES if highest <= top), _FULL_RANGES[-1])


def _to_8_bits(image: Image.Image, stated: int | None) -> Image.Image:
    """A 16-bit, 32-bit or floating image as L.

    Values from 0 to 65,535 use the range that the file states, else the smallest of 8, 10, 12, 14
    and 16 bits (of floating ones also 0..1) that holds them; all else is stretched from its lowest
    to its highest value.
    """
    low, high = np.inf, -np.inf
    for _, values in row_blocks(image):
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if low >= 0 and high <= 65535:
        if image.mode == "F" and high <= 1:
            low, high = 0.0, 1.0
        else:
            low, high = 0.0, float(stated if stated and high <= stated else full_range(high))
    # A table for 16 bits: floating point takes a second for ten megapixels.
    table = scaled(np.arange(65536.0), low, high) if image.mode.startswith("I;16") else None
    grey = Image.new("L", image.size)
    for top, values in row_blocks(image):
        shades = scaled(values, low, high) if table is None else table[values]
        grey.paste(Image.fromarray(shades), (0, top))
    return grey


def _stated_range(image: Image.Image) -> int | None:
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        return None
    bits = tags.get(_TIFF_BITS)
    if isinstance(bits, tuple) and bits and 8 < bits[0] < 16:
        return int(2 ** bits[0] - 1)
    for tag in _TIFF_HIGHEST:
        value = tags.get(tag)
        value = value[0] if isinstance(value, tuple) and value else value
        if isinstance(value, int) and 0 < value <= 65535:
            return value
    return None


def scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """`low` as 0, `high` as 255."""
    shades = (values.astype(np.float64) - low) * (255 / (high - low) if high > low else 0)
    return np.round(shades).astype(np.uint8)


def row_blocks(image: Image.Image) -> Iterator[tuple[int, NDArray[Any]]]:
    """(first row, (rows, width) values) from top to bottom; NaN and infinities as 0."""
    rows = max(1, _ROWS_OF_PIXELS // image.width)
    for top in range(0, image.height, rows):
        values = np.asarray(image.crop((0, top, image.width, min(top + rows, image.height))))
        if image.mode == "F":
            values = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
        yield top, values
