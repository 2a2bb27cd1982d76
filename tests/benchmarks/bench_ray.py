"""What a second Ray worker gains, and from that what a cluster would.

`python -m tests.benchmarks.bench_ray [--photos 160] [--rounds 2] [--packed]`, with the extra `ray`.

The same photos are encoded into a new project by a local Ray of one worker, then of two, each
worker with one thread; embeddings are stored as `score --ray` does.  Told: wall clock from the
first shard to the last, which other programs move, and processor time, which they do not: of the
workers a photo, and of reading the shards and storing them, done again without Ray (whose own loop
in the asking process takes time by the second, not by the photo).  Where each worker has a core of
its own the slowest one's processor time is the wall clock; the gain by processor time is that of
one worker over that of the slower of two.  The table is computed: start-up, then the larger of
encoding on all cores and storing on one, which reads the shards and merges them; how busy that one
is then is the share of the whole that more machines do not make shorter.  `--packed` puts the
photos into tar files, as a manifest names them.  Exits with 1 for a gain below 1.6.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ray

from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.devices import choose_device
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.photos.elsewhere.places import named_places
from cdul_app.settings.photo_files import PHOTO_SUFFIXES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.tasks.distributed.batches import Answer, KeyedPath, WorkerNeeds, run_batches
from cdul_app.tasks.distributed.cluster import LOCAL
from cdul_app.tasks.distributed.encode_shard import ShardEncoder
from cdul_app.tasks.distributed.shard_queue import ShardQueue
from cdul_app.tasks.scan.scan import scan_photos
from cdul_app.tasks.score.embed import store_encoded
from tests.events import run_task
from tests.tar_files import write_tar

Encode = Callable[[list[KeyedPath]], Generator[Answer, None, None]]
PLAN = ViewPlan.parse("3x3")
WANTED = 1.6
CORES = 16  # of a machine of the table
PHOTOS = 1_000_000


class TimedShardEncoder(ShardEncoder):
    """Tells which process it was, and the processor seconds that it took."""

    def __call__(self, photos: Sequence[KeyedPath]) -> list[Answer]:
        began = time.process_time()
        (answer,) = super().__call__(photos)
        told = f"{os.getpid()} {time.process_time() - began} {time.time()}"
        return [Answer(text=answer.text, data=told.encode())]


@dataclass(frozen=True)
class Measured:
    startup: float  # wall seconds to the first shard, but for its own processor time
    wall: float  # a photo, from the first shard to the last
    worker: float  # processor seconds a photo
    slowest: float  # of all photos over the seconds of the worker that had most
    driver: float  # processor seconds a photo of the process that asks: Ray's own, and storing
    storing: float  # of which this, done alone


def measure(
    workers: int, folder: Path, encoder_name: str, place: Path, manifest: str | None
) -> Measured:
    ray.init(
        LOCAL,
        num_cpus=workers,
        include_dashboard=False,
        object_store_memory=100 * 2**20,
        log_to_driver=False,
        logging_level="ERROR",
    )
    try:
        return _measure(folder, encoder_name, place, manifest)
    finally:
        ray.shutdown()


def _measure(folder: Path, encoder_name: str, place: Path, manifest: str | None) -> Measured:
    encoder = load_encoder(encoder_name, device=choose_device("cpu"))
    seconds: dict[str, float] = defaultdict(float)
    ends: list[float] = []
    kept = place / "kept"
    kept.mkdir()

    def encode(photos: list[KeyedPath]) -> Generator[Answer, None, None]:
        settings = {
            "folder": folder, "encoding": encoding, "device": "cpu", "batch_size": None,
            "shards": place / "shards", "run": "bench", "places": named_places(),
        }  # fmt: skip
        needs = WorkerNeeds(gpus=0, model_bytes=0, most_photos=8)
        for answer in run_batches(TimedShardEncoder, settings, photos, needs, folder=folder):
            process, taken, ended = answer.data.decode().split()
            seconds[process] += float(taken)
            ends.append(float(ended))
            shutil.copy(place / "shards" / answer.text, kept)
            yield answer

    def store(name: str, shards: Path, encoded: Encode) -> float:
        """Processor seconds of this process."""
        nonlocal encoding, photos
        with ProjectStore(place / name, create=True, durable=False) as project:
            run_task(scan_photos(project, folder, manifest=manifest))
            encoding = project.embeddings.ensure_encoding(
                encoder_key=encoder.key,
                encoder=encoder_name,
                plan=PLAN,
                dimension=encoder.dimension,
                temperature=encoder.temperature,
            )
            waiting = dict(project.embeddings.photos_without(encoding))
            photos = len(waiting)
            queue = ShardQueue(waiting, folder, encoding, shards)
            items = queue.items(encoded)
            began = time.process_time()
            run_task(store_encoded(project, encoding, waiting, queue, items, device=""))
            taken = time.process_time() - began
            assert project.embeddings.count(encoding) == photos
            return taken

    def again(_: list[KeyedPath]) -> Generator[Answer, None, None]:
        for name in names:
            shutil.move(kept / name, place / "shards" / name)
            yield Answer(text=name)

    encoding: Encoding | None = None
    photos = 0
    began = time.time()
    joined = store("first.sqlite", place / "shards", encode)
    names = [file.name for file in kept.iterdir()]
    (place / "shards").mkdir()
    storing = store("again.sqlite", place / "shards", again)
    share = photos - 8
    return Measured(
        min(ends) - began,
        (max(ends) - min(ends)) / share,
        sum(seconds.values()) / photos,
        max(seconds.values()) / photos,
        joined / photos,
        storing / photos,
    )


def main() -> int:
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default=f"local-dir:{shared / 'models' / 'photo-clip'}")
    parser.add_argument("--folder", type=Path, default=shared / "data" / "photos-voc" / "images")
    parser.add_argument("--photos", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--packed", action="store_true")
    arguments = parser.parse_args()
    files = sorted(
        file for file in arguments.folder.iterdir() if file.suffix.lower() in PHOTO_SUFFIXES
    )[: arguments.photos]
    found: dict[int, list[Measured]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "photos"
        folder.mkdir()
        manifest = None
        if arguments.packed:
            manifest = str(Path(place) / "shard-{0..3}.tar")
            for number in range(4):
                part = {file.name: file for file in files[number::4]}
                write_tar(Path(place) / f"shard-{number}.tar", part)
        else:
            for file in files:
                (folder / file.name).symlink_to(file)
        for number in range(arguments.rounds):
            for workers, measured in found.items():
                project = Path(place) / f"{number}-{workers}"
                project.mkdir()
                measured.append(measure(workers, folder, arguments.encoder, project, manifest))
                now = measured[-1]
                print(
                    f"{workers} worker(s): {1 / now.wall:.2f} photos/s of wall clock, processor: "
                    f"{now.worker * 1e3:.0f} ms a photo in workers (slower one "
                    f"{now.slowest * 1e3:.0f}), {now.driver * 1e3:.1f} ms in the process that "
                    f"asks, of which {now.storing * 1e3:.2f} to store it; "
                    f"first shard after {now.startup:.0f} s; load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    one, two = found[1], found[2]
    by_wall = statistics.median(a.wall / b.wall for a, b in zip(one, two, strict=True))
    gain = statistics.median(a.slowest / b.slowest for a, b in zip(one, two, strict=True))
    print(
        f"two workers over one: {by_wall:.2f} of wall clock on {os.cpu_count()} cores, "
        f"{gain:.2f} by processor time; wanted {WANTED}"
    )
    worker = statistics.median(each.worker for each in two)
    storing = statistics.median(each.storing for each in two)
    startup = statistics.median(each.startup for each in two)
    print(f"\n{PHOTOS:,} photos on machines of {CORES} cores, computed from these rates:")
    print("machines   photos/s   hours   machine hours   merging, on one core")
    for machines in (1, 2, 4, 8, 16, 32, 64):
        encoding, kept = PHOTOS * worker / (machines * CORES), PHOTOS * storing
        hours = (startup + max(encoding, kept)) / 3600
        rate, busy = PHOTOS / (hours * 3600), kept / (hours * 3600)
        limit = ", which limits" if kept > encoding else ""
        print(
            f"{machines:8}   {rate:8.0f}   {hours:5.2f}   {hours * machines:13.1f}   "
            f"{busy:.1%} of the time{limit}"
        )
    return 0 if gain >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
