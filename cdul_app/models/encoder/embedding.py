"""Photos to embeddings: read by threads, cut into views, encoded in batches across photos."""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import PixelBox, ViewPlan
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.decoding import UnreadablePhoto, decode_photo_and_size
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.views import Pixels, ViewFormat, cut_views

_READ_AHEAD_BYTES = 256 * 2**20  # of views that wait for the encoder
_MOST_READ_AHEAD = 64  # photos


@dataclass(frozen=True, eq=False)
class EmbeddedPhoto:
    """One photo's embeddings."""

    key: int  # as it was given
    # (1 + snippets, dimension), unit norm; row 0 is the whole photo, but for `embed_snippets`.
    views: NDArray[np.float16]
    width: int  # pixels of the upright photo in its file
    height: int


@dataclass(frozen=True)
class UnreadableItem:
    """One photo that was left out."""

    key: int
    reason: str


class Cuts(Protocol):
    """Where the snippets of a photo lie."""

    @property
    def view_count(self) -> int: ...
    def pixel_boxes(self, width: int, height: int) -> list[PixelBox]: ...
    def smallest_photo(self, width: int, height: int) -> tuple[int, int]: ...


def embed_photos(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, Path]],
    plan: ViewPlan,
    *,
    batch_size: int | None = None,
    decode_threads: int | None = None,
) -> Generator[EmbeddedPhoto | UnreadableItem, None, None]:
    """Embed (key, path) photos; results come in the order of `photos`.

    `encoder` is one that `load_encoder` made where the plan is dense.
    A photo is given out as soon as its last view is encoded.  Out of memory halves the batch and
    goes on.  Closing the generator waits for what is being read and encoded at that moment and
    leaves no thread.  On a CPU `encoder` is called from several threads at once.
    Raises EncoderError: values that are not finite, no memory for a single view, or an encoder
    that a dense plan does not work with.
    """
    cuts: ViewPlan | None = plan
    if plan.is_dense:
        if not isinstance(encoder, Encoder):
            raise TypeError(f"a dense plan needs an Encoder, not {type(encoder).__name__}")
        encoder, cuts = DenseEncoder(encoder, plan), None
        batch_size = encoder.batch_of(batch_size) if batch_size else None
    return _embed(
        encoder,
        ((key, path, cuts) for key, path in photos),
        inputs_each=cuts.view_count if cuts else 1,
        with_whole=True,
        batch_size=batch_size,
        decode_threads=decode_threads,
    )


def embed_snippets(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, Path, Cuts]],
    *,
    batch_size: int | None = None,
) -> Generator[EmbeddedPhoto | UnreadableItem, None, None]:
    """As `embed_photos`, with cuts of each photo's own and without the whole photo.

    Each cut has at least one snippet.
    """
    return _embed(encoder, photos, inputs_each=16, with_whole=False, batch_size=batch_size)


def _embed(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, Path, Cuts | None]],
    *,
    inputs_each: int,
    with_whole: bool,
    batch_size: int | None,
    decode_threads: int | None = None,
) -> Generator[EmbeddedPhoto | UnreadableItem, None, None]:
    """inputs_each : how many of a photo are read ahead, at the most."""
    view_format = encoder.view_format
    photo_bytes = view_format.height * view_format.width * 3 * inputs_each
    # Where the CPU encodes too, few readers keep up with it and more would only take its time.
    processors = os.cpu_count() or 1
    threads = decode_threads or (
        max(2, processors // 4) if encoder.device.type == "cpu" else min(16, processors)
    )
    ahead = max(threads, min(_MOST_READ_AHEAD, _READ_AHEAD_BYTES // photo_bytes))
    source = iter(photos)
    reading: deque[Future[_ReadPhoto | UnreadableItem]] = deque()
    readers = ThreadPoolExecutor(threads, thread_name_prefix="read-photos")
    lanes = EncodingLanes(encoder, batch_size or encoder.default_batch_size)
    line = _Line(lanes)
    is_exhausted = False
    try:
        while True:
            while not is_exhausted and len(reading) + line.photos_waiting < ahead:
                item = next(source, None)
                if item is None:
                    is_exhausted = True
                    break
                reading.append(readers.submit(_read, *item, view_format, with_whole))
            while reading and reading[0].done():
                line.add(reading.popleft().result())
            line.encode(everything=not reading)
            yield from line.finished()
            soonest: list[Future[Any]] = [
                futures[0] for futures in (reading, line.encoding) if futures
            ]
            if soonest:
                wait(soonest, return_when=FIRST_COMPLETED)
            elif is_exhausted and not line.photos_waiting:
                break  # else all that was read ahead could not be read, and there is more
    finally:
        readers.shutdown(wait=True, cancel_futures=True)
        lanes.close()


@dataclass(eq=False)
class _ReadPhoto:
    key: int
    width: int
    height: int
    pixels: Pixels  # (inputs, H, W, 3), what is not yet on its way to the encoder
    input_count: int  # its views, or the photo alone where one pass gives them all
    vectors: list[FloatArray] = field(default_factory=list)  # of its first inputs, in order

    @property
    def is_finished(self) -> bool:
        return sum(map(len, self.vectors)) == self.input_count


class _Line:
    """Photos in their order: views leave it in batches, vectors come back, photos leave it."""

    def __init__(self, lanes: EncodingLanes) -> None:
        self._lanes = lanes
        self._photos: deque[_ReadPhoto | UnreadableItem] = deque()
        self._unsent: deque[_ReadPhoto] = deque()
        self._sent: deque[list[tuple[_ReadPhoto, int]]] = deque()  # whose views, beside `encoding`
        self.encoding: deque[Future[FloatArray]] = deque()

    @property
    def photos_waiting(self) -> int:
        """Photos with views that are not on their way to the encoder."""
        return len(self._unsent)

    def add(self, item: _ReadPhoto | UnreadableItem) -> None:
        self._photos.append(item)
        if isinstance(item, _ReadPhoto):
            self._unsent.append(item)

    def encode(self, *, everything: bool) -> None:
        """Start as many batches as the lanes take; one that is not full if `everything`."""
        while self._unsent and len(self.encoding) < self._lanes.depth:
            views = sum(len(photo.pixels) for photo in self._unsent)
            if views < self._lanes.batch_size and not everything:
                return
            self._send_batch(min(views, self._lanes.batch_size))

    def _send_batch(self, count: int) -> None:
        parts: list[Pixels] = []
        owners: list[tuple[_ReadPhoto, int]] = []
        while count:
            photo = self._unsent[0]
            part, photo.pixels = photo.pixels[:count], photo.pixels[count:]
            if not len(photo.pixels):
                self._unsent.popleft()
            parts.append(part)
            owners.append((photo, len(part)))
            count -= len(part)
        self._sent.append(owners)
        self.encoding.append(self._lanes.submit(np.concatenate(parts)))

    def finished(self) -> Iterator[EmbeddedPhoto | UnreadableItem]:
        """Take in the vectors that have come and give out the photos that are complete."""
        while self.encoding and self.encoding[0].done():
            vectors = self.encoding.popleft().result()
            for photo, count in self._sent.popleft():
                photo.vectors.append(vectors[:count])
                vectors = vectors[count:]
        while self._photos:
            head = self._photos[0]
            if isinstance(head, _ReadPhoto) and not head.is_finished:
                return
            self._photos.popleft()
            if isinstance(head, UnreadableItem):
                yield head
            else:
                views = np.concatenate(head.vectors).astype(np.float16)
                views = views.reshape(-1, views.shape[-1])  # (n_views, dimension)
                yield EmbeddedPhoto(head.key, views, head.width, head.height)


def _read(
    key: int, path: Path, cuts: Cuts | None, view_format: ViewFormat, with_whole: bool
) -> _ReadPhoto | UnreadableItem:
    """The photo, and its snippets where it is to be cut."""
    # No snippet may be blown up for want of pixels that the file has.
    smallest = (view_format.width, view_format.height)
    if cuts is not None:
        smallest = cuts.smallest_photo(*smallest)
    try:
        image, (width, height) = decode_photo_and_size(path, smallest=smallest)
        boxes = cuts.pixel_boxes(image.width, image.height) if cuts is not None else []
        pixels = cut_views(np.asarray(image), boxes, view_format, with_whole=with_whole)
    except UnreadablePhoto as reason:
        return UnreadableItem(key, str(reason))
    except MemoryError:
        return UnreadableItem(key, "It does not fit into memory.")
    return _ReadPhoto(key, width, height, pixels, len(pixels))
