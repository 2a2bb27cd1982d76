"""Thumbnails decoded off the window's thread, at the size they are shown."""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from cdul_app.desktop.images.thumbnail_cache import FileState, ThumbnailCache
from cdul_app.desktop.images.thumbnail_decoding import Thumbnail, load_thumbnail
from cdul_app.desktop.images.thumbnail_queue import Key, ThumbnailQueue

MAX_KEPT_PIXELS = 30_000_000  # about 120 MB of pixmaps
MOST_THREADS = 4

_log = logging.getLogger(__name__)


class _Kept(NamedTuple):
    pixmap: QPixmap
    state: FileState | None  # of the file it was made from
    generation: int  # of the loader when the file was last looked at


class _Results(QObject):
    decoded = Signal(object, int, object)  # Key, generation, Thumbnail


class ThumbnailLoader(QObject):
    """Gives a pixmap at once where there is one, else decodes it and says `ready`.

    The newest requests come first: they are what is on the screen.
    """

    ready = Signal(object)  # path

    def __init__(
        self, parent: QObject | None = None, *, cache: ThumbnailCache | None = None
    ) -> None:
        super().__init__(parent)
        self._cache = cache
        self._queue = ThumbnailQueue()
        self._results = _Results()
        self._results.decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(max(2, min(MOST_THREADS, QThread.idealThreadCount() - 1)))
        self._worker = _Worker(self)
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._kept_pixels = 0
        self._waiting: set[Key] = set()  # asked for and not here
        self._new: list[Key] = []  # asked for since threads were last started
        self._generation = 0  # of the files, as far as this window knows
        self._closed = False
        # Threads are started after the paint that asks: they would only hold it up.
        self._start_timer = QTimer(self, singleShot=True, interval=0)
        self._start_timer.timeout.connect(self._start)

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
        if not self._is_current(kept) and key not in self._waiting and not self._closed:
            self._waiting.add(key)
            self._new.append(key)
            self._start_timer.start()
        return None if kept is None else kept.pixmap

    def decode_ahead(self, paths: Iterable[Path], side: int) -> None:
        """Decode what is likely to be seen next, the first first, once nothing else waits.

        What was wanted ahead before and is not among it is dropped.
        """
        if not self._closed:
            keys = [(path, side) for path in paths]
            self._queue.ask_ahead(key for key in keys if not self._is_current(self._kept.get(key)))
            self._start_timer.start()

    def forget(self) -> None:
        """The photos may have changed: what is kept is shown only until its file was looked at."""
        self._generation += 1
        self._queue.clear()
        self._new.clear()
        self._waiting = {key for key in self._waiting if self._queue.is_taken(key)}

    def close(self) -> None:
        """Stop decoding and wait for what is under way.  Further calls do nothing."""
        self._closed = True
        self._start_timer.stop()
        self._queue.clear()
        self._pool.waitForDone()

    def work(self) -> None:
        """What each decoding thread does until nothing waits."""
        while (key := self._queue.take()) is not None:
            generation, kept = self._generation, self._kept.get(key)
            known = None if kept is None else kept.state
            try:
                thumbnail = load_thumbnail(*key, known=known, cache=self._cache)
            except Exception:  # a thread that ended here would leave the others' work undone
                _log.exception("no thumbnail of %s", key[0])
                thumbnail = Thumbnail(QImage(), None)
            self._results.decoded.emit(key, generation, thumbnail)

    def _start(self) -> None:
        self._waiting.difference_update(self._queue.ask(self._new))
        self._new.clear()
        for _ in range(self._queue.engage_workers(self._pool.maxThreadCount())):
            self._pool.start(self._worker)

    def _keep(self, key: Key, generation: int, thumbnail: Thumbnail) -> None:
        self._queue.put_back(key)
        asked = key in self._waiting
        self._waiting.discard(key)
        if self._closed:
            return
        if generation == self._generation:  # else it may show what the file was before
            kept = self._kept.pop(key, None)
            if thumbnail.image is not None:
                self._kept_pixels -= _pixels(kept)
                kept = _Kept(QPixmap.fromImage(thumbnail.image), thumbnail.state, generation)
                self._kept_pixels += _pixels(kept)
            if kept is not None:
                self._kept[key] = kept._replace(generation=generation)
        while self._kept_pixels > MAX_KEPT_PIXELS and len(self._kept) > 1:
            self._kept_pixels -= _pixels(self._kept.popitem(last=False)[1])
        if asked:
            self.ready.emit(key[0])

    def _is_current(self, kept: _Kept | None) -> bool:
        return kept is not None and kept.generation == self._generation


class _Worker(QRunnable):
    def __init__(self, loader: ThumbnailLoader) -> None:
        super().__init__()
        self.setAutoDelete(False)  # the loader holds it, and starts it once a thread
        self._loader = loader

    def run(self) -> None:
        self._loader.work()


def _pixels(kept: _Kept | None) -> int:
    return 0 if kept is None else kept.pixmap.width() * kept.pixmap.height()
