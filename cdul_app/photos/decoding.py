"""From a photo's file to an upright 8-bit RGB image, or the reason why not.

Every picture that this app reads is read here, so that scores, thumbnails and the photo page show
the same one.
"""

import io
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from cdul_app.errors import in_english
from cdul_app.photos.capture_time import UNKNOWN, capture_time
from cdul_app.photos.decoder_pool import POOL
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto, read_distant
from cdul_app.photos.kinds import HEAD_BYTES, Kind, kind_of
from cdul_app.photos.loading import load_photo, masked_bitmap, opened
from cdul_app.photos.memory_gate import DECODING, Gate, SmallOnly, TooLargeHere
from cdul_app.photos.opened_files import open_photo
from cdul_app.photos.photo_request import (
    DecodedPhoto,
    PhotoHeader,
    PhotoRequest,
    PhotoSource,
    Size,
)
from cdul_app.photos.pixels.colours import to_rgb
from cdul_app.photos.pixels.orientation import (
    ORIENTATION_TAG,
    orientation_of,
    turn_upright,
    upright_size,
)
from cdul_app.photos.png_chunks import without_extras
from cdul_app.photos.raw_preview import preview_of
from cdul_app.photos.unreadable import (
    DAMAGED,
    EMPTY,
    NO_IMAGE,
    NO_MEMORY,
    TOO_LARGE,
    UNIDENTIFIED,
    UNREAD,
    UNSUPPORTED,
    UnreadablePhoto,
)

# What Pillow warns of, a photo's reason tells where it matters; a terminal shows progress.
warnings.filterwarnings("ignore", module=r"PIL\.")

_MOST_WHOLE_BYTES = 256 * 2**20  # of a file that is taken into memory as a whole
_WHOLE = {Kind.WEBP, Kind.AVIF, Kind.HEIF, Kind.JPEG_XL}
_UNSUPPORTED_WORDS = ("unsupported", "not supported", "not available", "cannot find loader")


def decode_photo(source: PhotoSource, *, smallest: Size | None = None) -> Image.Image:
    """`read_photo`'s image."""
    return read_photo(source, smallest=smallest).image


def read_photo(
    source: PhotoSource, *, smallest: Size | None = None, bound: Size | None = None
) -> DecodedPhoto:
    """Read a photo as upright RGB.

    smallest : (width, height) in pixels of the upright photo.  A JPEG is then decoded at a half, a
    quarter or an eighth of its size (three to four times faster) where the result still has at
    least so many pixels each way; other pictures are reduced so where they are very large.
    bound : the image is scaled down into it, keeping its shape.
    The first frame of an animation; transparency over white; more than 8 bits scaled to 8.
    An image of more than 64 megapixels is reduced, but one that is opened already is taken in its
    size.  Raises UnreadablePhoto.
    """
    if isinstance(source, Image.Image):
        return _opened_photo(source)
    if isinstance(source, DistantPhoto):
        source = read_distant(source)
    if not isinstance(source, Path):
        return _read_content(source, smallest, bound)
    request = PhotoRequest(source, smallest, bound)
    with open_photo(source) as file:
        kind = _kind(file, source)
        if not kind.is_isolated:
            with suppress(TooLargeHere):
                return decode_file(file, kind, request, SmallOnly(DECODING))
    return POOL.decode(request)


def _opened_photo(image: Image.Image) -> DecodedPhoto:
    try:
        upright = turn_upright(to_rgb(image), orientation_of(image))
    except Exception as error:
        raise _reason(error) from error
    return DecodedPhoto(upright, upright.size)


def _read_content(
    source: bytes | BinaryIO, smallest: Size | None, bound: Size | None
) -> DecodedPhoto:
    """`read_photo` of what is in a file."""
    try:
        content = source if isinstance(source, bytes) else source.read(_MOST_WHOLE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadablePhoto(UNREAD.format(why=in_english(error))) from error
    if len(content) > _MOST_WHOLE_BYTES:
        raise UnreadablePhoto(TOO_LARGE)
    file, unnamed = io.BytesIO(content), Path()
    kind = _kind(file, unnamed)
    if not kind.is_isolated:
        with suppress(TooLargeHere):
            return decode_file(
                file, kind, PhotoRequest(unnamed, smallest, bound), SmallOnly(DECODING)
            )
    with tempfile.TemporaryDirectory(prefix="cdul-photo-") as folder:  # for another process
        written = Path(folder) / "photo"
        written.write_bytes(content)
        return POOL.decode(PhotoRequest(written, smallest, bound))


def read_photo_header(path: Path) -> PhotoHeader | None:
    """What the file's header tells; None where it does not tell the photo's size.

    No pixel is decoded.
    """
    try:
        with open_photo(path) as file:
            kind = _kind(file, path)
            if not kind.is_isolated:
                return read_header(file, kind)
        return POOL.header(path)
    except UnreadablePhoto:
        return None


def decode_here(request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    """`read_photo` in this process, whatever the kind.  Raises UnreadablePhoto."""
    with open_photo(request.path) as file:
        return decode_file(file, _kind(file, request.path), request, gate)


def header_here(path: Path) -> PhotoHeader:
    """`read_photo_header` in this process, whatever the kind.  Raises UnreadablePhoto."""
    with open_photo(path) as file:
        return read_header(file, _kind(file, path))


def read_header(file: BinaryIO, kind: Kind) -> PhotoHeader:
    """Raises UnreadablePhoto."""
    try:
        if kind is Kind.RAW:
            file, kind = _preview(file)
        if kind is Kind.PNG:
            file = without_extras(file, pixels=False) or file
        bitmap = masked_bitmap(file) if kind is Kind.BMP else None
        if bitmap is not None:
            return PhotoHeader(bitmap.size, UNKNOWN)
        with opened(file, kind) as image:
            # The TIFF reader tells the size as it is once its own tag is obeyed.
            is_turned = ORIENTATION_TAG in getattr(image, "tag_v2", ())
            size = upright_size(image.size, 1 if is_turned else orientation_of(image))
            return PhotoHeader(size, capture_time(image))
    except Exception as error:
        raise _reason(error) from error


def decode_file(file: BinaryIO, kind: Kind, request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    """Decode an open file of that kind.  Whatever it raises is an UnreadablePhoto, or
    TooLargeHere of the gate."""
    try:
        if kind is Kind.RAW:
            file, kind = _preview(file)
        try:
            return load_photo(file, kind, request, gate)
        except (UnreadablePhoto, TooLargeHere):
            raise
        except Exception as error:
            bare = without_extras(file) if kind is Kind.PNG else None
            if bare is None or isinstance(error, MemoryError):
                raise
            return load_photo(bare, kind, request, gate)
    except TooLargeHere:
        raise
    except Exception as error:
        raise _reason(error) from error


def _kind(file: BinaryIO, path: Path) -> Kind:
    try:
        head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadablePhoto(UNREAD.format(why=in_english(error))) from error
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


def _reason(error: Exception) -> UnreadablePhoto:
    if isinstance(error, UnreadablePhoto):
        return error
    if isinstance(error, MemoryError):
        return UnreadablePhoto(NO_MEMORY)
    if isinstance(error, UnidentifiedImageError):
        return UnreadablePhoto(UNIDENTIFIED)
    if isinstance(error, ImportError):  # a reader that has no wheel for this machine
        return UnreadablePhoto(UNSUPPORTED)
    text = str(error).lower()
    is_unsupported = any(words in text for words in _UNSUPPORTED_WORDS)
    return UnreadablePhoto(UNSUPPORTED if is_unsupported else DAMAGED)
