"""From a file to an upright 8-bit RGB image, or the reason why not."""

import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from cdul_app.models.damaged_files import DAMAGE_ERRORS

MAX_MEGAPIXELS = 400

# Pillow's own limit warns below and refuses above; the warnings module cannot be reconfigured
# safely in threads.  The size is checked here instead, before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION_TAG = 0x0112
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow's plugins raise on bad data.  Warning: what they say of it where warnings are errors.
_DECODER_ERRORS = (*DAMAGE_ERRORS, SyntaxError, ArithmeticError, zlib.error, Warning)


class UnreadablePhoto(Exception):  # noqa: N818 - a state of the photo, not a failure of the app
    """Why one photo is left out, in plain words."""


def decode_photo(path: Path, *, smallest: tuple[int, int] | None = None) -> Image.Image:
    """Read a photo as RGB with its EXIF orientation applied.

    smallest : (width, height) in pixels of the upright photo.  A JPEG is then decoded at a half, a
    quarter or an eighth of its size (three to four times faster) where the result still has at
    least so many pixels each way.
    The first frame of an animation; transparency over white; 16-bit and floating values scaled to
    8 bits.  Raises UnreadablePhoto.
    """
    return decode_photo_and_size(path, smallest=smallest)[0]


def decode_photo_and_size(
    path: Path, *, smallest: tuple[int, int] | None = None
) -> tuple[Image.Image, tuple[int, int]]:
    """`decode_photo`, and the upright photo's (width, height) in the file."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise UnreadablePhoto("The file is gone.") from error
    except IsADirectoryError as error:
        raise UnreadablePhoto("It is a folder, not a file.") from error
    except PermissionError as error:
        raise UnreadablePhoto("There is no permission to read it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadablePhoto(f"It cannot be opened ({reason}).") from error
    with file:
        try:
            return _decode(file, smallest)
        except MemoryError as error:
            raise UnreadablePhoto("It does not fit into memory.") from error


def read_photo_size(path: Path) -> tuple[int, int] | None:
    """The upright photo's (width, height) as the file's header tells; None where it does not."""
    try:
        with Image.open(path) as image:
            return _upright(image.size, _orientation(image))
    except _DECODER_ERRORS:
        return None


def _decode(
    file: BinaryIO, smallest: tuple[int, int] | None
) -> tuple[Image.Image, tuple[int, int]]:
    try:
        if not file.read(1):
            raise UnreadablePhoto("The file is empty.")
        image = Image.open(file)
    except UnidentifiedImageError as error:
        raise UnreadablePhoto("Not an image this app can read.") from error
    except _DECODER_ERRORS as error:
        raise UnreadablePhoto("The file is truncated or damaged.") from error
    with image:
        size = image.size
        _check_size(size)
        try:
            if smallest is not None and image.format in ("JPEG", "MPO"):
                image.draft(None, _upright(smallest, _orientation(image)))
            image.load()
            # Read after loading: the TIFF reader turns the image itself and drops the tag.
            orientation = _orientation(image)
            upright = _to_rgb(image)
        except _DECODER_ERRORS as error:
            raise UnreadablePhoto("The file is truncated or damaged.") from error
    if orientation in _TRANSPOSITIONS:
        upright = upright.transpose(_TRANSPOSITIONS[orientation])
    return upright, _upright(size, orientation)


def _upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height as they are once a photo is turned upright, and the other way round."""
    return size[::-1] if orientation in (5, 6, 7, 8) else size


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise UnreadablePhoto("The image has no pixels.")
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise UnreadablePhoto(
            f"It has {width * height / 1e6:,.0f} megapixels; the app reads up to {MAX_MEGAPIXELS}."
        )


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION_TAG, 1)
    return value if isinstance(value, int) else 1


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any Pillow mode as RGB; the result shares nothing with the file."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy() if image.readonly else image
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_to_8_bits(np.asarray(image), image.mode)).convert("RGB")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        upon = Image.new("RGB", image.size, "white")
        upon.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return upon
    return image.convert("RGB")


def _to_8_bits(values: np.ndarray, mode: str) -> np.ndarray:
    """(height, width) of a 16-bit, 32-bit or floating image as uint8.

    I;16 is divided by 257, its full range.  The other modes do not tell theirs: values within
    0..1 (floating only), 0..255 or 0..65535 are taken to use that range, all else is stretched
    from its lowest to its highest value.
    """
    floats = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
    low, high = float(floats.min()), float(floats.max())
    if mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    elif low >= 0 and high <= 65535:
        ranges = (1.0, 255.0, 65535.0) if mode == "F" else (255.0, 65535.0)
        low, high = 0.0, next(top for top in ranges if high <= top)
    scaled = (floats - low) * (255 / (high - low) if high > low else 0)
    return np.round(scaled).astype(np.uint8)
