"""Other runtimes than torch for an encoder on a CPU: made, compared and timed on photos.

`tests.benchmarks.bench_runtimes` compares more of them.  To torch's own pace on one core, a
MobileNetV2 and ViT-B-32 have 1.6 and 1.1 by ONNX Runtime, 3.7 and 3.3 in 8 bits; OpenVINO, 1.4 and
1.1, would be one more package, `torch.compile`, 1.1 and 0.9, wants a C++ compiler.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.method.arrays import FloatArray
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

# Of all cores.  Torch takes half as long again for a MobileNet's first three batches, until the
# memory that they need has been there before.
SECONDS = 1.5
# Rounds: of those that are far apart two tell as much as more.
FEWEST_ROUNDS, _FEWEST_WHERE_CLOSE = 2, 5
_CLOSE = 1.3  # times as fast
# What a batch may take at the most, but for a single view.  The smaller it is, the slower is torch
# beside the others: for ViT-B/32 ONNX Runtime has 1.4 times its pace with one view, 1.1 with 16.
_BATCH_SECONDS = 0.8
_FINEST_NEEDED = 1e-4  # seconds
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
    """Those of `runtimes` that can be made; whether they say what `encoder` says is to be seen.

    views : (n, H, W, 3), n at least 1, as `trial_views` gives them: the ranges of int8 are measured
    on those that are not compared; folder : an empty one for the graphs, which are not needed
    afterwards.
    """
    made: dict[str, MadeRuntime] = {}
    measured = views[:-_COMPARED]
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
        made[name] = MadeRuntime(other, seconds, graphs[name] if is_one_file else None)
    return made


def load_runtime(encoder: Encoder, graph: Path, views: Pixels) -> ViewEncoder | None:
    """One that was made before, None where it does not say of `views`, (n, H, W, 3), what
    `encoder` says."""
    try:
        other = OnnxEncoder(encoder, graph)
    except Exception as error:  # of no common kind
        logger.warning("The graph %s cannot be used: %s", graph, error)
        return None
    return other if says_the_same(encoder, other, views) else None


def says_the_same(encoder: ViewEncoder, other: ViewEncoder, views: Pixels) -> bool:
    """Of the last of `views`, (n, H, W, 3), by the cosines between their vectors."""
    with _in_lanes(encoder, {"other": other}) as lanes:
        return "other" in _compare(lanes, views)


def gains_of(
    encoder: ViewEncoder, others: Mapping[str, ViewEncoder], views: Pixels
) -> dict[str, float]:
    """How many times `encoder`'s views a second those have that say what it says, in lanes as in
    earnest, by turns."""
    with _in_lanes(encoder, others) as lanes:
        seconds = {name: [first] for name, first in _compare(lanes, views).items()}
        most = encoder.default_batch_size
        size = max(1, min(most, len(views), int(_BATCH_SECONDS / seconds[TORCH][0])))
        began, cores = time.process_time(), torch.get_num_threads()
        while len(seconds) > 1 and goes_on(seconds, (time.process_time() - began) / cores):
            for name, each in seconds.items():
                batches = [views[:size]] * lanes[name].lane_count
                each.append(_encode(lanes[name], batches)[1])
    return {name: gain(seconds[TORCH], own) for name, own in seconds.items() if name != TORCH}


def gain(torch_seconds: Sequence[float], others: Sequence[float]) -> float:
    """How many times as fast the others are, by the fastest of each: what else a machine does makes
    none of them faster.

    >>> gain([2.0, 2.2, 9.0], [1.0, 8.0, 1.1])
    2.0
    """
    return min(torch_seconds) / min(others)


def goes_on(seconds: Mapping[str, Sequence[float]], passed: float) -> bool:
    """Whether another round tells more of which is the fastest."""
    first, second, *_ = sorted(min(each) for each in seconds.values())
    fewest = _FEWEST_WHERE_CLOSE if second < _CLOSE * first else FEWEST_ROUNDS
    return passed < SECONDS or len(seconds[TORCH]) < fewest


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


@contextmanager
def _in_lanes(
    encoder: ViewEncoder, others: Mapping[str, ViewEncoder]
) -> Iterator[dict[str, EncodingLanes]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(closing(EncodingLanes(way, encoder.default_batch_size)))
            for name, way in {TORCH: encoder, **others}.items()
        }


def _compare(lanes: Mapping[str, EncodingLanes], views: Pixels) -> dict[str, float]:
    """Seconds a view of torch, and of those with its vectors of the last of `views`."""
    compared = views[-_COMPARED:]
    batches = np.array_split(compared, min(len(compared), lanes[TORCH].lane_count))
    exact, seconds = _encode(lanes[TORCH], batches)
    found = {TORCH: seconds}
    for name, each in lanes.items():
        if name == TORCH:
            continue
        try:
            vectors, seconds = _encode(each, batches)
        except EncoderError as error:  # of values that are not finite
            logger.warning("No vectors to compare: %s", error)
            continue
        cosines = (vectors * exact).sum(axis=-1)
        if cosines.mean() >= LEAST_MEAN_COSINE and cosines.min() >= LEAST_COSINE:
            found[name] = seconds
        else:
            logger.warning("The runtime %s gives other vectors", name)
    return found


def _encode(lanes: EncodingLanes, batches: Sequence[Pixels]) -> tuple[FloatArray, float]:
    """A batch in each lane at once.  Returns the vectors of all, and the seconds a view of the lane
    that was least disturbed."""
    clock = clock_of(lanes)

    def timed(batch: Pixels) -> tuple[FloatArray, float]:
        began = clock()
        vectors = lanes.encode(torch.from_numpy(batch))
        return vectors, (clock() - began) / len(batch)

    futures = [lanes.run(partial(timed, batch)) for batch in batches]
    found = [each.result() for each in futures]
    return np.concatenate([each for each, _ in found]), min(seconds for _, seconds in found)


def clock_of(lanes: EncodingLanes) -> Callable[[], float]:
    """The processor's, of which other programs take nothing, where a lane's thread does all of its
    work; Windows has it in steps as long as a batch."""
    has_one_core_each = lanes.lane_count == torch.get_num_threads()
    is_fine = time.get_clock_info("thread_time").resolution < _FINEST_NEEDED
    return time.thread_time if has_one_core_each and is_fine else time.perf_counter
