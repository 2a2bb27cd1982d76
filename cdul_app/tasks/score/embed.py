"""Encoding the photos that are not yet in the cache."""

import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import in_words
from cdul_app.events import Events, Noted, PhotosLabelled, Progressed, Skipped, Started
from cdul_app.photos.files import photo_file
from cdul_app.photos.unreadable import PASSING
from cdul_app.storage.embedding_records import Encoding
from cdul_app.storage.photo_records import PhotoRecord
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.fingerprints import fingerprint_file, fingerprint_files

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder

SECONDS_BETWEEN_SAVES = 1.0  # what a kill can cost
PHOTOS_BETWEEN_SAVES = 64
SECONDS_BETWEEN_LABELS = 2.0
EncodedPhoto = tuple[int, NDArray[np.float16]]  # (photo, views (n_views, dimension))


def photos_to_encode(store: ProjectStore, encoding: Encoding | None) -> list[PhotoRecord]:
    """Photos of the folder without embeddings; not those known to be damaged."""
    cached = store.embeddings.fingerprints(encoding) if encoding else set()
    return [
        photo
        for photo in store.photos.all()
        if (photo.fingerprint is None or photo.fingerprint not in cached)
        and not (photo.fingerprint and photo.error)
    ]


def embed_project_photos(
    store: ProjectStore,
    folder: Path,
    encoder: "Encoder",
    encoding: Encoding,
    *,
    batch_size: int | None,
    device: str,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None = None,
) -> Events[set[str]]:
    """Encode what is not cached, saving at least once a second or every 64 photos.

    label : what is said, now and then, of the photos encoded since.

    Closing the generator saves what was done.  Returns the paths that were told as skipped.
    """
    from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
    from cdul_app.models.encoder.embedding import embed_photos

    waiting = {photo.identifier: photo.path for photo in photos_to_encode(store, encoding)}
    total = store.photos.count()
    done = total - len(waiting)
    yield Started("Encoding photos", total, device=device, already_done=done)
    batch = _Unsaved(store, encoding)
    queue = _Queue(waiting, folder, store.embeddings.fingerprints(encoding))
    items = embed_photos(encoder, queue.photos(), encoding.plan, batch_size=batch_size)
    told: set[str] = set()
    try:
        for item in items:
            if isinstance(item, EmbeddedPhoto):
                batch.embeddings.append((queue.fingerprints[item.key], item.views))
                batch.sizes.append((item.key, item.width, item.height))
                if label is not None:
                    batch.unlabelled.append((item.key, item.views))
                if item.note:
                    yield Noted(f"{waiting[item.key]!r}: {item.note}")
            else:
                holds = item.reason not in PASSING and queue.is_still_there(item.key)
                failures = batch.damaged if holds else batch.unreachable
                failures.append((item.key, item.reason))
                told.add(waiting[item.key])
                yield Skipped(waiting[item.key], item.reason)
            done += 1
            batch.save_if_due(queue)
            if label is not None and batch.labels_are_due():
                yield label(batch.take_unlabelled())
            yield Progressed(done, total)
    finally:
        items.close()
        batch.save(queue)
    yield Progressed(total, total)
    return told


def tell_unusable_photos(store: ProjectStore, *, told: Collection[str] = ()) -> Events[None]:
    """Photos left out that were not `told`: known from earlier runs, gone, or copies of such."""
    store.photos.share_what_was_read()
    for photo in store.photos.all():
        if photo.error and photo.path not in told:
            yield Skipped(photo.path, photo.error)


class _Queue:
    """Photos on their way to the encoder: fingerprinted, the cached and the unreadable left out."""

    def __init__(self, waiting: dict[int, str], folder: Path, cached: set[str]) -> None:
        self._files = {photo: photo_file(folder, path) for photo, path in waiting.items()}
        self._seen = set(cached)
        self.fingerprints: dict[int, str] = {}
        self.unsaved_fingerprints: list[tuple[int, str]] = []
        self.unsaved_unreachable: list[tuple[int, str]] = []

    def is_still_there(self, key: int) -> bool:
        """Whether the file can be read as before, so that the fault is in its content."""
        try:
            return fingerprint_file(self._files[key]) == self.fingerprints[key]
        except OSError:
            return False

    def photos(self) -> Iterator[tuple[int, Path]]:
        for key, fingerprint in fingerprint_files(self._files.items()):
            if isinstance(fingerprint, OSError):
                reason = (
                    "The file is gone."
                    if isinstance(fingerprint, FileNotFoundError)
                    else f"The file cannot be read ({in_words(fingerprint)})."
                )
                self.unsaved_unreachable.append((key, reason))
                continue
            self.fingerprints[key] = fingerprint
            self.unsaved_fingerprints.append((key, fingerprint))
            if fingerprint in self._seen:  # the same photo under another name
                continue
            self._seen.add(fingerprint)
            yield key, self._files[key]


class _Unsaved:
    """What was done since the last save."""

    def __init__(self, store: ProjectStore, encoding: Encoding) -> None:
        self._store = store
        self._encoding = encoding
        self._saved_at = self._labelled_at = time.monotonic()
        self.unlabelled: list[EncodedPhoto] = []
        self.embeddings: list[tuple[str, NDArray[np.float16]]] = []
        self.sizes: list[tuple[int, int, int]] = []
        self.damaged: list[tuple[int, str]] = []
        self.unreachable: list[tuple[int, str]] = []

    def save_if_due(self, queue: _Queue) -> None:
        if (
            len(self.embeddings) >= PHOTOS_BETWEEN_SAVES
            or time.monotonic() - self._saved_at > SECONDS_BETWEEN_SAVES
        ):
            self.save(queue)

    def labels_are_due(self) -> bool:
        waited = time.monotonic() - self._labelled_at
        return bool(self.unlabelled) and waited > SECONDS_BETWEEN_LABELS

    def take_unlabelled(self) -> list[EncodedPhoto]:
        self._labelled_at, taken = time.monotonic(), self.unlabelled
        self.unlabelled = []
        return taken

    def save(self, queue: _Queue) -> None:
        fingerprints, queue.unsaved_fingerprints = queue.unsaved_fingerprints, []
        unreachable, queue.unsaved_unreachable = queue.unsaved_unreachable, []
        self._store.photos.set_fingerprints(fingerprints)
        self._store.embeddings.add(self._encoding, self.embeddings)
        self._store.photos.set_read(self.sizes, self.damaged, [*self.unreachable, *unreachable])
        self.embeddings, self.sizes, self.damaged, self.unreachable = [], [], [], []
        self._saved_at = time.monotonic()
