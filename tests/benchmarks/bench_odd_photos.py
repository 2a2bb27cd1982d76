"""A folder of 200 odd files, bombs among them, scored and shown: memory, and the slowest photo.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_odd_photos [--folder DIR]`.  The
files are those of tests/photos/corpus.py and large pictures of each kind near what the app reads.
Two processes, each watched with those it starts: one scores the folder with the demo's encoder,
one decodes every photo as thumbnail, as large as the screen and with all pixels, as the window
does.  Exits with 1 where either takes more than 1,500 MB.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

FILES = 200
MOST_MEGABYTES = 1500


def large_pictures() -> Iterator[tuple[str, Image.Image, dict[str, object]]]:
    def picture(mode: str, width: int, height: int) -> Image.Image:
        coarse = np.random.default_rng(0).integers(0, 255, (height // 200, width // 200), np.uint8)
        return Image.fromarray(coarse).convert(mode).resize((width, height))

    fast = {"compress_level": 1}
    yield "rgb 110.png", picture("RGB", 11_000, 10_000), fast
    yield "grey 130.png", picture("L", 13_000, 10_000), fast
    yield "rgba 50.png", picture("RGBA", 10_000, 5000), fast
    yield "palette 81.png", picture("P", 9000, 9000), fast
    yield (
        "deep 60.png",
        Image.fromarray(np.asarray(picture("L", 10_000, 6000)) * np.uint16(99)),
        fast,
    )
    yield "jpeg 380.jpg", picture("L", 20_000, 19_000), {"quality": 50}
    yield "jpeg 100.jpg", picture("RGB", 10_000, 10_000), {"quality": 80}
    yield "progressive 60.jpg", picture("RGB", 10_000, 6000), {"progressive": True}
    yield "webp 26.webp", picture("RGB", 6500, 4000), {"quality": 50, "method": 0}
    yield "avif 45.avif", picture("RGB", 7500, 6000), {"quality": 50, "speed": 10}
    yield "jp2 20.jp2", picture("RGB", 5000, 4000), {}
    yield "lzw 80.tif", picture("RGB", 10_000, 8000), {"compression": "tiff_lzw"}
    yield "float 46.tif", picture("F", 9200, 5000), {}
    yield "bmp 90.bmp", picture("RGB", 10_000, 9000), {}


def make(folder: Path) -> None:
    from tests.photos.corpus import bombs, corpus

    for case in corpus():
        (folder / case.name).write_bytes(case.content)
    for name, image, options in large_pictures():
        image.save(folder / name, **options)
    traps = [case for case in bombs() if case.refusal]
    number = 0
    while sum(1 for _ in folder.iterdir()) < FILES:
        trap = traps[number % len(traps)]
        content = trap.content + number.to_bytes(2, "big")  # each is another file
        (folder / f"trap {number} {trap.name}").write_bytes(content)
        number += 1


def score(folder: Path) -> None:
    from cdul_app.classes.class_list import ClassDefinition
    from cdul_app.events import Progressed, Skipped
    from cdul_app.memory import keep_freed_memory
    from cdul_app.paths import locate_project, resources_dir
    from cdul_app.settings.configs import ScoringConfig
    from cdul_app.storage.project_store import ProjectStore
    from cdul_app.tasks.score.score import score_project

    keep_freed_memory()
    location = locate_project(folder)
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in ("cat", "dog", "tree")])
    encoder = f"local-dir:{resources_dir() / 'demo' / 'encoder'}"
    last, slowest, skipped = time.monotonic(), 0.0, 0
    for event in score_project(
        location, ScoringConfig(encoder=encoder, views="paper", device="cpu")
    ):
        if isinstance(event, Skipped):
            skipped += 1
        if isinstance(event, Progressed):
            now = time.monotonic()
            slowest, last = max(slowest, now - last), now
    print(f"{skipped} left out, longest wait for a photo {slowest:.1f} s")


def show(folder: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from cdul_app.desktop.images.image_loader import PHOTOS, THUMBNAILS, ImageLoader

    app = QApplication([])
    photos, thumbnails = ImageLoader(PHOTOS), ImageLoader(THUMBNAILS)
    files = sorted(file for file in folder.iterdir() if file.is_file())
    slowest, failed = (0.0, ""), 0
    for file in files:
        thumbnails.pixmap(file, 256)
    for file in files:
        begun = time.monotonic()
        photos.photo(file)
        photos.load_full(file)
        while not photos.is_idle:
            app.processEvents()
            time.sleep(0.001)
        slowest = max(slowest, (time.monotonic() - begun, file.name))
        shown = photos.photo(file)
        failed += shown is None or bool(shown.error)
    while not thumbnails.is_idle:
        app.processEvents()
        time.sleep(0.001)
    photos.close()
    thumbnails.close()
    print(f"{failed} left out, slowest photo {slowest[0]:.1f} s ({slowest[1]})")


def resident(process: int) -> int:
    """Bytes of a process and of all that it started; what they share counts once."""
    total = 0
    for pid in [process, *children(process)]:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended meanwhile
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(pid) for pid in task.read_text().split()]
        except OSError:
            continue
    return found


def watch(what: str, folder: Path) -> float:
    """Megabytes at the most."""
    begun, most = time.monotonic(), 0
    code = [sys.executable, "-m", "tests.benchmarks.bench_odd_photos", f"--{what}", str(folder)]
    with subprocess.Popen(code, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, resident(process.pid))
            time.sleep(0.05)
        told = process.stdout.read().strip() if process.stdout else ""
    seconds = time.monotonic() - begun
    print(f"{what:<6}{most / 1e6:>8,.0f} MB{seconds:>8.1f} s  {told}")
    return most / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("folder", "score", "show"):
        parser.add_argument(f"--{name}", type=Path)
    arguments = parser.parse_args()
    if arguments.score:
        score(arguments.score)
        return 0
    if arguments.show:
        show(arguments.show)
        return 0
    with tempfile.TemporaryDirectory(prefix="cdul-odd-") as home:
        folder = arguments.folder or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            make(folder)
        most = max(watch("score", folder), watch("show", folder))
    return int(most > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
