"""Encoding in parallel lanes, each with its own share of the processor."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray
from cdul_app.models.accelerated.device_memory import is_out_of_memory
from cdul_app.models.encoder.views import Pixels, ViewFormat

_MOST_LANES = 4  # each holds a batch's activations
_CUDA_LANES = 3  # one encodes, one prepares its next batch, one brings the last one's vectors back

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def cpu_lanes(cores: int) -> int:
    """How many lanes share the cores of a CPU."""
    return min(_MOST_LANES, cores)


class ViewEncoder(Protocol):
    """What of an encoder is needed to embed photos."""

    @property
    def device(self) -> torch.device: ...
    @property
    def view_format(self) -> ViewFormat: ...
    @property
    def default_batch_size(self) -> int: ...
    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray: ...


class EncodingLanes:
    """Encodes batches side by side.

    One lane on all cores of a CPU splits every layer among them and waits for the slowest each
    time; with anything else running (the photo readers, a browser) that costs most of the speed.
    Lanes of one core each never wait for one another: as fast on a quiet machine, three times as
    fast on a busy one.  On CUDA each lane has a stream of its own, so that what one uploads, cuts
    and downloads goes on while another encodes.  Other devices have one.
    """

    def __init__(self, encoder: ViewEncoder, batch_size: int) -> None:
        self._encoder = encoder
        self.batch_size = batch_size  # shrinks when the memory does not hold it
        self._default_threads = cores = torch.get_num_threads()
        kind = encoder.device.type
        self.lane_count = {"cpu": cpu_lanes(cores), "cuda": _CUDA_LANES}.get(kind, 1)
        self._threads_each = max(1, cores // self.lane_count)
        prepare = {"cpu": self._limit_this_thread, "cuda": self._give_this_thread_a_stream}
        self._pool = ThreadPoolExecutor(
            self.lane_count,
            thread_name_prefix="encode-views",
            initializer=prepare.get(kind, lambda: None),
        )

    @property
    def depth(self) -> int:
        """Batches to have under way: one in each lane and one ready to follow."""
        return self.lane_count + 1

    def submit(self, pixels: Pixels) -> Future[FloatArray]:
        """Embed (B, H, W, 3) uint8 to (B, dimension) float32, unit norm."""
        return self.run(lambda: self.encode(torch.from_numpy(pixels)))

    def run(self, work: Callable[[], Result]) -> Future[Result]:
        """`work` in the next lane that is free; it may call `encode`."""
        return self._pool.submit(work)

    def close(self) -> None:
        """Drop what has not begun and wait for the rest."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._give_back()

    def _limit_this_thread(self) -> None:
        # torch keeps the count per thread, and a default for threads yet to come, which is put
        # back by a thread made for it.  A thread takes the default when it first asks for it, and
        # would so after this, too.
        torch.get_num_threads()
        torch.set_num_threads(self._threads_each)
        restore = threading.Thread(target=torch.set_num_threads, args=(self._default_threads,))
        restore.start()
        restore.join()

    def _give_this_thread_a_stream(self) -> None:
        device = self._encoder.device
        try:
            stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
            # What made the encoder ready was asked of another stream, which it would not wait for.
            stream.wait_stream(torch.cuda.current_stream(device))
            torch.cuda.set_stream(stream)
        except RuntimeError as error:  # the pool would be broken
            logger.warning("The lanes share a stream on %s: %s", device, error)

    def encode(self, views: torch.Tensor) -> FloatArray:
        """In a lane: as `submit`, in equal parts no larger than the batch, halved when the memory
        runs out.  Raises EncoderError where it does not hold a single view."""
        parts: list[FloatArray] = []
        while len(views):
            count = -(-len(views) // self.batch_size)
            tried = views[: -(-len(views) // count)]
            # The error is dealt with outside its handler: its traceback holds the batch's memory.
            vectors = self._try(tried)
            if vectors is None:
                self._halve(len(tried))
            else:
                parts.append(vectors)
                views = views[len(vectors) :]
        return np.concatenate(parts)

    def _try(self, views: torch.Tensor) -> FloatArray | None:
        try:
            return self._encoder.encode_pixels(views)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            return None

    def _halve(self, failed: int) -> None:
        if failed == 1:
            raise EncoderError(
                tr(
                    "There is not enough memory for a single view: close other programs that use "
                    "the device, choose the device cpu, or a smaller encoder."
                )
            )
        self.batch_size = max(1, failed // 2)
        logger.warning("Out of memory: batches of %d views from here on", self.batch_size)
        self._give_back()

    def _give_back(self) -> None:
        """torch keeps free memory for the stream that had it, and the next lanes have others."""
        if self._encoder.device.type == "cuda":
            torch.cuda.empty_cache()
