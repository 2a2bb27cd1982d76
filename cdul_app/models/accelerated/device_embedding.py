"""Photos to embeddings on an accelerator: only decoding, if that, is left to the processor.

Photos go up as they are, in groups that fill a batch, and are cut where they are encoded.  A group
is decoded, uploaded, cut, encoded and its vectors brought back in one lane, so that with several
lanes all of that overlaps.
"""

import logging
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cdul_app.method.view_plans import PixelBox, ViewPlan
from cdul_app.models.accelerated.device_jpegs import JpegDecoder, decode_jpegs, decodes_jpegs
from cdul_app.models.accelerated.device_memory import is_out_of_memory, pinned
from cdul_app.models.accelerated.device_views import cut_on_device
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.photo_results import UnreadableItem, photo_vectors
from cdul_app.models.encoder.views import cut_views
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.decoding import read_photo
from cdul_app.photos.photo_request import PhotoSource, Size
from cdul_app.photos.plain_jpegs import PlainJpeg, read_plain_jpeg
from cdul_app.photos.unreadable import NO_MEMORY, UnreadablePhoto

_READ_AHEAD_BYTES = 512 * 2**20  # of photos that wait for a lane
_MOST_READ_AHEAD = 256  # photos
_MOST_READERS = 16
# A photo of more pixels than the smallest that would do, or than these, is cut by the processor:
# more would go up than its views have.  A JPEG is decoded at a size below, of up to 1 : 1.5.
_MOST_TIMES = 6
_MOST_PIXELS = 12_000_000
# A JPEG of so few is the device's whatever its views are: decoding it at a lower size saves little.
_FEW_PIXELS = 2_000_000
_PIXELS_AT_ONCE = 16_000_000  # of photos of one size that are cut together

Result = EmbeddedPhoto | UnreadableItem

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _LoadedPhoto:
    key: int
    source: PhotoSource
    size: Size  # of the upright photo in its file
    # A file for the device's decoder, or pixels, (3, h, w) uint8, or ready views, (n, H, W, 3).
    content: PlainJpeg | Tensor
    note: str = ""


@dataclass
class DeviceEmbedding:
    """Loads photos and embeds groups of them.

    What the device does not do, the processor does: decode a file, cut a group of photos.
    """

    encoder: ViewEncoder
    lanes: EncodingLanes
    plan: ViewPlan | None  # None: the photo alone is what the encoder wants
    decode: JpegDecoder | None
    cuts: bool = True  # whether the device does

    def load(self, photo: tuple[int, PhotoSource] | EmbeddedPhoto) -> _LoadedPhoto | Result:
        """In a reading thread: what of a photo's file the device needs; what is embedded already
        as it is."""
        if isinstance(photo, EmbeddedPhoto):
            return photo
        key, source = photo
        if self.decode is not None and isinstance(source, Path | bytes):
            jpeg = read_plain_jpeg(source, most_pixels=max(self._most_pixels, _FEW_PIXELS))
            if jpeg is not None:
                return _LoadedPhoto(key, source, jpeg.size, jpeg)
        return self._decoded_here(key, source)

    def embed(self, group: Sequence[_LoadedPhoto | Result]) -> list[Result]:
        """In a lane.  Raises EncoderError."""
        photos = self._decoded(group)
        loaded = [photo for photo in photos if isinstance(photo, _LoadedPhoto)]
        vectors = self.lanes.encode(self._views(loaded)) if loaded else ()
        results: list[Result] = []
        place = 0
        for photo in photos:
            if isinstance(photo, _LoadedPhoto):
                own = vectors[place : place + self.inputs_each]
                place += self.inputs_each
                kept = photo_vectors(np.asarray(own), mirrored=self.mirrored)
                results.append(EmbeddedPhoto(photo.key, kept, *photo.size, photo.note))
            else:
                results.append(photo)
        return results

    @property
    def inputs_each(self) -> int:
        return 1 if self.plan is None else self.plan.encoded_count

    @property
    def mirrored(self) -> bool:
        return self.plan is not None and self.plan.mirrored

    @property
    def smallest(self) -> Size:
        """No snippet may be blown up for want of pixels that the file has."""
        wanted = (self.encoder.view_format.width, self.encoder.view_format.height)
        return wanted if self.plan is None else self.plan.smallest_photo(*wanted)

    @property
    def _most_pixels(self) -> int:
        width, height = self.smallest
        return min(_MOST_TIMES * width * height, _MOST_PIXELS)

    def _boxes(self, size: Size) -> list[PixelBox]:
        return [] if self.plan is None else self.plan.pixel_boxes(*size)

    def _decoded_here(self, key: int, source: PhotoSource) -> _LoadedPhoto | UnreadableItem:
        try:
            photo = read_photo(source, smallest=self.smallest)
            pixels = np.asarray(photo.image)
            if pixels.shape[0] * pixels.shape[1] > self._most_pixels:
                content = self._cut_here(pixels)
            else:
                # Copied by numpy: torch would start its own threads inside each reading thread.
                content = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)
        except UnreadablePhoto as reason:
            return UnreadableItem(key, str(reason))
        except MemoryError:
            return UnreadableItem(key, NO_MEMORY)
        # An upload from pinned memory keeps nobody waiting.
        on_cuda = self.encoder.device.type == "cuda"
        content = pinned(content) if on_cuda else content
        return _LoadedPhoto(key, source, photo.size, content, photo.note)

    def _decoded(self, group: Sequence[_LoadedPhoto | Result]) -> list[_LoadedPhoto | Result]:
        """The group without files: those the device has no picture of are decoded here."""
        photos = list(group)
        waiting = {
            index: photo.content
            for index, photo in enumerate(photos)
            if isinstance(photo, _LoadedPhoto) and isinstance(photo.content, PlainJpeg)
        }
        if not waiting:
            return photos
        assert self.decode is not None
        decoded = self.decode(list(waiting.values()), self.encoder.device)
        for index, pixels in zip(waiting, decoded, strict=True):
            photo = photos[index]
            assert isinstance(photo, _LoadedPhoto)
            if pixels is None:
                photos[index] = self._decoded_here(photo.key, photo.source)
            else:
                photos[index] = _LoadedPhoto(photo.key, photo.source, photo.size, pixels)
        return photos

    def _views(self, photos: Sequence[_LoadedPhoto]) -> Tensor:
        """(photos * inputs, H, W, 3) uint8, on the device where that cuts them."""
        if self.cuts:
            # The error is dealt with outside its handler: its traceback holds memory of the device.
            views = self._try_views(photos)
            if views is not None:
                return torch.cat(views)
            if self.encoder.device.type == "cuda":
                torch.cuda.empty_cache()
        return torch.cat([self._views_here(photo) for photo in photos])

    def _try_views(self, photos: Sequence[_LoadedPhoto]) -> list[Tensor] | None:
        try:
            return self._views_there(photos)
        except RuntimeError as error:
            # Memory that other lanes hold may be free for the next group.
            self.cuts = is_out_of_memory(error)
            device = self.encoder.device
            logger.warning("The processor cuts what %s did not: %s", device, error)
            return None

    def _views_there(self, photos: Sequence[_LoadedPhoto]) -> list[Tensor]:
        """Of each photo, (inputs, H, W, 3) uint8 on the device; those of one size cut together."""
        views: dict[int, Tensor] = {}
        of_size: dict[torch.Size, list[int]] = {}
        for index, photo in enumerate(photos):
            assert isinstance(photo.content, Tensor)
            if photo.content.ndim == 4:
                views[index] = photo.content.to(self.encoder.device, non_blocking=True)
            else:
                of_size.setdefault(photo.content.shape, []).append(index)
        for shape, indexes in of_size.items():
            at_once = max(1, _PIXELS_AT_ONCE // (shape[1] * shape[2]))
            for start in range(0, len(indexes), at_once):
                some = indexes[start : start + at_once]
                pixels = [photos[index].content for index in some]
                views |= zip(some, self._cut(pixels), strict=True)  # type: ignore[arg-type]
        return [views[index] for index in range(len(photos))]

    def _cut(self, photos: Sequence[Tensor]) -> Iterable[Tensor]:
        """(3, h, w) uint8 each, all of one size."""
        height, width = photos[0].shape[1:]
        boxes = self._boxes((width, height))
        uploaded = [photo.to(self.encoder.device, non_blocking=True) for photo in photos]
        view_format = self.encoder.view_format
        return cut_on_device(torch.stack(uploaded), boxes, view_format, mirrored=self.mirrored)

    def _views_here(self, photo: _LoadedPhoto) -> Tensor:
        assert isinstance(photo.content, Tensor)
        if photo.content.ndim == 4:
            return photo.content
        return self._cut_here(photo.content.permute(1, 2, 0).cpu().numpy())

    def _cut_here(self, pixels: np.ndarray) -> Tensor:
        """(h, w, 3) uint8 to (inputs, H, W, 3), on the processor."""
        return torch.from_numpy(
            cut_views(
                pixels,
                self._boxes((pixels.shape[1], pixels.shape[0])),
                self.encoder.view_format,
                mirrored=self.mirrored,
            )
        )


def embed_on_device(
    encoder: ViewEncoder,
    photos: Iterable[tuple[int, PhotoSource] | EmbeddedPhoto],
    plan: ViewPlan | None,
    *,
    batch_size: int | None,
) -> Generator[Result, None, None]:
    """As embedding.embed_photos; plan : None where the encoder wants the photo alone."""
    device = encoder.device
    inputs_each = 1 if plan is None else plan.encoded_count
    threads = min(_MOST_READERS, os.cpu_count() or 1)
    lanes = EncodingLanes(encoder, batch_size or encoder.default_batch_size)
    embedding = DeviceEmbedding(
        encoder, lanes, plan, decode_jpegs if decodes_jpegs(device) else None
    )
    width, height = embedding.smallest
    likely_bytes = 2 * 3 * width * height
    ahead = max(threads, min(_MOST_READ_AHEAD, _READ_AHEAD_BYTES // likely_bytes))
    # A group of views that fill a batch, but no larger than what is read ahead.
    group_size = max(1, min(ahead, lanes.batch_size // inputs_each))
    reading = read_ahead(embedding.load, photos, threads=threads, ahead=ahead)
    under_way: deque[Future[list[Result]]] = deque()

    def finished(most: int) -> Iterator[Result]:
        while under_way and (len(under_way) > most or under_way[0].done()):
            yield from under_way.popleft().result()

    group: list[_LoadedPhoto | Result] = []
    with closing(lanes), closing(reading) as loaded:
        for photo in loaded:
            group.append(photo)
            if len(group) == group_size:
                under_way.append(lanes.run(partial(embedding.embed, group)))
                group = []
            yield from finished(lanes.depth)
        if group:
            under_way.append(lanes.run(partial(embedding.embed, group)))
        yield from finished(0)
