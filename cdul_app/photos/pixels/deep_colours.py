"""Pictures with 16 bits a colour, of which cameras and microscopes often fill ten or twelve.

Pillow keeps the high byte of each value.  Read in the other order of bytes, that is the low one.
"""

import sys
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFile

from cdul_app.photos.pixels.colours import full_range, row_blocks, scaled

_SWAPPED = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}


def load_all_bits(
    image: ImageFile.ImageFile, again: Callable[[], ImageFile.ImageFile]
) -> Image.Image:
    """Load an image; where it is too dark for 16 bits a colour, with its low bytes.

    again : opens the same file anew.
    """
    swapped = _swapped_tiles(image)
    image.load()
    if swapped is None or not _is_dark_for_16_bits(image):
        return image
    with again() as low:
        low.tile = swapped
        low.load()
        return _join_bytes(image, low)


def _swapped_tiles(image: ImageFile.ImageFile) -> list[ImageFile._Tile] | None:
    """Its parts as they are asked for their low bytes; None where it has 8 bits a colour."""
    if image.format not in ("PNG", "TIFF") or image.mode not in ("RGB", "RGBA"):
        return None
    tiles = []
    for tile in image.tile:
        whole = tile.args if isinstance(tile.args, tuple) else (tile.args,)
        bands, _, order = str(whole[0]).partition(";16")
        if order not in _SWAPPED:
            return None
        swapped = (f"{bands};16{_SWAPPED[order]}", *whole[1:])
        tiles.append(tile._replace(args=swapped if isinstance(tile.args, tuple) else swapped[0]))
    return tiles


def _join_bytes(high: Image.Image, low: Image.Image) -> Image.Image:
    """An RGB or RGBA picture of 16 bits a value, by its high and low bytes, scaled as `full_range`.

    An alpha that uses its full range stays; one of few bits is scaled as the colours are.
    """
    top = full_range(256 * _highest(high.convert("RGB")) + 255)
    bands = []
    for band in high.getbands():
        above, below = high.getchannel(band), low.getchannel(band)
        if band == "A" and _highest(above) > 63:
            bands.append(above)
            continue
        whole = Image.new("L", high.size)
        for top_row, values in row_blocks(above):
            rows = (0, top_row, high.width, top_row + len(values))
            joined = values.astype(np.float64) * 256 + np.asarray(below.crop(rows))
            whole.paste(Image.fromarray(scaled(joined, 0, top)), rows)
        bands.append(whole)
    return Image.merge(high.mode, bands)


def _is_dark_for_16_bits(image: Image.Image) -> bool:
    """Whether the high bytes use so little of their range that the values may have fewer bits."""
    return _highest(image) <= full_range(4096) // 256


def _highest(image: Image.Image) -> int:
    """Of the bands but an alpha, the highest value, 0 to 255."""
    values = image.histogram()[: 256 * min(3, len(image.getbands()))]
    return max(place % 256 for place, count in enumerate(values) if count)
