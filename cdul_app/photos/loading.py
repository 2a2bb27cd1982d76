"""Loading the pixels of each kind of file that Pillow reads, no more of them than are wanted."""

import struct
from typing import BinaryIO

from PIL import Image, ImageFile

from cdul_app.photos.bmp_masks import MaskedBitmap
from cdul_app.photos.cut_jpeg import NOTE, completed, scans_of
from cdul_app.photos.kinds import Kind
from cdul_app.photos.memory_gate import Gate
from cdul_app.photos.memory_need import memory_need
from cdul_app.photos.photo_request import DecodedPhoto, PhotoRequest, Size
from cdul_app.photos.pixels.colours import to_rgb
from cdul_app.photos.pixels.deep_colours import load_all_bits
from cdul_app.photos.pixels.orientation import orientation_of, turn_upright, upright_size
from cdul_app.photos.pixels.scaling import least_size, reduced, reduction, scaled_into
from cdul_app.photos.unreadable import TOO_SLOW, UnreadablePhoto

_MOST_SCANS = 100  # of a progressive JPEG: each costs the time of a whole picture
_LEVELS_MARK, _LEVELS_PLACE = b"\xff\x52\0", 9  # of JPEG 2000: where it tells how often it halves
_LEVELS_WITHIN = 65_536  # bytes


def load_photo(file: BinaryIO, kind: Kind, request: PhotoRequest, gate: Gate) -> DecodedPhoto:
    """Raises UnreadablePhoto, and whatever Pillow does on bad data."""
    bitmap = masked_bitmap(file) if kind is Kind.BMP else None
    if bitmap is not None:
        with gate.hold(bitmap.memory_need):
            return _finished(bitmap.load(), 1, bitmap.size, request)
    with opened(file, kind) as image:
        if image.format in ("JPEG", "MPO"):
            return _load_jpeg(file, image, request, gate)
        if image.format == "JPEG2000":
            return _load_jpeg_2000(file, image, request, gate)
        # Pillow remembers what EXIF it has found, and some stands behind the pixels.
        by = min(reduction(image, orientation, request) for orientation in (1, 6))
        with gate.hold(memory_need(image, image.size, reduction=by)):
            loaded = load_all_bits(image, lambda: opened(file, kind))
            # Read after loading: the TIFF reader turns the image itself and drops the tag.
            return _finished(loaded, orientation_of(image), loaded.size, request)


def opened(file: BinaryIO, kind: Kind) -> ImageFile.ImageFile:
    if kind is Kind.HEIF:
        import pi_heif

        pi_heif.register_heif_opener()
    elif kind is Kind.JPEG_XL:
        import pylibjxl

        pylibjxl.register_pillow()
    # Pillow's own limit warns below and refuses above; the warnings module cannot be reconfigured
    # safely in threads.  The size is checked by memory_need instead, before any pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    file.seek(0)
    return Image.open(file, formats=kind.formats)


def masked_bitmap(file: BinaryIO) -> MaskedBitmap | None:
    """A BMP file that Pillow does not read; None for those it does, and for damaged ones."""
    try:
        opened(file, Kind.BMP)
    except OSError:
        try:
            return MaskedBitmap(file)
        except (ValueError, struct.error):
            return None
    return None


def _load_jpeg(
    file: BinaryIO, image: ImageFile.ImageFile, request: PhotoRequest, gate: Gate
) -> DecodedPhoto:
    """At a half, a quarter or an eighth of its size where that is enough."""
    if image.info.get("progressive") and _scans(file) > _MOST_SCANS:
        raise UnreadablePhoto(TOO_SLOW)
    stored, orientation = image.size, orientation_of(image)
    wanted, note = least_size(stored, orientation, request), ""
    image.draft(None, wanted)
    with gate.hold(memory_need(image, stored)):
        try:
            image.load()
        except OSError:
            whole = completed(file, image, stored[1])
            if whole is None:
                raise
            image, note = opened(whole, Kind.JPEG), NOTE
            image.draft(None, wanted)
            image.load()
        return _finished(image, orientation, stored, request, note)


def _scans(file: BinaryIO) -> int:
    place = file.tell()
    file.seek(0)
    count = scans_of(file.read())
    file.seek(place)
    return count


def _load_jpeg_2000(
    file: BinaryIO, image: ImageFile.ImageFile, request: PhotoRequest, gate: Gate
) -> DecodedPhoto:
    """At a half, a quarter, … of its size where that is enough and the file is made for it."""
    stored, orientation = image.size, orientation_of(image)
    wanted = least_size(stored, orientation, request)
    halvings = min(stored[0] // wanted[0], stored[1] // wanted[1]).bit_length() - 1
    halvings = max(0, min(halvings, _levels(file)))
    setattr(image, "reduce", halvings)  # noqa: B010 - a number here, a method in every other class
    size = (-(-stored[0] >> halvings) or 1, -(-stored[1] >> halvings) or 1)
    with gate.hold(memory_need(image, stored, size)):
        image.load()
        return _finished(image, orientation, stored, request)


def _levels(file: BinaryIO) -> int:
    file.seek(0)
    head = file.read(_LEVELS_WITHIN)
    place = head.find(_LEVELS_MARK) + _LEVELS_PLACE
    return head[place] if _LEVELS_PLACE <= place < len(head) else 0


def _finished(
    image: Image.Image, orientation: int, stored: Size, request: PhotoRequest, note: str = ""
) -> DecodedPhoto:
    """stored : its size in the file, where the image was decoded at a part of that."""
    # Before, since it saves the most, and after, since not every mode can be reduced.
    rgb = reduced(to_rgb(reduced(image, orientation, request)), orientation, request)
    if request.bound is not None:
        rgb = scaled_into(rgb, upright_size(request.bound, orientation))
    return DecodedPhoto(turn_upright(rgb, orientation), upright_size(stored, orientation), note)
