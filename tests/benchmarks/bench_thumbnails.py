"""A thumbnail from the cache on disk beside one decoded from the photo, by the photo's size.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_thumbnails`.  Milliseconds on one
thread, the files in the system's memory; the ratio is that of decoding to reading the cache.
Photos below the size that is worth it are not kept, and have no ratio.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QSize

from cdul_app.desktop.images.decoding import load_photo
from cdul_app.desktop.images.thumbnail_cache import FileState, ThumbnailCache

SIZES = ((320, 240), (640, 480), (1024, 768), (2048, 1536), (4000, 3000))
SIDES = (256, 448)  # device pixels
ROUNDS = 15


def milliseconds(act: Callable[[], object]) -> float:
    """The median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - begun))
    return float(np.median(times))


def draw(file: Path, size: tuple[int, int]) -> Path:
    """Coarse noise, smoothly enlarged: as many bytes as a detailed photo of its size."""
    noise = np.random.default_rng(0).integers(0, 255, (size[1] // 12, size[0] // 12, 3))
    image = Image.fromarray(noise.astype(np.uint8))
    image.resize(size, Image.Resampling.BICUBIC).save(file, quality=88)
    return file


def main() -> None:
    print(f"{'photo':<18}{'kB':>7}{'side':>6}{'decode':>9}{'write':>8}{'read':>8}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="cdul-thumbnails-") as home:
        cache = ThumbnailCache(Path(home) / "cache")
        for suffix in ("jpg", "png"):
            for size in SIZES[: 4 if suffix == "png" else None]:
                file = draw(Path(home) / f"{size[0]}.{suffix}", size)
                for side in SIDES:
                    report(cache, file, size, side)


def report(cache: ThumbnailCache, file: Path, size: tuple[int, int], side: int) -> None:
    state = FileState(file.stat().st_size, 1)
    bound = QSize(side, side)
    image = load_photo(file, bound).image
    decode = milliseconds(lambda: load_photo(file, bound))
    write = milliseconds(lambda: cache.write(file, state, side, image))
    name = f"{size[0]} × {size[1]} {file.suffix[1:]}"
    line = f"{name:<18}{state.size / 1000:>7.0f}{side:>6}{decode:>9.2f}"
    if cache.read(file, state, side) is None:
        print(f"{line}{'not kept':>16}")
        return
    read = milliseconds(lambda: cache.read(file, state, side))
    print(f"{line}{write:>8.2f}{read:>8.2f}{decode / read:>8.1f}")


if __name__ == "__main__":
    main()
