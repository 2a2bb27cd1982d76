"""A thumbnail from a photo's file, on whichever thread calls."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from cdul_app.desktop.images.image_format import photo_reader
from cdul_app.desktop.images.thumbnail_cache import FileState, ThumbnailCache, file_state


@dataclass(frozen=True)
class Thumbnail:
    """`image` is null where the file cannot be shown, and None where it is the one known."""

    image: QImage | None
    state: FileState | None  # of the file it is from, None where that may change unseen


def load_thumbnail(
    path: Path, side: int, *, known: FileState | None = None, cache: ThumbnailCache | None = None
) -> Thumbnail:
    """From the cache where it is there, else decoded, unless the file is in the state `known`."""
    state = file_state(path)
    if state is not None and state == known:
        return Thumbnail(None, state)
    if cache is None or state is None:
        return Thumbnail(decode_scaled(path, side), state)
    image = cache.read(path, state, side)
    if image is None:
        image = decode_scaled(path, side)
        if not image.isNull():
            cache.write(path, state, side, image)
    return Thumbnail(image, state)


def decode_scaled(path: Path, side: int) -> QImage:
    """The photo with EXIF orientation, its longer side at most `side` pixels.

    A null image where it cannot be read.  JPEG is decoded at a reduced scale.
    """
    with photo_reader(path) as reader:
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > side:
            reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
    if not image.isNull() and max(image.width(), image.height()) > side:
        image = image.scaled(
            QSize(side, side),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image
