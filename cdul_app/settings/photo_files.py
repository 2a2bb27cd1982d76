"""Which files of a folder are taken for photos."""

PHOTO_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".jp2",
    ".ppm", ".pgm", ".avif",
})  # fmt: skip
"""Lower-case suffixes; a file that has one and is no image is reported, not passed over."""
