"""How large a picture is wanted, and how it is brought to that size."""

import math

from PIL import Image

from cdul_app.photos.photo_request import PhotoRequest, Size
from cdul_app.photos.pixels.orientation import upright_size

MOST_GIVEN = 64_000_000  # pixels of an image that is given out
_LARGE = 32_000_000  # pixels: what is larger is reduced where fewer do
_GAP = 2.0  # an image is at least so much larger where it is scaled down finely


def least_size(stored: Size, orientation: int, request: PhotoRequest) -> Size:
    """The fewest pixels that do, as the picture lies in the file."""
    if request.bound is not None:
        wanted = fitted(stored, upright_size(request.bound, orientation))
    elif request.smallest is not None:
        return upright_size(request.smallest, orientation)
    else:
        wanted = stored
    scale = _scale_to(wanted, MOST_GIVEN)
    return max(1, wanted[0] // scale), max(1, wanted[1] // scale)


def reduced(image: Image.Image, orientation: int, request: PhotoRequest) -> Image.Image:
    """A very large image at a half, a third, … of its size where that is enough."""
    factor = reduction(image, orientation, request)
    # The reader of JPEG 2000 has a number of that name.
    return Image.Image.reduce(image, factor) if factor > 1 else image


def reduction(image: Image.Image, orientation: int, request: PhotoRequest) -> int:
    """By how much `reduced` divides its sides."""
    width, height = image.size
    if (
        width * height <= _LARGE
        or image.mode not in ("L", "RGB", "CMYK", "YCbCr")  # RGBA would be copied for it
        or "transparency" in image.info
    ):
        return 1
    least = least_size(image.size, orientation, request)
    factor = min(width // least[0], height // least[1])
    if request.bound is not None:
        factor = int(factor / _GAP)
    return max(1, factor, _scale_to(image.size, MOST_GIVEN))


def scaled_into(image: Image.Image, bound: Size) -> Image.Image:
    size = fitted(image.size, bound)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=_GAP)


def fitted(size: Size, bound: Size) -> Size:
    """The size scaled down into `bound`, keeping its shape; at least a pixel each way."""
    scale = min(1.0, bound[0] / size[0], bound[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scale_to(size: Size, most: int) -> int:
    """By how much both sides are divided so that at most so many pixels are left."""
    return math.ceil(math.sqrt(size[0] * size[1] / most))
