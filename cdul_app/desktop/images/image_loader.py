"""Photos and thumbnails decoded off the window's thread, at the size they are shown."""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, Qt, QThread, QThreadPool, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap

from cdul_app.desktop.images.decoding import LoadedPhoto, load_cached
from cdul_app.desktop.images.loading_queue import Bound, Key, LoadingQueue
from cdul_app.desktop.images.thumbnail_cache import ThumbnailCache
from cdul_app.desktop.timers import single_shot
from cdul_app.language import tr

FULL: Bound = (1_000_000, 1_000_000)  # all pixels of a photo

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoaderLimits:
    most_threads: int
    most_waiting: int  # beyond, the oldest are dropped: they have been scrolled past
    most_kept_pixels: int  # 4 bytes each


THUMBNAILS = LoaderLimits(4, 600, 30_000_000)  # about 120 MB
PHOTOS = LoaderLimits(2, 2, 40_000_000)  # about 160 MB: five photos on a 4K screen


class _Kept(NamedTuple):
    photo: LoadedPhoto
    generation: int  # of the loader when the file was last looked at


class _Results(QObject):
    decoded = Signal(object, int, object)  # Key, generation, LoadedPhoto or None


class ImageLoader(QObject):
    """Gives an image at once where there is one, else decodes it and says `ready`.

    The newest requests come first: they are what is on the screen.
    """

    ready = Signal(object)  # path
    full_ready = Signal(object, object)  # path, LoadedPhoto; of `load_full`, and not kept here

    def __init__(
        self,
        limits: LoaderLimits,
        parent: QObject | None = None,
        *,
        cache: ThumbnailCache | None = None,
    ) -> None:
        """cache : on disk, for thumbnails alone."""
        super().__init__(parent)
        self._limits = limits
        self._cache = cache
        self._queue = LoadingQueue(limits.most_waiting)
        self._results = _Results()
        self._results.decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        threads = max(2, min(limits.most_threads, QThread.idealThreadCount() - 1))
        self._pool.setMaxThreadCount(threads)
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._kept_pixels = 0
        self._waiting: set[Key] = set()  # asked for and not here
        self._new: list[Key] = []  # asked for since threads were last started
        self._generation = 0  # of the files, as far as this window knows
        self._closed = False
        # Threads are started after the paint that asks: they would only hold it up.
        self._start_timer = single_shot(self, 0, self._on_start)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is here; what is decoded ahead does not count."""
        return not self._waiting

    def pixmap(self, path: Path, side: int) -> QPixmap | None:
        """A thumbnail, its longer side at most `side` device pixels.

        None while it is being decoded; null where it cannot be.
        """
        photo = self._find((path, (side, side)))
        return None if photo is None else photo.pixmap

    def photo(self, path: Path) -> LoadedPhoto | None:
        """As large as the screen can show; None while it is being decoded."""
        return self._find((path, _screen_bound()))

    def load_full(self, path: Path) -> None:
        """Decode all pixels of a photo; `full_ready` follows."""
        self._ask((path, FULL))

    def decode_ahead(self, paths: Iterable[Path], side: int | None = None) -> None:
        """Decode what is likely to be seen next, the first first, once nothing else waits.

        As thumbnails of that side, or as large as the screen.  What was wanted ahead before and is
        not among it is dropped.
        """
        if not self._closed:
            bound = _screen_bound() if side is None else (side, side)
            keys = [(path, bound) for path in paths]
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
        self._kept.clear()

    def work(self) -> None:
        """What each decoding thread does until nothing waits."""
        while (key := self._queue.take()) is not None:
            generation, kept = self._generation, self._kept.get(key)
            known = None if kept is None else kept.photo.state
            try:
                photo = load_cached(key[0], QSize(*key[1]), known=known, cache=self._cache)
            except Exception:  # a thread that ended here would leave the others' work undone
                _log.exception("%s was not decoded", key[0])
                photo = LoadedPhoto(QImage(), error=tr("The photo cannot be shown."))
            self._results.decoded.emit(key, generation, photo)

    def _find(self, key: Key) -> LoadedPhoto | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        if not self._is_current(kept):
            self._ask(key)
        return None if kept is None else kept.photo

    def _ask(self, key: Key) -> None:
        if key not in self._waiting and not self._closed:
            self._waiting.add(key)
            self._new.append(key)
            self._start_timer.start()

    def _on_start(self) -> None:
        self._waiting.difference_update(self._queue.ask(self._new))
        self._new.clear()
        for _ in range(self._queue.engage_workers(self._pool.maxThreadCount())):
            # A function: a QRunnable that a pool has had stays for ever, and its loader with it.
            self._pool.start(self.work)

    def _on_decoded(self, key: Key, generation: int, photo: LoadedPhoto | None) -> None:
        self._queue.put_back(key)
        asked = key in self._waiting
        self._waiting.discard(key)
        if self._closed:
            return
        if key[1] == FULL:
            if photo is not None and not photo.error:
                self.full_ready.emit(key[0], photo)
            return
        if generation == self._generation:  # else it may show what the file was before
            self._keep(key, photo)
        if asked:
            self.ready.emit(key[0])

    def _keep(self, key: Key, photo: LoadedPhoto | None) -> None:
        """None where the file is as it was, and the photo that is kept stays."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._kept_pixels -= _pixels(kept.photo)
            photo = photo or kept.photo
        if photo is not None:
            self._kept_pixels += _pixels(photo)
            self._kept[key] = _Kept(photo, self._generation)
        while self._kept_pixels > self._limits.most_kept_pixels and len(self._kept) > 1:
            self._kept_pixels -= _pixels(self._kept.popitem(last=False)[1].photo)

    def _is_current(self, kept: _Kept | None) -> bool:
        return kept is not None and kept.generation == self._generation


def _pixels(photo: LoadedPhoto) -> int:
    return photo.image.width() * photo.image.height()


def _screen_bound() -> Bound:
    """Device pixels of the largest screen: a window may move there."""
    sizes = [screen.size() * screen.devicePixelRatio() for screen in QGuiApplication.screens()]
    widths, heights = [size.width() for size in sizes], [size.height() for size in sizes]
    return max(widths, default=1920), max(heights, default=1200)
