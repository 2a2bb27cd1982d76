"""Truth for evaluation: which classes are in which photo."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.method.arrays import IntArray

MOST_IMAGES = 1_000_000
MOST_CELLS = 250_000_000  # photos times classes: bytes of memory


@dataclass(frozen=True)
class Truth:
    image_names: tuple[str, ...]  # as written in the file
    class_names: tuple[str, ...]
    labels: IntArray  # (n_images, n_classes) int8, 0/1


def truth_of(
    images: list[tuple[str, list[str]]], class_names: Iterable[str], source: Path
) -> Truth:
    """Truth that is written as lists of classes, read from `source`.

    images : (name, classes in it); names that differ in case or spacing only are one class.
    Raises TruthError where there are no photos or no classes.
    """
    shown: dict[str, str] = {}
    for name in sorted(class_names):
        shown.setdefault(name_key(name), name)
    if not images or not shown:
        raise TruthError(f"{source} names no photos or no classes: choose another file.")
    check_size(len(images), len(shown), source)
    columns = {key: column for column, key in enumerate(shown)}
    labels = np.zeros((len(images), len(columns)), dtype=np.int8)
    for row, (_, present) in enumerate(images):
        labels[row, [columns[name_key(name)] for name in present]] = 1
    return Truth(tuple(name for name, _ in images), tuple(shown.values()), labels)


def check_size(images: int, classes: int, source: Path) -> None:
    """Raises TruthError where truth is larger than the app reads in seconds."""
    if images > MOST_IMAGES:
        raise TruthError(
            f"{source} names more than {MOST_IMAGES:,} photos, which is the most that is read: "
            "leave out those that are not in your folder."
        )
    if images * classes > MOST_CELLS:
        raise TruthError(
            f"{source} has {images:,} photos times {classes:,} classes, and {MOST_CELLS:,} labels "
            "is the most that is read: leave out photos or classes."
        )
