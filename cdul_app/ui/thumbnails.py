"""Thumbnails decoded off the window's thread, at the size they are shown."""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

MAX_KEPT_PIXELS = 60_000_000  # about 240 MB of pixmaps
MAX_WAITING = 120  # requests; older ones have been scrolled past and are dropped


class _Results(QObject):
    decoded = Signal(object, int, QImage)  # path, side, image


class _Decode(QRunnable):
    def __init__(self, path: Path, side: int, results: _Results) -> None:
        super().__init__()
        self.setAutoDelete(False)  # `tryTake` needs the object while the loader still holds it
        self.path = path
        self.side = side
        self._results = results

    def run(self) -> None:
        self._results.decoded.emit(self.path, self.side, decode_scaled(self.path, self.side))


def decode_scaled(path: Path, side: int) -> QImage:
    """The photo with EXIF orientation, its longer side at most `side` pixels.

    A null image where it cannot be read.  JPEG is decoded at a reduced scale.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    # The content decides, not the suffix: a PNG called .jpg is shown as well.
    reader.setDecideFormatFromContent(True)
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


class ThumbnailLoader(QObject):
    """Gives a pixmap at once where there is one, else decodes it and says `ready`.

    The newest requests come first: they are what is on the screen.
    """

    ready = Signal(object)  # path

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._results = _Results()
        self._results.decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._kept: OrderedDict[tuple[Path, int], QPixmap] = OrderedDict()
        self._kept_pixels = 0
        self._waiting: OrderedDict[tuple[Path, int], _Decode] = OrderedDict()
        self._outdated: set[tuple[Path, int]] = set()  # kept or being decoded
        self._order = 0
        self._closed = False

    def pixmap(self, path: Path, side: int) -> QPixmap | None:
        """`side` in device pixels.  None while it is being decoded; null where it cannot be."""
        key = (path, side)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        if (kept is None or key in self._outdated) and key not in self._waiting:
            self._request(key)
        return kept

    def forget(self) -> None:
        """The photos may have changed: what is kept is shown only until it is decoded again."""
        self._drop_waiting(0)
        self._outdated = {*self._kept, *self._waiting}

    def close(self) -> None:
        """Stop decoding and wait for what is under way.  Further calls do nothing."""
        self._closed = True
        self._drop_waiting(0)
        self._pool.waitForDone()

    def _request(self, key: tuple[Path, int]) -> None:
        if self._closed:
            return
        self._outdated.discard(key)
        task = _Decode(key[0], key[1], self._results)
        self._waiting[key] = task
        self._order += 1
        self._drop_waiting(MAX_WAITING)
        self._pool.start(task, self._order)  # a higher priority: newer requests first

    def _drop_waiting(self, most: int) -> None:
        for key in list(self._waiting)[: max(0, len(self._waiting) - most)]:
            # One that is being decoded cannot be taken back; its result is welcome.
            if self._pool.tryTake(self._waiting[key]):
                del self._waiting[key]

    def _keep(self, path: Path, side: int, image: QImage) -> None:
        key = (path, side)
        self._waiting.pop(key, None)
        if self._closed:
            return
        if key not in self._outdated:  # else it may show what the file was before
            self._drop(key)
            self._kept[key] = QPixmap.fromImage(image)
            self._kept_pixels += _pixels(self._kept[key])
        while self._kept_pixels > MAX_KEPT_PIXELS and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        self.ready.emit(path)

    def _drop(self, key: tuple[Path, int]) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._kept_pixels -= _pixels(dropped)


def _pixels(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height()
