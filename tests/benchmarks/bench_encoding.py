"""How much of the bare encoder's throughput is left when photos are read from disk.

`python tests/benchmarks/bench_encoding.py [--photos 500] [--rounds 5]`

Bare: ready float tensors in memory through the encoder's image tower, no decoding, no resizing, no
normalising; in each of the ways below, and the fastest counts:

- one thread calls, torch uses all cores, batches of 8, 16 and 32;
- as many lanes of one core each as `embed_photos` uses, batches of 8, 16 and 32.

Whole: `embed_photos` from files, 3x3 snippets, so that ten views a photo are decoded, cut,
squashed, normalised and encoded.  Each round runs half of its photos, every bare way, and
the other half, so that what else the machine does falls on all; the ratio to the bare way that is
fastest over all rounds is taken in each round, and the median of the ratios is the result.  Wall
clock.  On a machine busy with other programs the ratio flatters: photo readers ask for processor
time beside the encoder's lanes, so the whole gets a larger share.  The load is printed for that,
and the processor time per view, of which other programs take nothing, decides.
"""

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from cdul_app.memory import keep_freed_memory
from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.devices import choose_device, describe_device
from cdul_app.models.encoder.embedding import EmbeddedPhoto, embed_photos
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes
from cdul_app.settings.photo_files import PHOTO_SUFFIXES

PLAN = ViewPlan.parse("3x3")
BATCH_SIZES = (8, 16, 32)
WANTED = 0.92


class Stopwatch:
    """Adds up the wall and the processor seconds of what it runs, and the views."""

    def __init__(self) -> None:
        self.views = 0
        self.wall = 0.0
        self.processor = 0.0

    def run(self, views: int, work: Callable[[], None]) -> float:
        """Returns this run's views per wall second."""
        wall, processor = time.perf_counter(), time.process_time()
        work()
        wall = time.perf_counter() - wall
        self.processor += time.process_time() - processor
        self.wall += wall
        self.views += views
        return views / wall

    @property
    def processor_seconds_a_view(self) -> float:
        return self.processor / self.views


def ready_batch(encoder: Encoder, size: int) -> torch.Tensor:
    views = torch.randn(size, 3, *encoder.image_size)
    return views.to(memory_format=torch.channels_last)


class BareEncoder:
    """Takes views that are ready, (B, 3, H, W) float32, normalised, in place of pixels."""

    def __init__(self, encoder: Encoder) -> None:
        self._encode_image = encoder.model.encode_image
        self.device = encoder.device
        self.view_format = encoder.view_format
        self.default_batch_size = encoder.default_batch_size

    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray:
        with torch.inference_mode():
            vectors = self._encode_image(pixels.to(self.device))
        return torch.nn.functional.normalize(vectors.float(), dim=-1).cpu().numpy()


def bare_one_caller(encoder: Encoder, views: torch.Tensor, count: int) -> None:
    bare = BareEncoder(encoder)
    for _ in range(count // len(views)):
        bare.encode_pixels(views)


def bare_lanes(encoder: Encoder, views: torch.Tensor, count: int) -> None:
    """The same batches from as many callers as `embed_photos` has lanes."""
    lanes = EncodingLanes(BareEncoder(encoder), len(views))
    try:
        calls = [lanes.submit(views.numpy()) for _ in range(count // len(views))]
        for call in calls:
            call.result()
    finally:
        lanes.close()


def views_of(photos: list[Path]) -> int:
    return len(photos) * PLAN.view_count


def whole(encoder: Encoder, photos: list[Path]) -> None:
    results = embed_photos(encoder, enumerate(photos), PLAN)
    assert all(isinstance(result, EmbeddedPhoto) for result in results)


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default=f"local-dir:{shared / 'models' / 'photo-clip'}")
    parser.add_argument("--folder", type=Path, default=shared / "data" / "photos-voc" / "images")
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()

    encoder = load_encoder(arguments.encoder, device=choose_device(arguments.device))
    files = sorted(
        path for path in arguments.folder.iterdir() if path.suffix.lower() in PHOTO_SUFFIXES
    )
    photos = list(itertools.islice(files, arguments.photos))
    print(
        f"{encoder.identifier} on {describe_device(encoder.device)}, {os.cpu_count()} cores, "
        f"{torch.get_num_threads()} torch threads, {len(photos)} photos of {PLAN.view_count} views"
    )
    ways = {
        f"{name}, batches of {size}": (work, ready_batch(encoder, size))
        for size in BATCH_SIZES
        for name, work in (("one caller", bare_one_caller), ("lanes", bare_lanes))
    }
    whole(encoder, photos[:4])  # first touch of every code path
    for work, views in ways.values():
        work(encoder, views, len(views))

    bare_watches = {name: Stopwatch() for name in ways}
    bare_speeds: dict[str, list[float]] = {name: [] for name in ways}
    whole_watch, whole_speeds = Stopwatch(), []
    share = max(2, len(photos) // arguments.rounds)
    for number in range(arguments.rounds):
        in_round = photos[number * share : (number + 1) * share]
        halves = in_round[: len(in_round) // 2], in_round[len(in_round) // 2 :]
        wall_before, views_before = whole_watch.wall, whole_watch.views
        whole_watch.run(views_of(halves[0]), lambda part=halves[0]: whole(encoder, part))
        for name, (work, views) in ways.items():
            count = max(4, views_of(in_round) // len(ways) // len(views)) * len(views)
            speed = bare_watches[name].run(count, lambda w=work, v=views, c=count: w(encoder, v, c))
            bare_speeds[name].append(speed)
        whole_watch.run(views_of(halves[1]), lambda part=halves[1]: whole(encoder, part))
        round_views = whole_watch.views - views_before
        whole_speeds.append(round_views / (whole_watch.wall - wall_before))
        fastest = max(bare_speeds, key=lambda name: bare_speeds[name][-1])
        load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        print(
            f"round {number + 1}: whole {whole_speeds[-1]:.1f} views/s, "
            f"fastest bare {bare_speeds[fastest][-1]:.1f} ({fastest}){load}",
            flush=True,
        )
    for name, values in bare_speeds.items():
        print(
            f"  bare, {name}: median {statistics.median(values):.1f} views/s, "
            f"{bare_watches[name].processor_seconds_a_view * 1e3:.1f} ms of processor a view"
        )
    best = max(bare_speeds, key=lambda name: statistics.median(bare_speeds[name]))
    ratios = [now / bare for now, bare in zip(whole_speeds, bare_speeds[best], strict=True)]
    ratio = statistics.median(ratios)
    processor_ratio = (
        bare_watches[best].processor_seconds_a_view / whole_watch.processor_seconds_a_view
    )
    print(
        f"whole / bare ({best}): median {ratio:.1%} of {len(ratios)} rounds, "
        f"{min(ratios):.1%} to {max(ratios):.1%}; by processor time {processor_ratio:.1%} "
        f"({whole_watch.processor_seconds_a_view * 1e3:.1f} ms a view); wanted {WANTED:.0%}"
    )
    return 0 if processor_ratio >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
