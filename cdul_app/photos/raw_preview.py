"""The preview that a camera puts into its raw files."""

import io
from typing import BinaryIO

from PIL import Image

from cdul_app.photos.pixels.orientation import ORIENTATION_TAG
from cdul_app.photos.unreadable import DAMAGED, NO_IMAGE, NO_PREVIEW, UnreadablePhoto

_MOST_PREVIEW_BYTES = 128 * 2**20
_FLIPS = {3: 3, 5: 8, 6: 6}  # LibRaw's words for how the camera was held, as EXIF's orientations


def preview_of(file: BinaryIO) -> io.BytesIO:
    """The largest preview of a camera's file, as a JPEG or BMP file that tells its orientation.

    Raises UnreadablePhoto.
    """
    import rawpy

    file.seek(0)
    try:
        with rawpy.imread(file) as raw:
            flip = _FLIPS.get(raw.sizes.flip, 1)
            thumb = raw.extract_thumb()
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError) as error:
        raise UnreadablePhoto(NO_PREVIEW) from error
    except (rawpy.NotSupportedError, rawpy.LibRawFileUnsupportedError) as error:
        raise UnreadablePhoto(NO_IMAGE) from error
    except rawpy.LibRawError as error:
        raise UnreadablePhoto(DAMAGED) from error
    if not isinstance(thumb.data, bytes):
        return _as_file(Image.fromarray(thumb.data), flip)
    if len(thumb.data) > _MOST_PREVIEW_BYTES:
        raise UnreadablePhoto(NO_PREVIEW)
    return _with_orientation(thumb.data, flip)


def _as_file(picture: Image.Image, flip: int) -> io.BytesIO:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = flip
    target = io.BytesIO()
    picture.convert("RGB").save(target, "PNG", compress_level=1, exif=exif)
    target.seek(0)
    return target


def _with_orientation(jpeg: bytes, flip: int) -> io.BytesIO:
    """The preview's own orientation counts where it has one, else the camera's."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as preview:
        if flip == 1 or ORIENTATION_TAG in Image.Image.getexif(preview):
            return io.BytesIO(jpeg)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = flip
    block = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
    return io.BytesIO(
        jpeg[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + jpeg[2:]
    )
