"""Truth for evaluation: which classes are in which photo."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.method.arrays import IntArray


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
    columns = {key: column for column, key in enumerate(shown)}
    labels = np.zeros((len(images), len(columns)), dtype=np.int8)
    for row, (_, present) in enumerate(images):
        labels[row, [columns[name_key(name)] for name in present]] = 1
    return Truth(tuple(name for name, _ in images), tuple(shown.values()), labels)
