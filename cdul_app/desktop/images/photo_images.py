"""Photos decoded off the window's thread, as large as the screen can show and no larger."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageIOHandler, QImageReader

from cdul_app.desktop.images.image_format import photo_reader

MAX_KEPT_PIXELS = 40_000_000  # about 160 MB: five photos on a 4K screen
_UNBOUND = QSize(1_000_000, 1_000_000)
_NO_PHOTO = "The file is not a photo this window can show, or it is damaged."


@dataclass(frozen=True)
class LoadedPhoto:
    """`image` is null where the photo cannot be shown; `error` then says why."""

    image: QImage
    full_size: QSize  # upright, before scaling
    error: str = ""


def load_photo(path: Path, bound: QSize) -> LoadedPhoto:
    """Decode upright (EXIF), scaled down into `bound` device pixels; never raises."""
    if not path.is_file():
        return LoadedPhoto(QImage(), QSize(), "The file is no longer in the folder.")
    with photo_reader(path) as reader:
        return _load(reader, bound)


def _load(reader: QImageReader, bound: QSize) -> LoadedPhoto:
    if not reader.canRead():
        return LoadedPhoto(QImage(), QSize(), _NO_PHOTO)
    size = reader.size()  # as stored: not yet upright
    if _needs_too_much_memory(reader, size):
        sentence = f"{size.width():,} × {size.height():,} pixels are too many to show."
        return LoadedPhoto(QImage(), QSize(), sentence)
    turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
    room = bound.transposed() if turned else bound
    if size.isValid() and (size.width() > room.width() or size.height() > room.height()):
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return LoadedPhoto(QImage(), QSize(), _NO_PHOTO)
    full = image.size() if not size.isValid() else size.transposed() if turned else size
    return LoadedPhoto(image, full)


def _needs_too_much_memory(reader: QImageReader, size: QSize) -> bool:
    """Whether the reader would refuse: JPEG is decoded at a reduced scale, others are not."""
    limit = QImageReader.allocationLimit() * 1024 * 1024
    scales = reader.supportsOption(QImageIOHandler.ImageOption.ScaledSize)
    return bool(limit) and not scales and size.width() * size.height() * 4 > limit


class _Results(QObject):
    decoded = Signal(object, object)  # path, LoadedPhoto
    decoded_full = Signal(object, object)


class _Decode(QRunnable):
    def __init__(self, path: Path, bound: QSize, results: _Results) -> None:
        super().__init__()
        self.setAutoDelete(False)  # `tryTake` needs the object while `PhotoImages` holds it
        self._path = path
        self._bound = bound
        self._results = results

    def run(self) -> None:
        self._results.decoded.emit(self._path, load_photo(self._path, self._bound))


class _DecodeFull(QRunnable):
    """All pixels of a photo that is enlarged."""

    def __init__(self, path: Path, results: _Results) -> None:
        super().__init__()
        self._path = path
        self._results = results

    def run(self) -> None:
        self._results.decoded_full.emit(self._path, load_photo(self._path, _UNBOUND))


class PhotoImages(QObject):
    """The photo on the page and its neighbours, the others forgotten beyond a bound."""

    loaded = Signal(object)  # path
    full_loaded = Signal(object, object)  # path, LoadedPhoto; of `load_full`, and not kept here

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._results = _Results()
        self._results.decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._results.decoded_full.connect(self._pass_full, Qt.ConnectionType.QueuedConnection)
        self._full: Path | None = None  # being decoded with all its pixels
        self._kept: OrderedDict[Path, LoadedPhoto] = OrderedDict()
        self._waiting: dict[Path, _Decode] = {}
        self._outdated: set[Path] = set()  # being decoded, of a file that may have changed since
        self._closed = False

    def photo(self, path: Path) -> LoadedPhoto | None:
        """None while it is being decoded; `loaded` follows."""
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
            return kept
        self._request(path, priority=1)
        return None

    def load_full(self, path: Path) -> None:
        """Decode all pixels of a photo; `full_loaded` follows."""
        if not self._closed and self._full != path:
            self._full = path
            self._pool.start(_DecodeFull(path, self._results), 2)

    def prefetch(self, paths: Sequence[Path]) -> None:
        """Decode what is likely to be shown next, and drop what waits but is not among it."""
        for path in [waiting for waiting in self._waiting if waiting not in paths]:
            if self._pool.tryTake(self._waiting[path]):
                del self._waiting[path]
        for path in paths:
            if path not in self._kept:
                self._request(path, priority=0)

    def forget(self) -> None:
        """The files may have changed."""
        self.prefetch(())
        self._kept.clear()
        self._outdated = set(self._waiting)

    def close(self) -> None:
        """Stop decoding and wait for what is under way.  Further calls do nothing."""
        self._closed = True
        self.prefetch(())
        self._pool.waitForDone()

    def _request(self, path: Path, *, priority: int) -> None:
        if self._closed or path in self._waiting:
            return
        task = _Decode(path, _screen_bound(), self._results)
        self._waiting[path] = task
        self._pool.start(task, priority)

    def _pass_full(self, path: Path, photo: LoadedPhoto) -> None:
        if self._full == path:
            self._full = None
            if not self._closed and not photo.error:
                self.full_loaded.emit(path, photo)

    def _keep(self, path: Path, photo: LoadedPhoto) -> None:
        self._waiting.pop(path, None)
        if self._closed:
            return
        if path in self._outdated:
            self._outdated.discard(path)
            self.loaded.emit(path)  # whoever shows it asks again
            return
        self._kept[path] = photo
        pixels = sum(kept.image.width() * kept.image.height() for kept in self._kept.values())
        while pixels > MAX_KEPT_PIXELS and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            pixels -= dropped.image.width() * dropped.image.height()
        self.loaded.emit(path)


def _screen_bound() -> QSize:
    """Device pixels of the largest screen: a window may move there."""
    sizes = [screen.size() * screen.devicePixelRatio() for screen in QGuiApplication.screens()]
    return QSize(
        max((size.width() for size in sizes), default=1920),
        max((size.height() for size in sizes), default=1200),
    )
