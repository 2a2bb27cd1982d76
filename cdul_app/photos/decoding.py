"""From a photo's file to an upright 8-bit RGB image, or the reason why not.

Every picture that this app reads is read here, so that scores, thumbnails and the photo page show
the same one.
"""

import io
import math
import sys
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from cdul_app.photos.bmp_masks import MaskedBitmap
from cdul_app.photos.colours import is_dark_for_16_bits, join_bytes, to_rgb
from cdul_app.photos.cut_jpeg import NOTE, completed, scans_of
from cdul_app.photos.decoder_pool import POOL
from cdul_app.photos.files import open_photo
from cdul_app.photos.kinds import HEAD_BYTES, Kind, kind_of
from cdul_app.photos.memory_gate import DECODING, Gate
from cdul_app.photos.memory_need import memory_need
from cdul_app.photos.orientation import orientation_of, turn_upright, upright_size
from cdul_app.photos.photo_request import DecodedPhoto, PhotoRequest, Size
from cdul_app.photos.png_chunks import without_extras
from cdul_app.photos.raw_preview import preview_of
from cdul_app.photos.unreadable import (
    DAMAGED,
    EMPTY,
    NO_IMAGE,
    NO_MEMORY,
    TOO_LARGE,
    TOO_SLOW,
    UNIDENTIFIED,
    UNSUPPORTED,
    UnreadablePhoto,
)

_LARGE = 32_000_000  # pixels: what is larger is reduced where fewer do
_MOST_GIVEN = 100_000_000  # pixels of an image that is given out
_MOST_WHOLE_BYTES = 256 * 2**20  # of a file that its reader takes into memory as a whole
_GAP = 2.0  # an image is at least so much larger where it is scaled down finely
_MOST_SCANS = 100  # of a progressive JPEG: each costs the time of a whole picture
_WHOLE = {Kind.WEBP, Kind.AVIF, Kind.HEIF, Kind.JPEG_XL}
_UNSUPPORTED_WORDS = ("unsupported", "not supported", "not available", "cannot find loader")
_SWAPPED = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}


def decode_photo(path: Path, *, smallest: Size | None = None) -> Image.Image:
    """`read_photo`'s image."""
    return read_photo(path, smallest=smallest).image


def read_photo(
    path: Path, *, smallest: Size | None = None, bound: Size | None = None
) -> DecodedPhoto:
    """Read a photo as upright RGB.

    smallest : (width, height) in pixels of the upright photo.  A JPEG is then decoded at a half, a
    quarter or an eighth of its size (three to four times faster) where the result still has at
    least so many pixels each way; other pictures are reduced so where they are very large.
    bound : the image is scaled down into it, keeping its shape.
    The first frame of an animation; transparency over white; more than 8 bits scaled to 8.
    An image of more than 100 megapixels is reduced.  Raises UnreadablePhoto.
    """
    request = PhotoRequest(path, smallest, bound)
    with open_photo(path) as file:
        kind = _kind(file, path)
        if not kind.is_isolated:
            return decode_file(file, kind, request, DECODING)
    return POOL.decode(request)


def read_photo_size(path: Path) -> Size | None:
    """The upright photo's (width, height) as the file's header tells; None where it does not.

    No pixel is decoded.
    """
    try:
        with open_photo(path) as file:
            kind = _kind(file, path)
            if not kind.is_isolated:
                return header_size(file, kind)
        return POOL.size(path)
    except UnreadablePhoto:
        return None


def decode_here(request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    """`read_photo` in this process, whatever the kind.  Raises UnreadablePhoto."""
    with open_photo(request.path) as file:
        return decode_file(file, _kind(file, request.path), request, gate)


def size_here(path: Path) -> Size:
    """`read_photo_size` in this process, whatever the kind.  Raises UnreadablePhoto."""
    with open_photo(path) as file:
        return header_size(file, _kind(file, path))


def header_size(file: BinaryIO, kind: Kind) -> Size:
    """Raises UnreadablePhoto."""
    try:
        if kind is Kind.RAW:
            file, kind = _preview(file)
        if kind is Kind.PNG:
            file = without_extras(file, pixels=False) or file
        with _opened(file, kind) as image:
            # The TIFF reader tells the size as it is once its own tag is obeyed.
            is_turned = image.format == "TIFF" and 0x0112 in image.tag_v2  # type: ignore[attr-defined]
            return upright_size(image.size, 1 if is_turned else orientation_of(image))
    except Exception as error:
        raise _reason(error) from error


def decode_file(file: BinaryIO, kind: Kind, request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    """Decode an open file of that kind.  Whatever it raises is an UnreadablePhoto."""
    try:
        if kind is Kind.RAW:
            file, kind = _preview(file)
        try:
            return _decode(file, kind, request, gate)
        except UnreadablePhoto:
            raise
        except Exception as error:
            bare = without_extras(file) if kind is Kind.PNG else None
            if bare is None or isinstance(error, MemoryError):
                raise
            return _decode(bare, kind, request, gate)
    except Exception as error:
        raise _reason(error) from error


def _kind(file: BinaryIO, path: Path) -> Kind:
    try:
        head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadablePhoto(f"It cannot be read ({error.strerror}).") from error
    if not head:
        raise UnreadablePhoto(EMPTY)
    kind = kind_of(head, path.name)
    if kind is None:
        raise UnreadablePhoto(NO_IMAGE)
    if kind in _WHOLE and file.seek(0, io.SEEK_END) > _MOST_WHOLE_BYTES:
        raise UnreadablePhoto(TOO_LARGE)
    file.seek(0)
    return kind


def _preview(file: BinaryIO) -> tuple[BinaryIO, Kind]:
    """The preview of a camera's file; the file itself where it is an ordinary TIFF file."""
    try:
        preview = preview_of(file)
    except UnreadablePhoto as reason:
        file.seek(0)
        if str(reason) == NO_IMAGE and kind_of(file.read(HEAD_BYTES)) is Kind.TIFF:
            return file, Kind.TIFF
        raise
    kind = kind_of(preview.read(HEAD_BYTES))
    if kind not in (Kind.JPEG, Kind.PNG):
        raise UnreadablePhoto(NO_IMAGE)
    return preview, kind


def _opened(file: BinaryIO, kind: Kind) -> ImageFile.ImageFile:
    if kind is Kind.HEIF:
        import pi_heif

        pi_heif.register_heif_opener()
    elif kind is Kind.JPEG_XL:
        import pylibjxl

        pylibjxl.register_pillow()
    file.seek(0)
    return Image.open(file, formats=kind.formats)


def _decode(file: BinaryIO, kind: Kind, request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    try:
        image = _opened(file, kind)
    except OSError:
        if kind is not Kind.BMP:
            raise
        bitmap = MaskedBitmap(file)
        with gate.hold(bitmap.memory_need):
            return _finished(bitmap.load(), 1, request)
    with image:
        if image.format not in ("JPEG", "MPO"):
            with gate.hold(memory_need(image, image.size)):
                loaded = _load_all(file, image, kind)
                # Read after loading: the TIFF reader turns the image itself and drops the tag.
                return _finished(loaded, orientation_of(image), request)
        if image.info.get("progressive") and _scans(file) > _MOST_SCANS:
            raise UnreadablePhoto(TOO_SLOW)
        stored, orientation = image.size, orientation_of(image)
        _draft(image, request)
        with gate.hold(memory_need(image, stored)):
            loaded, note = _load_jpeg(file, image, request, stored[1])
            return _finished(loaded, orientation, request, stored, note)


def _draft(image: ImageFile.ImageFile, request: PhotoRequest) -> None:
    """Let a JPEG be decoded at a part of its size where that is enough."""
    wanted, orientation = image.size, orientation_of(image)
    if request.bound is not None:
        wanted = _fitted(image.size, upright_size(request.bound, orientation))
    elif request.smallest is not None:
        wanted = upright_size(request.smallest, orientation)
    if request.smallest is None:
        scale = _scale_to(wanted, _MOST_GIVEN)
        wanted = (max(1, wanted[0] // scale), max(1, wanted[1] // scale))
    image.draft(None, wanted)


def _load_jpeg(
    file: BinaryIO, image: ImageFile.ImageFile, request: PhotoRequest, stored_height: int
) -> tuple[Image.Image, str]:
    """The loaded image, and a note where its end had to be made up."""
    try:
        image.load()
        return image, ""
    except OSError:
        whole = completed(file, image, stored_height)
        if whole is None:
            raise
        again = _opened(whole, Kind.JPEG)
        _draft(again, request)
        again.load()
        return again, NOTE


def _scans(file: BinaryIO) -> int:
    place = file.tell()
    file.seek(0)
    count = scans_of(file.read())
    file.seek(place)
    return count


def _load_all(file: BinaryIO, image: ImageFile.ImageFile, kind: Kind) -> Image.Image:
    swapped = _swapped_tiles(image)
    image.load()
    if swapped is None or not is_dark_for_16_bits(image):
        return image
    with _opened(file, kind) as low:
        low.tile = swapped
        low.load()
        return join_bytes(image, low)


def _swapped_tiles(image: ImageFile.ImageFile) -> list[ImageFile._Tile] | None:
    """The parts of a picture with 16 bits a colour, asked for their low bytes.

    Pillow keeps the high one; read in the other order, that is the low one.
    """
    if image.mode not in ("RGB", "RGBA"):
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


def _finished(
    image: Image.Image,
    orientation: int,
    request: PhotoRequest,
    stored: Size | None = None,
    note: str = "",
) -> DecodedPhoto:
    """stored : its size in the file, where the image was decoded at a part of that."""
    stored = stored or image.size
    # Before, since it saves the most, and after, since not every mode can be reduced.
    rgb = _reduced(to_rgb(_reduced(image, orientation, request)), orientation, request)
    if request.bound is not None:
        shown = _fitted(rgb.size, upright_size(request.bound, orientation))
        if shown != rgb.size:
            rgb = rgb.resize(shown, Image.Resampling.BICUBIC, reducing_gap=_GAP)
    return DecodedPhoto(turn_upright(rgb, orientation), upright_size(stored, orientation), note)


def _reduced(image: Image.Image, orientation: int, request: PhotoRequest) -> Image.Image:
    """A very large image at a half, a third, … of its size where that is enough."""
    width, height = image.size
    if (
        width * height <= _LARGE
        or image.mode not in ("L", "RGB", "RGBA", "CMYK", "YCbCr")
        or "transparency" in image.info
    ):
        return image
    factor = 1
    if request.bound is not None:
        shown = _fitted(image.size, upright_size(request.bound, orientation))
        factor = int(min(width / shown[0], height / shown[1]) / _GAP)
    elif request.smallest is not None:
        least = upright_size(request.smallest, orientation)
        factor = min(width // least[0], height // least[1])
    factor = max(factor, _scale_to(image.size, _MOST_GIVEN))
    return image.reduce(factor) if factor > 1 else image


def _fitted(size: Size, bound: Size) -> Size:
    """The size scaled down into `bound`, keeping its shape; at least a pixel each way."""
    scale = min(1.0, bound[0] / size[0], bound[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scale_to(size: Size, most: int) -> int:
    """By how much both sides are divided so that at most so many pixels are left."""
    return math.ceil(math.sqrt(size[0] * size[1] / most))


def _reason(error: Exception) -> UnreadablePhoto:
    if isinstance(error, UnreadablePhoto):
        return error
    if isinstance(error, MemoryError):
        return UnreadablePhoto(NO_MEMORY)
    if isinstance(error, UnidentifiedImageError):
        return UnreadablePhoto(UNIDENTIFIED)
    text = str(error).lower()
    is_unsupported = any(words in text for words in _UNSUPPORTED_WORDS)
    return UnreadablePhoto(UNSUPPORTED if is_unsupported else DAMAGED)
