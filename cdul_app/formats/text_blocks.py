"""Files are written a block of photos at a time, so that they can be cancelled between two."""

from collections.abc import Iterator

PHOTOS_PER_BLOCK = 500


def blocks(photos: int) -> Iterator[range]:
    """The rows of each block."""
    for start in range(0, photos, PHOTOS_PER_BLOCK):
        yield range(start, min(start + PHOTOS_PER_BLOCK, photos))
