"""How much memory a picture takes to decode, told by its header before any pixel is read."""

from PIL import Image

from cdul_app.photos.memory_gate import MOST_BYTES
from cdul_app.photos.pixels.colours import is_deep
from cdul_app.photos.unreadable import NO_PIXELS, TOO_LARGE, TOO_MANY_PIXELS, UnreadablePhoto

MAX_MEGAPIXELS = 400

# Bytes a pixel in Pillow's memory; four for every other mode.
_STORED = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
# Bytes a pixel that a format's decoder takes beside it, a little more than was measured.
_DECODER = {"WEBP": 13, "AVIF": 6, "HEIF": 5, "JXL": 8, "JPEG2000": 19, "TIFF": 1}
_TILE_TAGS = (322, 323)  # of TIFF: width and height


def memory_need(
    image: Image.Image,
    stored: tuple[int, int],
    size: tuple[int, int] | None = None,
    *,
    reduction: int = 1,
) -> int:
    """Bytes that decoding and converting will take at its peak.

    image : opened, not loaded; a JPEG at the scale it will be decoded at.
    stored : (width, height) of all pixels in the file.
    size : of the pixels that will be decoded, where the image does not tell.
    reduction : by how much its sides are divided before anything else is done.
    Raises UnreadablePhoto where either is more than this app allows.
    """
    stored_bytes, converted = _STORED.get(image.mode, 4), _conversion(image)
    if reduction > 1:
        converted = (converted + stored_bytes) / reduction**2
    each = stored_bytes + _DECODER.get(image.format or "", 0) + converted
    return checked_need(size or image.size, stored, each, _buffers(image, stored))


def checked_need(size: tuple[int, int], stored: tuple[int, int], each: float, more: int = 0) -> int:
    """Bytes for (width, height) pixels of `each` bytes and some `more`; raises as `memory_need`."""
    if min(*size, *stored) < 1:
        raise UnreadablePhoto(NO_PIXELS)
    megapixels, most = stored[0] * stored[1] / 1e6, float(MAX_MEGAPIXELS)
    if size == stored:
        most = min(most, MOST_BYTES / each / 1e6)
    if megapixels > most:
        raise UnreadablePhoto(
            TOO_MANY_PIXELS.format(megapixels=f"{megapixels:,.0f}", most=f"{most:,.0f}")
        )
    need = round(size[0] * size[1] * each) + more
    if need > MOST_BYTES:
        raise UnreadablePhoto(TOO_LARGE)
    return need


def _conversion(image: Image.Image) -> float:
    """Bytes a pixel for what colours.to_rgb makes of it."""
    if image.has_transparency_data:
        return 5 if image.mode == "RGBA" else 9
    return 0 if image.mode == "RGB" else 5 if is_deep(image) else 4


def _buffers(image: Image.Image, stored: tuple[int, int]) -> int:
    """Bytes that do not depend on the size that is decoded."""
    if image.format in ("JPEG", "MPO") and image.info.get("progressive"):
        # All coefficients are kept, two bytes each, of all pixels that the file has.
        layers = [(h, v) for _, h, v, _ in getattr(image, "layer", ())]
        most_h, most_v = (max(side) for side in zip(*layers, strict=True)) if layers else (1, 1)
        share = sum(h * v for h, v in layers) / (most_h * most_v)
        return int(2 * stored[0] * stored[1] * share)
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        return 0
    sides = [tags.get(tag, 0) for tag in _TILE_TAGS]
    width, height = (side if isinstance(side, int) else 0 for side in sides)
    return int(width * height * 8)
