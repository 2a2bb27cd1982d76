"""A photo from its file, at the size it is shown, on whichever thread calls."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPixmap

from cdul_app.desktop.images.image_format import photo_reader
from cdul_app.desktop.images.thumbnail_cache import FileState, ThumbnailCache, file_state

_ABSENT = "The file is no longer in the folder."
_NO_PHOTO = "The file is not a photo this window can show, or it is damaged."


@dataclass(frozen=True)
class LoadedPhoto:
    """`image` is null where the photo cannot be shown; `error` then says why."""

    image: QImage
    full_size: QSize = field(default_factory=QSize)  # upright, before scaling; not of the cache
    error: str = ""
    state: FileState | None = None  # of the file, None where that may change unseen

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
    """Decode upright (EXIF), scaled down into `bound` device pixels; never raises.

    JPEG is decoded at a reduced scale.
    """
    with photo_reader(path) as reader:
        if not reader.canRead():
            return LoadedPhoto(QImage(), error=_NO_PHOTO if path.is_file() else _ABSENT)
        size = reader.size()  # as stored: not yet upright
        if _needs_too_much_memory(reader, size):
            sentence = f"{size.width():,} × {size.height():,} pixels are too many to show."
            return LoadedPhoto(QImage(), error=sentence)
        quarter = QImageIOHandler.Transformation.TransformationRotate90
        turned = bool(reader.transformation() & quarter)
        room = bound.transposed() if turned else bound
        if size.isValid() and not _fits(size, room):
            reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
    if image.isNull():
        return LoadedPhoto(image, error=_NO_PHOTO)
    full = image.size() if not size.isValid() else size.transposed() if turned else size
    if not _fits(image.size(), bound):
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(bound, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return LoadedPhoto(image, full)


def _fits(size: QSize, room: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def _needs_too_much_memory(reader: QImageReader, size: QSize) -> bool:
    """Whether the reader would refuse: JPEG is decoded at a reduced scale, others are not."""
    limit = QImageReader.allocationLimit() * 1024 * 1024
    scales = reader.supportsOption(QImageIOHandler.ImageOption.ScaledSize)
    return bool(limit) and not scales and size.width() * size.height() * 4 > limit
