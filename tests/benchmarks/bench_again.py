"""What scoring again, many photos and starting cost.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_again [STEP …] [--photos N]`, by
default with all steps: start, again, train, memory.  Each figure is of a process of its own;
vectors and photos are generated, in a temporary folder (of --folder, kept there).  Reads /proc:
Linux.

- start: `--version`, and the window until it is shown: the best of five; neither imports torch.
- again: N (100,000) photos of 10 x 512 numbers, another list of 80 classes, and the same list on
  the matrix product alone; memory beside that of the imports, and bytes of the database a photo;
  then a list of 200 classes.
- train: the default training of those photos.
- memory: scoring 2,000 and 20,000 photos with the demo's encoder, views `fast` and `paper`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.memory import keep_freed_memory
from cdul_app.method.half_vectors import widened
from cdul_app.paths import locate_project
from cdul_app.project.classes.class_texts import ClassTexts
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.library_folders import make_library
from tests.conftest import REPOSITORY
from tests.drawn_photos import copy_photos

PHOTOS, CLASSES, VIEWS, DIMENSION = 100_000, 80, 10, 512
LISTS = {"first": CLASSES, "second": CLASSES, "long": 200}
FEW, MANY = 2_000, 20_000
ENCODER = f"local-dir:{REPOSITORY / 'resources' / 'demo' / 'encoder'}"
CONFIG = ScoringConfig(encoder=ENCODER, views="paper", device="cpu")
PEAK = "peak"


def peak_megabytes() -> float:
    """Of this program's own memory; what `getrusage` says may be that of the one that began it."""
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines()
               if each.startswith("VmHWM"))  # fmt: skip
    return int(line.split()[1]) / 1000


def classes_named(kind: str) -> list[ClassDefinition]:
    return [ClassDefinition(f"{kind} {number:02}") for number in range(LISTS[kind])]


def make_encoded(folder: Path, count: int) -> None:
    """A project whose photos are encoded, as after a first scoring."""
    from cdul_app.tasks.scan.scan import scan_project

    make_library(folder, count)
    location = locate_project(folder)
    if location.database.is_file():
        return
    for _ in scan_project(location):
        pass
    random = np.random.default_rng(0)
    centres = random.standard_normal((max(LISTS.values()), DIMENSION)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    with ProjectStore(location.database, durable=False) as store:
        encoding = store.embeddings.ensure_encoding(
            encoder_key="generated", encoder=CONFIG.encoder, plan=CONFIG.plan,
            dimension=DIMENSION, temperature=0.01,
        )  # fmt: skip
        photos = store.photos.all()
        store.photos.set_fingerprints(
            [(each.identifier, f"{each.identifier:032}") for each in photos]
        )
        for start in range(0, count, 1000):
            chunk = photos[start : start + 1000]
            shown = centres[random.integers(CLASSES, size=(len(chunk), VIEWS))]
            views = 0.5 * shown + random.standard_normal(shown.shape, dtype=np.float32) / 22
            views /= np.linalg.norm(views, axis=-1, keepdims=True)
            rows = [f"{each.identifier:032}" for each in chunk]
            store.embeddings.add(encoding, list(zip(rows, views.astype(np.float16), strict=True)))
            store.photos.set_read([(each.identifier, 640, 480) for each in chunk], [], [])
        for kind in LISTS:
            texts = ClassTexts.of(classes_named(kind), CONFIG)
            vectors = {prompts: centres[row] for row, prompts in enumerate(texts.classes)}
            for word in texts.words:
                vectors[word] = random.standard_normal(DIMENSION).astype(np.float32) / 22
            store.embeddings.add_prompt_embeddings(encoding.encoder_key, vectors)


def score(folder: Path, kind: str) -> dict[str, float]:
    """Runs in a process of its own."""
    from cdul_app.tasks.score.score import score_project

    location = locate_project(folder)
    with ProjectStore(location.database, durable=False) as store:
        store.classes.replace(classes_named(kind))
    before, clock, used = peak_megabytes(), time.perf_counter(), time.process_time()
    times = {}
    for event in score_project(location, CONFIG):
        title = getattr(event, "title", "")
        if title:
            times[title] = time.perf_counter() - clock
    seconds = time.perf_counter() - clock
    heavy = {"torch", "open_clip"} & set(sys.modules)
    assert not heavy, f"scoring again imported {heavy}"
    used = time.process_time() - used
    return {"seconds": seconds, "used": used, "beside": peak_megabytes() - before, **times}


def product(folder: Path) -> dict[str, float]:
    """The vectors read and multiplied, nothing else: what scoring again cannot be faster than."""
    location, clock = locate_project(folder), time.perf_counter()
    with ProjectStore(location.database) as store:
        encoding = store.embeddings.latest_encoding(CONFIG.encoder, CONFIG.plan)
        assert encoding is not None
        classes = np.ones((DIMENSION, CLASSES), dtype=np.float32)
        read = np.zeros(1)
        for _, views in store.embeddings.blocks_of_views(encoding):
            read = widened(views) @ classes
    assert read.shape[1:] == (VIEWS, CLASSES)
    return {"seconds": time.perf_counter() - clock}


def train(folder: Path) -> dict[str, float]:
    import torch  # noqa: F401 - what memory is counted beside

    from cdul_app.tasks.train.train import train_project

    before, clock, used = peak_megabytes(), time.perf_counter(), time.process_time()
    for _ in train_project(locate_project(folder), TrainingConfig(device="cpu")):
        pass
    return {
        "seconds": time.perf_counter() - clock,
        "used": time.process_time() - used,
        "beside": peak_megabytes() - before,
    }


def encode(folder: Path, views: str) -> dict[str, float]:
    from cdul_app.tasks.score.score import score_project

    for _ in score_project(locate_project(folder), replace(CONFIG, views=views)):
        pass
    return {PEAK: peak_megabytes()}


def make_photos(folder: Path, count: int) -> None:
    """Photos of different content: drawn ones, each with a number behind its last byte."""
    folder.mkdir(parents=True)
    drawn = [file.read_bytes() for file in copy_photos(folder / "drawn", 20)]
    for number in range(count - 20):
        content = drawn[number % 20] + number.to_bytes(4, "big")
        (folder / f"{number:05}.jpg").write_bytes(content)
    with ProjectStore(locate_project(folder).database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in ("house", "dog", "tree")])


WINDOW = """
import sys
from PySide6.QtWidgets import QApplication
from cdul_app.desktop.main_window import MainWindow
application = QApplication([])
window = MainWindow()
window.show()
application.processEvents()
print("torch" in sys.modules)
sys.stdout.flush()
import os
os._exit(0)
"""
VERSION = """
import sys
from cdul_app.__main__ import main
try:
    main(["--version"])
except SystemExit:
    pass
print("torch" in sys.modules)
"""
STEPS: dict[str, Callable[..., dict[str, float]]] = {
    "score": score, "product": product, "train": train, "encode": encode,
}  # fmt: skip


def in_a_process(step: str, *arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_again", "--one", step]
    ended = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def started(code: str) -> str:
    """Seconds by the clock and of the processor, the best of five."""
    seconds, processor = [], []
    for _ in range(6):  # the first one warms the disk's cache
        used, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        ended = subprocess.run(
            [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - clock)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
        assert ended.stdout.split()[-1] == "False", "it imports torch"
    return f"{min(seconds[1:]):.2f}, {min(processor[1:]):.2f}"


def kilobytes_a_photo(folder: Path, count: int) -> float:
    """Of the database; scored a second time, it holds the room of both lists."""
    database = locate_project(folder).database
    parts = database.parent.glob(f"{database.name}*")
    return sum(part.stat().st_size for part in parts) / count / 1000


def tell(name: str, value: str, wanted: str) -> None:
    print(f"{name:<62}{value:>22}  wanted {wanted}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", default=["start", "again", "train", "memory"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--photos", type=int, default=PHOTOS, help="of again and train")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        keep_freed_memory()  # as the app does when it starts
        step, folder, *rest = options.steps
        print(json.dumps(STEPS[step](Path(folder), *rest)))
        return
    with tempfile.TemporaryDirectory() as made:
        home = options.folder or Path(made)
        os.environ.update(CDUL_DATA=f"{made}/data", CDUL_CACHE=f"{made}/cache")
        run_steps(options.steps, home, options.photos)


def run_steps(steps: list[str], home: Path, count: int) -> None:
    if "start" in steps:
        tell("--version, s: clock, processor", started(VERSION), "<= 0.2")
        tell("window shown, s: clock, processor", started(WINDOW), "<= 0.5")
    library = home / "library"
    if {"again", "train"} & set(steps):
        make_encoded(library, count)
        first = in_a_process("score", library, "first")
        tell("database a photo, KB", f"{kilobytes_a_photo(library, count):.1f}", "< 15")
    if "again" in steps:
        second = in_a_process("score", library, "second")
        print({key: round(value, 2) for key, value in first.items()})
        print({key: round(value, 2) for key, value in second.items()})
        alone = in_a_process("product", library)["seconds"]
        tell(
            f"another list of 80 classes, {count:,} photos, s: clock, processor",
            f"{second['seconds']:.1f}, {second['used']:.1f}",
            "<= 3",
        )
        tell("  reading and multiplying alone, s", f"{alone:.1f}", "")
        tell("  memory beside start-up, MB", f"{second['beside']:,.0f}", "<= 1,000")
        tell("  database a photo, KB", f"{kilobytes_a_photo(library, count):.1f}", "")
        long = in_a_process("score", library, "long")
        tell(
            f"a list of {LISTS['long']} classes, s: clock, processor",
            f"{long['seconds']:.1f}, {long['used']:.1f}",
            "",
        )
    if "train" in steps:
        trained = in_a_process("train", library)
        tell(
            f"training of {count:,} photos, s: clock, processor",
            f"{trained['seconds']:.0f}, {trained['used']:.0f}",
            "<= 60",
        )
        tell("  memory beside start-up, MB", f"{trained['beside']:,.0f}", "<= 1,500")
    if "memory" in steps:
        for views in ("fast", "paper"):
            peaks = []
            for count in (FEW, MANY):
                folder = home / f"{count} photos"
                if not folder.is_dir():
                    make_photos(folder, count)
                peaks.append(in_a_process("encode", folder, views)[PEAK])
            tell(f"peak of scoring {FEW:,} photos, views {views}, MB", f"{peaks[0]:,.0f}", "")
            grown = peaks[1] / peaks[0] - 1
            tell(f"  {MANY:,} photos", f"{peaks[1]:,.0f} ({grown:+.1%})", "within 10 %")


if __name__ == "__main__":
    main()
