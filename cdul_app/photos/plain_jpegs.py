"""JPEG files that any decoder reads alike, so that one on a graphics card may."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFile

from cdul_app.photos.kinds import HEAD_BYTES, Kind, kind_of
from cdul_app.photos.loading import opened
from cdul_app.photos.opened_files import open_photo
from cdul_app.photos.photo_request import Size
from cdul_app.photos.pixels.orientation import orientation_of, upright_size
from cdul_app.photos.unreadable import UnreadablePhoto

_MOST_BYTES = 32 * 2**20
_END = b"\xff\xd9"
_RGB_LAYERS = [ord(letter) for letter in "RGB"]
_YCC = 1  # of Adobe's mark: what says how colours are stored


@dataclass(frozen=True, eq=False)
class PlainJpeg:
    """A whole file that is not decoded yet."""

    content: bytes
    stored: Size  # of its pixels as they lie in the file
    orientation: int  # see orientation.orientation_of

    @property
    def size(self) -> Size:
        """Of the upright photo."""
        return upright_size(self.stored, self.orientation)


def read_plain_jpeg(source: Path | bytes, *, most_pixels: int) -> PlainJpeg | None:
    """The file, or what is in one, where decoding.read_photo would make of it what every decoder
    does: grey or YCbCr, in one scan, up to its last byte, of at most so many pixels.

    None for all else, unreadable files included: decoding.read_photo reads them, or says why not.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else open_photo(source) as file:
            if file.seek(0, io.SEEK_END) > _MOST_BYTES:
                return None
            file.seek(0)
            content = file.read()  # asked for a number of bytes, Python would clear as many first
            if not content.endswith(_END):
                return None
            if kind_of(content[:HEAD_BYTES]) is not Kind.JPEG:
                return None
            with opened(file, Kind.JPEG) as image:
                if not _is_plain(image) or image.width * image.height > most_pixels:
                    return None
                return PlainJpeg(content, image.size, orientation_of(image))
    # Whatever Pillow meets in a damaged head.
    except (UnreadablePhoto, OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError):
        return None


def _is_plain(image: ImageFile.ImageFile) -> bool:
    if image.format != "JPEG" or image.mode not in ("L", "RGB") or image.info.get("progressive"):
        return False
    layers = [layer[0] for layer in getattr(image, "layer", ())]
    return layers != _RGB_LAYERS and image.info.get("adobe_transform", _YCC) == _YCC
