"""Files that a folder of photos may hold, made for tests."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

ORIENTATION_TAG = 0x0112


def quadrants(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green / blue, white: tells every rotation and flip apart."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 255, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 255)
    pixels[height // 2 :, width // 2 :] = (255, 255, 255)
    return Image.fromarray(pixels)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    generator = np.random.default_rng(seed)
    return Image.fromarray(generator.integers(0, 256, (height, width, 3), dtype=np.uint8))


def jpeg_bytes(image: Image.Image, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=95, **options)
    return target.getvalue()


def save_turned(path: Path, upright: Image.Image, orientation: int) -> None:
    """Store `upright` as a camera held otherwise does: turned pixels and the tag that says so."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    options = {"quality": 95} if path.suffix == ".jpg" else {}
    stored.save(path, exif=exif, **options)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Colours near the four corners, rounded to 0 or 255, row by row."""
    width, height = image.size
    points = [
        (width // 8, height // 8),
        (width * 7 // 8, height // 8),
        (width // 8, height * 7 // 8),
        (width * 7 // 8, height * 7 // 8),
    ]
    return [tuple(255 if v > 127 else 0 for v in image.getpixel(point)) for point in points]
