"""Thumbnails decoded off the window's thread, at the size they are shown."""

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, Signal
from PySide6.QtGui import QPixmap

from cdul_app.ui.thumbnail_cache import FileState, ThumbnailCache
from cdul_app.ui.thumbnail_decoding import Thumbnail, load_thumbnail

MAX_KEPT_PIXELS = 30_000_000  # about 120 MB of pixmaps
MAX_WAITING = 120  # requests; older ones have been scrolled past and are dropped
MOST_THREADS = 4
_AHEAD = 0  # priority of what is not yet on the screen; what is has a higher one

Key = tuple[Path, int]  # photo, side


class _Results(QObject):
    decoded = Signal(object, object)  # Key, Thumbnail


class _Decode(QRunnable):
    def __init__(
        self,
        key: Key,
        known: FileState | None,
        cache: ThumbnailCache | None,
        results: _Results,
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)  # `tryTake` needs the object while the loader still holds it
        self._key = key
        self._known = known
        self._cache = cache
        self._results = results

    def run(self) -> None:
        path, side = self._key
        thumbnail = load_thumbnail(path, side, known=self._known, cache=self._cache)
        self._results.decoded.emit(self._key, thumbnail)


class _Kept(NamedTuple):
    pixmap: QPixmap
    state: FileState | None  # of the file it was made from


class ThumbnailLoader(QObject):
    """Gives a pixmap at once where there is one, else decodes it and says `ready`.

    The newest requests come first: they are what is on the screen.
    """

    ready = Signal(object)  # path

    def __init__(self, parent: QObject | None = None, *, cache: ThumbnailCache | None = None):
        super().__init__(parent)
        self._cache = cache
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(max(2, min(MOST_THREADS, QThread.idealThreadCount() - 1)))
        self._results = _Results()
        self._results.decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._kept_pixels = 0
        self._waiting: OrderedDict[Key, _Decode] = OrderedDict()
        self._ahead: dict[Key, _Decode] = {}
        self._outdated: set[Key] = set()  # kept or being decoded
        self._order = _AHEAD
        self._closed = False

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is here; what is decoded ahead does not count."""
        return not self._waiting

    def pixmap(self, path: Path, side: int) -> QPixmap | None:
        """`side` in device pixels.  None while it is being decoded; null where it cannot be."""
        key = (path, side)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        if (kept is None or key in self._outdated) and key not in self._waiting:
            self._request(key)
        return None if kept is None else kept.pixmap

    def decode_ahead(self, paths: Iterable[Path], side: int) -> None:
        """Decode what is likely to be seen next, the first first, once nothing else waits.

        What was wanted ahead before and is not among it is dropped.
        """
        keys = [(path, side) for path in paths]
        self._drop_ahead(set(keys))
        if self._closed:
            return
        for place, key in enumerate(keys):
            if key in self._ahead or key in self._waiting:
                continue
            if key in self._kept and key not in self._outdated:
                continue
            self._ahead[key] = self._start(key, _AHEAD - 1 - place)

    def forget(self) -> None:
        """The photos may have changed: what is kept is shown only until its file was looked at."""
        self._drop_waiting(0)
        self._drop_ahead(set())
        self._outdated = {*self._kept, *self._waiting, *self._ahead}

    def close(self) -> None:
        """Stop decoding and wait for what is under way.  Further calls do nothing."""
        self._closed = True
        self._drop_waiting(0)
        self._drop_ahead(set())
        self._pool.waitForDone()

    def _request(self, key: Key) -> None:
        if self._closed:
            return
        ahead = self._ahead.pop(key, None)
        self._order += 1  # a higher priority: newer requests first
        if ahead is not None and not self._pool.tryTake(ahead):
            self._waiting[key] = ahead  # it is being decoded
            return
        self._waiting[key] = self._start(key, self._order)
        self._drop_waiting(MAX_WAITING)

    def _start(self, key: Key, priority: int) -> _Decode:
        kept = self._kept.get(key)
        task = _Decode(key, kept.state if kept else None, self._cache, self._results)
        self._outdated.discard(key)
        self._pool.start(task, priority)
        return task

    def _drop_waiting(self, most: int) -> None:
        for key in list(self._waiting)[: max(0, len(self._waiting) - most)]:
            self._take_back(self._waiting, key)

    def _drop_ahead(self, but: set[Key]) -> None:
        for key in [key for key in self._ahead if key not in but]:
            self._take_back(self._ahead, key)

    def _take_back(self, tasks: dict[Key, _Decode], key: Key) -> None:
        """One that is being decoded cannot be taken back; its result is welcome."""
        if self._pool.tryTake(tasks[key]):
            del tasks[key]
            if key in self._kept:
                self._outdated.add(key)  # it was to be looked at again

    def _keep(self, key: Key, thumbnail: Thumbnail) -> None:
        asked = self._waiting.pop(key, None) is not None
        self._ahead.pop(key, None)
        if self._closed:
            return
        # An outdated one may show what the file was before.
        if key not in self._outdated and thumbnail.image is not None:
            self._drop(key)
            self._kept[key] = _Kept(QPixmap.fromImage(thumbnail.image), thumbnail.state)
            self._kept_pixels += _pixels(self._kept[key].pixmap)
        while self._kept_pixels > MAX_KEPT_PIXELS and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        if asked:
            self.ready.emit(key[0])

    def _drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._kept_pixels -= _pixels(dropped.pixmap)


def _pixels(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height()
