"""Other runtimes than torch for an encoder on a CPU: made, compared and timed on photos.

`tests.benchmarks.bench_runtimes` compares more of them.  To torch's own pace on one core, a
MobileNetV2 and ViT-B-32 have 1.6 and 1.1 by ONNX Runtime, 3.7 and 3.3 in 8 bits; OpenVINO, 1.4 and
1.1, would be one more package, `torch.compile`, 1.1 and 0.9, wants a C++ compiler.
"""

import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.int8_graph import FEWEST_VIEWS, is_mostly_convolutions, write_int8
from cdul_app.models.accelerated.onnx_encoder import OnnxEncoder, write_tower
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.views import Pixels, ViewFormat, cut_views
from cdul_app.photos.decoding import read_photo
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.photos.unreadable import UnreadablePhoto
from cdul_app.settings.configs import INT8, ONNX, TORCH

SECONDS = 3.0
FEWEST_ROUNDS, _MOST_ROUNDS = 3, 12
_BATCH_SECONDS = 0.5  # what a batch may take at the most, but for a single view
_COMPARED = 16  # views; two large transformers have them in 20 s
_MOST_VIEWS = 48
_MOST_BYTES = 1_900_000_000  # of a tower for int8: an ONNX file ends at 2 GiB
# What one runtime encodes stands beside what another did, as that of GPUs does.
LEAST_MEAN_COSINE, LEAST_COSINE = 0.999, 0.99

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class MadeRuntime:
    encoder: ViewEncoder
    seconds: float  # that making it took
    graph: Path | None = None  # all that it was made of, None where that is more than one file


def make_runtimes(
    encoder: Encoder, runtimes: Collection[str], views: Pixels, folder: Path
) -> dict[str, MadeRuntime]:
    """Those of `runtimes` that can be made and say of `views` what `encoder` says.

    views : (n, H, W, 3), n at least 1, as `trial_views` gives them: those that are compared come
    last, the ranges of int8 are measured on the others; folder : an empty one for the graphs, which
    are not needed afterwards.
    """
    made: dict[str, MadeRuntime] = {}
    measured, compared = np.split(views, [max(0, len(views) - _COMPARED)])
    is_one_file = sum(each.nbytes for each in encoder.model.visual.parameters()) <= _MOST_BYTES
    wanted = [name for name in (ONNX, INT8) if name in runtimes]
    if not is_one_file or len(measured) < FEWEST_VIEWS:
        wanted = [name for name in wanted if name != INT8]
    graphs = {name: folder / f"{name}.onnx" for name in (ONNX, INT8)}
    began = time.monotonic()
    for name in wanted:
        try:
            if not graphs[ONNX].exists():
                write_tower(encoder, graphs[ONNX], in_one_file=is_one_file)
            if name == INT8:
                numbers = encoder.normalised(torch.from_numpy(measured)).contiguous().numpy()
                convolutional = is_mostly_convolutions(encoder.model.visual)
                write_int8(graphs[ONNX], graphs[INT8], numbers, convolutional=convolutional)
            other = OnnxEncoder(encoder, graphs[name])
        except Exception as error:  # whatever exporter or runtime meet in one of 1,000 towers
            logger.warning("%s does not compute %s: %s", name, encoder.identifier, error)
            continue
        seconds = time.monotonic() - began
        if say_the_same(encoder, other, compared):
            made[name] = MadeRuntime(other, seconds, graphs[name] if is_one_file else None)
        else:
            logger.warning("%s gives other vectors of %s", name, encoder.identifier)
    return made


def load_runtime(encoder: Encoder, graph: Path, views: Pixels) -> ViewEncoder | None:
    """One that was made before, None where it does not say of `views`, (n, H, W, 3), what
    `encoder` says."""
    try:
        other = OnnxEncoder(encoder, graph)
    except Exception as error:  # of no common kind
        logger.warning("The graph %s cannot be used: %s", graph, error)
        return None
    return other if say_the_same(encoder, other, views[-_COMPARED:]) else None


def say_the_same(encoder: ViewEncoder, other: ViewEncoder, views: Pixels) -> bool:
    """By the cosines between their vectors of each of `views`."""
    batch = torch.from_numpy(views)
    try:
        cosines = (encoder.encode_pixels(batch) * other.encode_pixels(batch)).sum(axis=-1)
    except EncoderError as error:  # of values that are not finite
        logger.warning("No vectors to compare: %s", error)
        return False
    return bool(cosines.mean() >= LEAST_MEAN_COSINE and cosines.min() >= LEAST_COSINE)


def gains_of(
    encoder: ViewEncoder, others: Mapping[str, ViewEncoder], views: Pixels
) -> dict[str, float]:
    """How many times `encoder`'s views a second each has, in lanes as in earnest, by turns."""
    ways = {TORCH: encoder, **others}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    most = encoder.default_batch_size
    with ExitStack() as stack:
        lanes = {
            name: stack.enter_context(closing(EncodingLanes(way, most)))
            for name, way in ways.items()
        }
        for _ in range(2):  # the first has what comes once
            single = max(_round(each, views[:1]) for each in lanes.values())
        size = max(1, min(most, len(views), int(_BATCH_SECONDS / max(single, 1e-6))))
        ends = time.monotonic() + SECONDS
        while len(seconds[TORCH]) < FEWEST_ROUNDS or (
            time.monotonic() < ends and len(seconds[TORCH]) < _MOST_ROUNDS
        ):
            for name, each in lanes.items():
                seconds[name].append(_round(each, views[:size]))
    return {name: gain(seconds[TORCH], seconds[name]) for name in others}


def gain(torch_seconds: Sequence[float], others: Sequence[float]) -> float:
    """How many times as fast the others are, by the fastest of each for the same batches: what
    else a machine does makes none of them faster.

    >>> gain([2.0, 2.2, 9.0], [1.0, 8.0, 1.1])
    2.0
    """
    return min(torch_seconds) / min(others)


def trial_views(photos: Iterable[PhotoSource], plan: ViewPlan, view_format: ViewFormat) -> Pixels:
    """Some of those of `photos` that can be read, in their order: (n, H, W, 3)."""
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
    return views[np.linspace(0, len(views) - 1, min(len(views), _MOST_VIEWS)).astype(np.int64)]


def _round(lanes: EncodingLanes, batch: Pixels) -> float:
    """Seconds of one batch in each lane."""
    began = time.perf_counter()
    for future in [lanes.submit(batch) for _ in range(lanes.lane_count)]:
        future.result()
    return time.perf_counter() - began
