"""A photo from its file, at the size it is shown, on whichever thread calls.

No reader of Qt's is asked: its search for a format connects signals.  On a worker's thread that
holds Python's lock it then waits for a lock of Qt's, and the window, which holds that one, for
Python's: both stand still for ever.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap

from cdul_app.desktop.images.thumbnail_cache import FileState, ThumbnailCache, file_state
from cdul_app.photos.decoding import read_photo
from cdul_app.photos.unreadable import NO_MEMORY, UnreadablePhoto, reason_in_words

_ROWS_OF_PIXELS = 2**20  # are copied at once, so that a large photo is in memory twice, not thrice


@dataclass(frozen=True)
class LoadedPhoto:
    """`image` is null where the photo cannot be shown; `error` then says why."""

    image: QImage
    full_size: QSize = field(default_factory=QSize)  # upright, before scaling; not of the cache
    error: str = ""
    state: FileState | None = None  # of the file, None where that may change unseen
    is_largest: bool = False  # a larger bound gives no more pixels
    note: str = ""  # what the file lacks

    @cached_property
    def pixmap(self) -> QPixmap:
        """The image as it is painted fastest; for the window's thread alone."""
        return QPixmap.fromImage(self.image)


def load_cached(
    path: Path, bound: QSize, *, known: FileState | None = None, cache: ThumbnailCache | None = None
) -> LoadedPhoto | None:
    """From the cache where it is there, else decoded; None while the file is in the state `known`.

    A cache is for thumbnails, whose `bound` is a square.
    """
    state = file_state(path)
    if state is not None and state == known:
        return None
    if cache is not None and state is not None:
        image = cache.read(path, state, bound.width())
        if image is not None:
            return LoadedPhoto(image, state=state)
    photo = load_photo(path, bound)
    if cache is not None and state is not None and not photo.error:
        cache.write(path, state, bound.width(), photo.image)
    return replace(photo, state=state)


def load_photo(path: Path, bound: QSize) -> LoadedPhoto:
    """Decode upright, scaled down into `bound` device pixels; what cannot be read says why."""
    try:
        photo = read_photo(path, bound=(bound.width(), bound.height()))
        image = as_qimage(photo.image)
    except UnreadablePhoto as reason:
        return LoadedPhoto(QImage(), error=reason_in_words(str(reason)))
    except MemoryError:
        return LoadedPhoto(QImage(), error=reason_in_words(NO_MEMORY))
    is_largest = image.width() < bound.width() and image.height() < bound.height()
    return LoadedPhoto(image, QSize(*photo.size), is_largest=is_largest, note=photo.note)


def as_qimage(image: Image.Image) -> QImage:
    """A copy of an RGB image, as it is painted fastest.  Raises MemoryError."""
    width, height = image.size
    copy = QImage(width, height, QImage.Format.Format_RGB32)
    if copy.isNull():
        raise MemoryError
    pixels, stride = memoryview(copy.bits()), copy.bytesPerLine()
    rows = max(1, _ROWS_OF_PIXELS // width)
    for top in range(0, height, rows):
        block = image.crop((0, top, width, min(top + rows, height))).convert("RGBA")
        pixels[top * stride : (top + block.height) * stride] = block.tobytes("raw", "BGRA")
    return copy
