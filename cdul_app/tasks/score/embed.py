"""Encoding the photos that are not yet in the cache."""

import time
from collections.abc import Callable, Collection, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Noted, PhotosLabelled, Progressed, Skipped, Started
from cdul_app.language import tr
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.photos.files import is_file
from cdul_app.photos.unreadable import ELSEWHERE, PASSING
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.shared_cache import KnownPhoto, SharedCache
from cdul_app.tasks.score.photo_queue import EncodedQueue, PhotoQueue

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoding_lanes import ViewEncoder
    from cdul_app.models.encoder.photo_results import UnreadableItem

SECONDS_BETWEEN_SAVES = 1.0  # what a kill can cost
PHOTOS_BETWEEN_SAVES = 256
SECONDS_BETWEEN_LABELS = 2.0
EncodedPhoto = tuple[int, NDArray[np.float16]]  # (photo, views (n_views, dimension))


class Pace:
    """How fast photos were encoded; those that another project had encoded take no time."""

    def __init__(self) -> None:
        self.photos = -1  # the first one's time has the start in it
        self._first = self._last = 0.0

    def encoded(self) -> None:
        self._last = time.monotonic()
        self.photos += 1
        if not self.photos:
            self._first = self._last

    @property
    def seconds_a_photo(self) -> float:
        return (self._last - self._first) / self.photos


def take_known_photos(
    store: ProjectStore,
    folder: Path,
    encoding: Encoding,
    shared: SharedCache,
    *,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None = None,
    to_the_end: bool = False,
) -> Events[bool]:
    """Take what this machine knows of the first photos that are not cached, up to one that is new;
    or of all that are files of this computer, where others will encode the rest.

    label : as of `embed_project_photos`.  Closing the generator saves what was done.  Returns
    whether there is such a one, so that an encoder is needed.
    """
    waiting = dict(store.embeddings.photos_without(encoding))
    cached = store.embeddings.fingerprints(encoding)
    if not shared.knows_photos(encoding.encoder_key, encoding.plan) and not (cached and to_the_end):
        return bool(waiting)
    total = store.photos.count()
    done = total - len(waiting)
    yield Started(tr("Looking for photos that were encoded before"), total, already_done=done)
    batch = _Unsaved(store, encoding)
    here = waiting
    if to_the_end:  # those elsewhere are brought by who encodes them
        here = {key: path for key, path in waiting.items() if is_file(folder, path)}
    queue = PhotoQueue(here, folder, cached, encoding, shared)
    photos = queue.photos()
    try:
        for item in photos:
            if isinstance(item, tuple):
                if not to_the_end:
                    return True
                batch.save_if_due(queue)
                continue
            batch.take(item, queue, keeps_label=label is not None)
            done += 1
            yield from _save_and_tell(batch, queue, label)
            yield Progressed(done, total)
    finally:
        photos.close()
        batch.save(queue)
    if to_the_end and store.embeddings.photos_without(encoding):
        return True
    yield Progressed(total, total)
    return False


def embed_project_photos(
    store: ProjectStore,
    folder: Path,
    encoder: "ViewEncoder",
    encoding: Encoding,
    *,
    batch_size: int | None,
    device: str,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None = None,
    shared: SharedCache | None = None,
    pace: Pace | None = None,
) -> Events[set[str]]:
    """Encode what is not cached, saving at least once a second or every 256 photos.

    label : what is said, now and then, of the photos encoded since; shared : what this machine
    knows already, and learns here; pace : is told of each photo that was encoded.

    Closing the generator saves what was done.  Returns the paths that were told as skipped.
    """
    from cdul_app.models.encoder.embedding import embed_photos

    waiting = dict(store.embeddings.photos_without(encoding))
    queue = PhotoQueue(waiting, folder, store.embeddings.fingerprints(encoding), encoding, shared)
    items = embed_photos(encoder, queue.photos(), encoding.plan, batch_size=batch_size)
    return (
        yield from store_encoded(
            store, encoding, waiting, queue, items,
            device=device, label=label, shared=shared, pace=pace,
        )
    )  # fmt: skip


def store_encoded(
    store: ProjectStore,
    encoding: Encoding,
    waiting: Mapping[int, str],
    queue: EncodedQueue,
    items: "Generator[EmbeddedPhoto | UnreadableItem, None, None]",
    *,
    device: str,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None = None,
    shared: SharedCache | None = None,
    pace: Pace | None = None,
) -> Events[set[str]]:
    """As `embed_project_photos`, of the `waiting` photos, which come as `items` of the `queue`."""
    total = store.photos.count()
    done = total - len(waiting)
    yield Started(tr("Encoding photos"), total, device=device, already_done=done)
    batch = _Unsaved(store, encoding, shared)
    told: set[str] = set()
    try:
        for item in items:
            if isinstance(item, EmbeddedPhoto):
                batch.take(item, queue, keeps_label=label is not None)
                if pace is not None and item.key not in queue.known:
                    pace.encoded()
                if item.note:
                    yield Noted(f"{waiting[item.key]!r}: {tr(item.note)}")
            else:
                holds = item.reason not in PASSING and queue.is_still_there(item.key)
                failures = batch.damaged if holds else batch.unreachable
                failures.append((item.key, item.reason))
                told.add(waiting[item.key])
                yield Skipped(waiting[item.key], item.reason)
            done += 1
            yield from _save_and_tell(batch, queue, label)
            yield Progressed(done, total)
    finally:
        items.close()
        batch.save(queue)
    for key in batch.elsewhere:
        told.add(waiting[key])
        yield Skipped(waiting[key], ELSEWHERE)
    yield Progressed(total, total)
    return told


def tell_unusable_photos(store: ProjectStore, *, told: Collection[str] = ()) -> Events[None]:
    """Photos left out that were not `told`: known from earlier runs, gone, or copies of such."""
    store.photos.share_what_was_read()
    for path, reason in store.photos.unusable():
        if path not in told:
            yield Skipped(path, reason)


def _save_and_tell(
    batch: "_Unsaved",
    queue: EncodedQueue,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None,
) -> Events[None]:
    """What was done since the last time, where it is due."""
    batch.save_if_due(queue)
    if label is not None and batch.labels_are_due():
        yield label(batch.take_unlabelled())


class _Unsaved:
    """What was done since the last save."""

    def __init__(
        self, store: ProjectStore, encoding: Encoding, shared: SharedCache | None = None
    ) -> None:
        self._store = store
        self._encoding = encoding
        self._shared = shared
        self._new: list[tuple[str, KnownPhoto]] = []  # to this machine
        self._saved_at = self._labelled_at = time.monotonic()
        self.unlabelled: list[EncodedPhoto] = []
        self.embeddings: list[tuple[str, NDArray[np.float16]]] = []
        self.sizes: list[tuple[int, int, int]] = []
        self.damaged: list[tuple[int, str]] = []
        self.unreachable: list[tuple[int, str]] = []
        self.elsewhere: list[int] = []  # of all saves

    def take(self, photo: EmbeddedPhoto, queue: EncodedQueue, *, keeps_label: bool) -> None:
        fingerprint = queue.fingerprints[photo.key]
        self.embeddings.append((fingerprint, photo.views))
        self.sizes.append((photo.key, photo.width, photo.height))
        if keeps_label:
            self.unlabelled.append((photo.key, photo.views))
        # What a file lacks is told by reading it, so that such a photo is read in each project.
        if self._shared is not None and photo.key not in queue.known and not photo.note:
            self._new.append((fingerprint, KnownPhoto(photo.views, photo.width, photo.height)))

    def save_if_due(self, queue: EncodedQueue) -> None:
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

    def save(self, queue: EncodedQueue) -> None:
        fingerprints, queue.unsaved_fingerprints = queue.unsaved_fingerprints, []
        unreachable, queue.unsaved_unreachable = queue.unsaved_unreachable, []
        elsewhere = [(key, reason) for key, reason in unreachable if reason == ELSEWHERE]
        unreachable = [(key, reason) for key, reason in unreachable if reason != ELSEWHERE]
        self._store.photos.set_fingerprints(fingerprints)
        self._store.embeddings.add(self._encoding, self.embeddings)
        self._store.photos.set_read(self.sizes, self.damaged, [*self.unreachable, *unreachable])
        self._store.photos.set_not_here(elsewhere)
        self.elsewhere += [key for key, _ in elsewhere]
        if self._shared is not None:
            self._shared.add_photos(self._encoding.encoder_key, self._encoding.plan, self._new)
        queue.saved()
        self._new = []
        self.embeddings, self.sizes, self.damaged, self.unreachable = [], [], [], []
        self._saved_at = time.monotonic()
