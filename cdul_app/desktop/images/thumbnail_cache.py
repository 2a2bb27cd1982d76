"""Thumbnails kept on the disk, so that a large photo is decoded once and not in every window."""

import hashlib
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.files import PhotoFile, size_and_time
from cdul_app.photos.unreadable import DECODER
from cdul_app.written_files import remove_strays, replacing

MOST_BYTES = 500_000_000
LARGE_FILE = 150_000  # bytes: decoding a smaller photo takes no longer than reading a thumbnail
_QUALITY = 85
_KEPT_SHARE = 0.8  # of the bound is left when the oldest go, so that they do not go one by one
_DAY = 86_400.0  # seconds: what was used is noted that exactly
_RECENT = 2_000_000_000  # nanoseconds: within a file system's tick a file can change unseen


@dataclass(frozen=True)
class FileState:
    """By which a file is the one it was."""

    size: int  # bytes
    modified_ns: int


_ON_SERVER = FileState(LARGE_FILE, 0)


def file_state(path: PhotoFile) -> FileState | None:
    """None where there is no file, or one that has just been written and may change unseen.

    A photo on a server is taken to stay as it is, as it is by scoring.
    """
    if isinstance(path, DistantPhoto) and path.is_on_server:
        return _ON_SERVER if path.may_be_read else None
    found = size_and_time(path)
    if found is None or time.time_ns() - found[1] < _RECENT:
        return None
    return FileState(*found)


class ThumbnailCache:
    """JPEG files in one folder, the longest unused of which go when they are too many.

    For several threads, and several processes on one folder.  Where it cannot be written it does
    nothing: thumbnails are then decoded as if there were none.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None  # of all files, None before they were counted
        self._works = True

    def read(self, path: PhotoFile, state: FileState, side: int) -> QImage | None:
        """The thumbnail of a photo in that state; None where it is not here, or damaged."""
        if not self._works or state.size < LARGE_FILE:
            return None
        file = self._file(path, state, side)
        try:
            data = file.read_bytes()
            if time.time() - file.stat().st_mtime > _DAY:
                os.utime(file)
        except OSError:
            return None
        image = QImage.fromData(data, "JPG")  # type: ignore[arg-type]  # named: see decoding
        return None if image.isNull() else image

    def write(self, path: PhotoFile, state: FileState, side: int, image: QImage) -> None:
        """Keep a thumbnail; not one that JPEG cannot hold, or that takes no time to decode."""
        if not self._works or state.size < LARGE_FILE or image.hasAlphaChannel():
            return
        file = self._file(path, state, side)
        content = QBuffer()
        content.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QImageWriter(content, QByteArray(b"jpg"))
        writer.setQuality(_QUALITY)
        if not writer.write(image):
            return
        data = content.data().data()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Another process never reads half a file.
            with replacing(file, synced=False) as stream:
                stream.write(data)
        except OSError:
            self._works = False  # a full disk, or one that is read-only: not tried 100,000 times
            return
        self._add(len(data))

    def size(self) -> int:
        """Bytes of all that is kept; looks at every file."""
        return sum(size for _, size, _ in self._files())

    def clear(self) -> None:
        """Remove what is kept, as far as it can be."""
        for _, _, file in self._files():
            with suppress(OSError):
                os.unlink(file)  # noqa: PTH108

    def _file(self, path: PhotoFile, state: FileState, side: int) -> Path:
        place = path.absolute() if isinstance(path, Path) else path
        text = f"{DECODER} {state.size} {state.modified_ns} {side} {place}"
        key = hashlib.blake2b(os.fsencode(text), digest_size=16).hexdigest()
        return self._folder / key[:2] / f"{key[2:]}.jpg"

    def _add(self, size: int) -> None:
        with self._lock:
            if self._bytes is None:
                self._bytes = sum(size for _, size, _ in self._files())
            else:
                self._bytes += size
            if self._bytes > self._most_bytes:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        files = sorted(self._files())  # by the time of their last use
        left = sum(size for _, size, _ in files)
        for _, size, file in files:
            if left <= _KEPT_SHARE * self._most_bytes:
                break
            with suppress(OSError):  # another process was faster
                os.unlink(file)  # noqa: PTH108
                left -= size
        self._bytes = left

    def _files(self) -> list[tuple[float, int, str]]:
        """(last used, bytes, file)"""
        found = []
        for folder, _, names in os.walk(self._folder):
            remove_strays(Path(folder))
            for name in names:
                file = f"{folder}/{name}"
                with suppress(OSError):
                    state = os.stat(file)  # noqa: PTH116 - as text, of many
                    found.append((state.st_mtime, state.st_size, file))
        return found
