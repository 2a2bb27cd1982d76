"""Photos to embeddings: read by threads, cut into views, encoded in batches across photos."""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.device_embedding import embed_on_device
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.photo_results import UnreadableItem, photo_vectors
from cdul_app.models.encoder.views import Pixels, ViewFormat, cut_views
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.decoding import read_photo
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.photos.unreadable import NO_MEMORY, UnreadablePhoto

_READ_AHEAD_BYTES = 256 * 2**20  # of views that wait for the encoder
_MOST_READ_AHEAD = 64  # photos


def embed_photos(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, PhotoSource] | EmbeddedPhoto],
    plan: ViewPlan,
    *,
    batch_size: int | None = None,
    cut_on_device: bool | None = None,
) -> Generator[EmbeddedPhoto | UnreadableItem, None, None]:
    """Embed (key, photo) pairs; results come in the order of `photos`, in which those that are
    embedded already are given out as they are.

    `encoder` is one that `load_encoder` made where the plan is dense.
    A photo is given out once its last view is encoded and the next photo is read.  Out of memory
    halves the batch and goes on.  Closing the generator waits for what is being read and encoded at
    that moment and leaves no thread.  `encoder` is called from several threads at once.
    cut_on_device : whether views are cut where they are encoded (an accelerator's way, None for
    there only) or by what reads the photos; the vectors agree, so that a cache serves both.
    Raises EncoderError: values that are not finite, no memory for a single view, or an encoder
    that a dense plan does not work with.
    """
    snippets: ViewPlan | None = plan
    if plan.is_dense:
        if not isinstance(encoder, Encoder):
            raise TypeError(f"a dense plan needs an Encoder, not {type(encoder).__name__}")
        encoder, snippets = DenseEncoder(encoder, plan), None
        batch_size = encoder.batch_of(batch_size) if batch_size else None
    if cut_on_device is None:
        cut_on_device = encoder.device.type != "cpu"
    if cut_on_device:
        return embed_on_device(encoder, photos, snippets, batch_size=batch_size)
    return _embed(
        encoder,
        (each if isinstance(each, EmbeddedPhoto) else (*each, snippets) for each in photos),
        inputs_each=snippets.encoded_count if snippets else 1,
        batch_size=batch_size,
    )


def _embed(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, PhotoSource, ViewPlan | None] | EmbeddedPhoto],
    *,
    inputs_each: int,
    batch_size: int | None,
) -> Generator[EmbeddedPhoto | UnreadableItem, None, None]:
    """inputs_each : how many of a photo are read ahead, at the most."""
    view_format = encoder.view_format
    photo_bytes = view_format.pixels * 3 * inputs_each
    # Where the CPU encodes too, few readers keep up with it and more would only take its time.
    threads = max(2, (os.cpu_count() or 1) // 4)
    ahead = max(threads, min(_MOST_READ_AHEAD, _READ_AHEAD_BYTES // photo_bytes))
    read = partial(_read, view_format=view_format)
    most_views = max(1, ahead * inputs_each)  # so that a large batch does not wait for more photos
    lanes = EncodingLanes(encoder, min(batch_size or encoder.default_batch_size, most_views))
    queue = _EncodingQueue(lanes)
    with closing(lanes), closing(read_ahead(read, photos, threads=threads, ahead=ahead)) as items:
        for item, views in items:
            queue.add(item, views)
            yield from queue.encode(least=lanes.batch_size)
        yield from queue.encode(least=1)
        yield from queue.finished(under_way=0)


@dataclass(frozen=True)
class _ReadPhoto:
    key: int
    width: int
    height: int
    input_count: int  # its views, or the photo alone where one pass gives them all
    mirrored: bool  # the last view is the first one's mirror image
    note: str


class _EncodingQueue:
    """Photos in their order: views leave it in batches, vectors come back, photos leave it."""

    def __init__(self, lanes: EncodingLanes) -> None:
        self._lanes = lanes
        self._photos: deque[_ReadPhoto | EmbeddedPhoto | UnreadableItem] = deque()
        self._views: deque[Pixels] = deque()  # (H, W, 3) each, not yet on their way to the encoder
        self._encoding: deque[Future[FloatArray]] = deque()
        self._vectors: deque[FloatArray] = deque()  # one an input, of the first of `_photos`

    def add(
        self, item: _ReadPhoto | EmbeddedPhoto | UnreadableItem, views: Iterable[Pixels]
    ) -> None:
        self._photos.append(item)
        self._views.extend(views)

    def encode(self, *, least: int) -> Iterator[EmbeddedPhoto | UnreadableItem]:
        """Send batches on their way while there are `least` views; waits where the lanes are full.

        Gives out the photos that are complete meanwhile.
        """
        while len(self._views) >= least:
            yield from self.finished(under_way=self._lanes.depth - 1)
            count = min(len(self._views), self._lanes.batch_size)
            batch = np.stack([self._views.popleft() for _ in range(count)])
            self._encoding.append(self._lanes.submit(batch))
        yield from self.finished(under_way=self._lanes.depth)

    def finished(self, *, under_way: int) -> Iterator[EmbeddedPhoto | UnreadableItem]:
        """Wait until so many batches are `under_way`; give out the photos that are complete."""
        while self._encoding and (len(self._encoding) > under_way or self._encoding[0].done()):
            self._vectors.extend(self._encoding.popleft().result())
        while self._photos:
            head = self._photos[0]
            if isinstance(head, _ReadPhoto):
                if len(self._vectors) < head.input_count:
                    return
                vectors = np.stack([self._vectors.popleft() for _ in range(head.input_count)])
                views = photo_vectors(vectors, mirrored=head.mirrored)
                yield EmbeddedPhoto(head.key, views, head.width, head.height, head.note)
            else:
                yield head
            self._photos.popleft()


def _read(
    photo: tuple[int, PhotoSource, ViewPlan | None] | EmbeddedPhoto, *, view_format: ViewFormat
) -> tuple[_ReadPhoto | EmbeddedPhoto | UnreadableItem, Iterable[Pixels]]:
    """The photo and its inputs: its snippets where it is to be cut."""
    if isinstance(photo, EmbeddedPhoto):
        return photo, ()
    key, source, snippets = photo
    # No snippet may be blown up for want of pixels that the file has.
    smallest = (view_format.width, view_format.height)
    if snippets is not None:
        smallest = snippets.smallest_photo(*smallest)
    try:
        photo_read = read_photo(source, smallest=smallest)
        image = photo_read.image
        boxes = snippets.pixel_boxes(image.width, image.height) if snippets is not None else []
        mirrored = snippets is not None and snippets.mirrored
        views = cut_views(np.asarray(image), boxes, view_format, mirrored=mirrored)
    except UnreadablePhoto as reason:
        return UnreadableItem(key, str(reason)), ()
    except MemoryError:
        return UnreadableItem(key, NO_MEMORY), ()
    return _ReadPhoto(key, *photo_read.size, len(views), mirrored, photo_read.note), views
