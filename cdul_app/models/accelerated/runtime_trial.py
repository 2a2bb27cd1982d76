"""Whether ONNX Runtime encodes a person's photos faster on this machine than torch does."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.onnx_encoder import OnnxEncoder
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.views import Pixels, ViewFormat, cut_views
from cdul_app.photos.decoding import read_photo
from cdul_app.photos.unreadable import UnreadablePhoto

SECONDS = 2.0
_FEWEST_ROUNDS, _MOST_ROUNDS = 3, 15
_PART = 0.1  # of SECONDS may go by with a batch
_VIEWS = 16  # of two large transformers a CPU encodes as many in 20 s
# So that what one encodes serves the projects that the other has begun.
LEAST_MEAN_COSINE, LEAST_COSINE = 0.999, 0.99

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class RuntimeTrial:
    encoder: ViewEncoder | None  # by ONNX Runtime; None where it does not do
    gain: float  # times torch's views a second; 0 where it does not do
    seconds_to_make: float


def try_onnx(
    encoder: Encoder, views: Pixels, *, make: Callable[[Encoder], ViewEncoder] = OnnxEncoder
) -> RuntimeTrial:
    """Make it, compare what both say of `views`, and time both by turns in lanes as in earnest.

    views : (n, H, W, 3), at least one.
    """
    began = time.monotonic()
    try:
        other = make(encoder)
    except Exception as error:  # whatever an exporter meets in one of 1,000 networks
        logger.warning("ONNX Runtime does not take %s: %s", encoder.identifier, error)
        return RuntimeTrial(None, 0.0, time.monotonic() - began)
    made = time.monotonic() - began
    if not say_the_same(encoder, other, views):
        return RuntimeTrial(None, 0.0, made)
    return RuntimeTrial(other, gain(*_timed(encoder, other, views)), made)


def say_the_same(encoder: ViewEncoder, other: ViewEncoder, views: Pixels) -> bool:
    """By the cosines between their vectors of each of `views`."""
    batch = torch.from_numpy(views)
    try:
        cosines = (encoder.encode_pixels(batch) * other.encode_pixels(batch)).sum(axis=-1)
    except EncoderError as error:  # of values that are not finite
        logger.warning("ONNX Runtime does not compute what torch does: %s", error)
        return False
    agree = bool(cosines.mean() >= LEAST_MEAN_COSINE and cosines.min() >= LEAST_COSINE)
    if not agree:
        logger.warning("ONNX Runtime gives other vectors: cosines from %.4f", cosines.min())
    return agree


def gain(torch_seconds: Sequence[float], others: Sequence[float]) -> float:
    """How many times as fast the other is, by each one's fastest of the same batches: what else
    the machine does makes none faster.

    >>> gain([2.0, 2.2, 9.0], [1.0, 8.0, 1.1])
    2.0
    """
    return min(torch_seconds) / min(others)


def trial_views(photos: Iterable[Path], plan: ViewPlan, view_format: ViewFormat) -> Pixels:
    """Of those of `photos` that can be read, some of all: (n, H, W, 3), n at most _VIEWS."""
    smallest = plan.smallest_photo(view_format.width, view_format.height)
    found = [np.empty((0, view_format.height, view_format.width, 3), dtype=np.uint8)]
    for photo in photos:
        try:
            image = read_photo(photo, smallest=smallest).image
        except UnreadablePhoto:
            continue
        boxes = plan.pixel_boxes(image.width, image.height)
        found.append(cut_views(np.asarray(image), boxes, view_format))
    views = np.concatenate(found)
    return views[np.linspace(0, len(views) - 1, min(len(views), _VIEWS)).astype(np.int64)]


def _timed(
    encoder: ViewEncoder, other: ViewEncoder, views: Pixels
) -> tuple[list[float], list[float]]:
    """Seconds that each took for one batch in each lane."""
    seconds: tuple[list[float], list[float]] = ([], [])
    most = encoder.default_batch_size
    with closing(EncodingLanes(encoder, most)) as ours, closing(EncodingLanes(other, most)) as also:
        both = (ours, also)
        one = max(_round(lanes, views[:1]) for lanes in both)
        one = max(_round(lanes, views[:1]) for lanes in both)  # without what comes first
        size = max(1, min(most, len(views), int(SECONDS * _PART / max(one, 1e-6))))
        ends = time.monotonic() + SECONDS
        while len(seconds[0]) < _FEWEST_ROUNDS or (
            time.monotonic() < ends and len(seconds[0]) < _MOST_ROUNDS
        ):
            for lanes, taken in zip(both, seconds, strict=True):
                taken.append(_round(lanes, views[:size]))
    return seconds


def _round(lanes: EncodingLanes, batch: Pixels) -> float:
    began = time.perf_counter()
    for future in [lanes.submit(batch) for _ in range(lanes.lane_count)]:
        future.result()
    return time.perf_counter() - began
