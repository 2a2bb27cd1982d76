"""Fingerprints and sizes of photos that nothing has read yet, for when there is time."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Progressed, Started, TaskResult
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation
from cdul_app.photos.capture_time import UNKNOWN
from cdul_app.photos.files import photo_file
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.photo_records import ReadFile
from cdul_app.tasks.backups import back_up_daily
from cdul_app.tasks.scan.fingerprints import fingerprint_file

PHOTOS_BETWEEN_SAVES = 500
SECONDS_BETWEEN_SAVES = 1.0


@dataclass(frozen=True, eq=False)
class ReadingResult(TaskResult):
    photos: int  # that were looked at
    dated: NDArray[np.int64]  # (n,) photos of which it is known when they were taken
    taken: NDArray[np.int64]  # (n,) when


def read_photos(location: ProjectLocation) -> Events[ReadingResult]:
    """Back up once a day, then read what scoring would, but for the pixels: a photo that is moved
    is then known again.

    Files that cannot be read are passed over; scoring tells why.  Closing the generator keeps
    what was read.
    """
    yield from back_up_daily(location)
    with ProjectStore(location.database, durable=False) as store:
        count = yield from _read_unread(store, location.folder)
        count += yield from _read_times(store, location.folder)
        return ReadingResult(
            tr("Read {photos} photos.", photos=count), count, *store.photos.taken()
        )


def _read_unread(store: ProjectStore, folder: Path) -> Events[int]:
    unread = store.photos.unread()
    if not unread:
        return 0
    yield Started(tr("Reading photos"), len(unread))
    unsaved: list[ReadFile] = []
    saved_at = time.monotonic()
    try:
        for done, (photo, path) in enumerate(unread, start=1):
            file = photo_file(folder, path)
            read = _read(photo, file) if isinstance(file, Path) else None
            if read is not None:
                unsaved.append(read)
            now = time.monotonic()
            if len(unsaved) >= PHOTOS_BETWEEN_SAVES or now - saved_at > SECONDS_BETWEEN_SAVES:
                waiting, unsaved = unsaved, []
                store.photos.add_read(waiting)
                saved_at = now
            yield Progressed(done, len(unread))
    finally:
        store.photos.add_read(unsaved)
    return len(unread)


def _read_times(store: ProjectStore, folder: Path) -> Events[int]:
    """When photos were taken that an earlier version, or a scoring, has read."""
    from cdul_app.photos.decoding import read_photo_header

    undated = store.photos.undated()
    if not undated:
        return 0
    yield Started(tr("Reading when photos were taken"), len(undated))
    unsaved: list[tuple[int, int]] = []
    try:
        for done, (photo, path) in enumerate(undated, start=1):
            file = photo_file(folder, path)
            # One that is elsewhere is not brought here for its time.
            header = read_photo_header(file) if isinstance(file, Path) else None
            unsaved.append((photo, UNKNOWN if header is None else header.taken))
            if len(unsaved) >= PHOTOS_BETWEEN_SAVES:
                waiting, unsaved = unsaved, []
                store.photos.set_taken(waiting)
            yield Progressed(done, len(undated))
    finally:
        store.photos.set_taken(unsaved)
    return len(undated)


def _read(photo: int, file: Path) -> ReadFile | None:
    from cdul_app.photos.decoding import read_photo_header

    try:
        state = os.stat(file)  # noqa: PTH116 - before it is read: if it changes, this is void
        fingerprint = fingerprint_file(file)
    except OSError:
        return None
    header = read_photo_header(file)
    width, height = (0, 0) if header is None else header.size
    taken = UNKNOWN if header is None else header.taken
    return ReadFile(photo, state.st_size, state.st_mtime_ns, fingerprint, width, height, taken)
