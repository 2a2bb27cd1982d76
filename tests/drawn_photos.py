"""The small drawn photos of this repository: copies of them, and as many more as a test needs."""

import shutil
from pathlib import Path

from PIL import Image

DRAWN_PHOTOS = Path(__file__).parent / "photos"  # `scenes/`, `truth.csv` and `classes.txt`


def drawn_classes() -> list[str]:
    return (DRAWN_PHOTOS / "classes.txt").read_text(encoding="utf-8").split()


def copy_photos(folder: Path, count: int, *, start: int = 0) -> list[Path]:
    """Photos `start` to `start + count` in the order of their names.  Returns the copies.

    Those after the last one are parts of the first ones, smaller with each round; truth does not
    know them.
    """
    folder.mkdir(exist_ok=True)
    drawn = sorted((DRAWN_PHOTOS / "scenes").iterdir())
    copies = []
    for index in range(start, start + count):
        cycle, place = divmod(index, len(drawn))
        source = drawn[place]
        if cycle == 0:
            copies.append(Path(shutil.copyfile(source, folder / source.name)))
            continue
        copies.append(folder / f"{source.stem}_part_{cycle:02d}.jpg")
        with Image.open(source) as photo:
            photo.crop((3 * cycle, 2 * cycle, *photo.size)).save(copies[-1])
    return copies
