"""How a stored picture is turned so that it stands upright: one rule for every format."""

from PIL import Image

ORIENTATION_TAG = 0x0112
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(image: Image.Image) -> int:
    """1 to 8: EXIF's, else XMP's, else 1; anything else that a file may say is 1.

    Never loads pixels.  Readers that turn the picture themselves (HEIF, JPEG XL, AVIF's own
    rotation) say 1 here, or what is still to be done.
    """
    if image.format == "JXL":  # its decoder has done what its EXIF still tells
        return 1
    # PNG's own method would load all pixels to find what stands behind them.
    try:
        value = Image.Image.getexif(image).get(ORIENTATION_TAG, 1)
    except Exception:  # whatever Pillow meets in a block of EXIF that is none
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height as they are once a photo is turned upright, and the other way round."""
    return size[::-1] if orientation >= 5 else size


def turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    if orientation == 1:
        return image
    return image.transpose(_TRANSPOSITIONS[orientation])
