"""Labels as a file says them, whatever form it has: truth to compare with, or answers to take."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import LabelFileError
from cdul_app.formats.short_names import Short
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.method.arrays import IntArray

MOST_IMAGES = 1_000_000
MOST_CELLS = 250_000_000  # photos times classes: bytes of memory


@dataclass(frozen=True)
class ReadLabels:
    image_names: tuple[str, ...]  # as written in the file
    class_names: tuple[str, ...]
    labels: IntArray  # (n_images, n_classes) int8 of -1 left open, 0 no, 1 yes
    says_no: bool = True  # else a 0 means only that the class is not listed for the photo
    answers: IntArray | None = None  # the labels that a person gave; None where it does not tell
    short: Short | None = None  # image_names may lack their suffix, as those of VOC

    def given(self, *, unlisted_is_no: bool) -> IntArray:
        """(n_images, n_classes) of -1, 0, 1: what may be taken for a person's answers.

        unlisted_is_no : a class that a file of lists does not name for a photo is not in it.
        """
        if self.answers is not None:
            return self.answers
        if self.says_no or unlisted_is_no:
            return self.labels
        return np.where(self.labels == NO, np.int8(UNOBSERVED), self.labels)


def labels_of_lists(
    images: list[tuple[str, list[str]]],
    class_names: Iterable[str],
    source: Path,
    *,
    short: Short | None = None,
) -> ReadLabels:
    """Labels that are written as lists of classes, read from `source`.

    images : (name, classes in it); names that differ in case or spacing only are one class.
    Raises LabelFileError where there are no photos or no classes.
    """
    names = [name for name, _ in images]
    labels, classes = table_of(names, class_names, source, value=NO)
    columns = {name_key(name): column for column, name in enumerate(classes)}
    for row, (_, present) in enumerate(images):
        labels[row, [columns[name_key(name)] for name in present]] = YES
    return ReadLabels(tuple(names), classes, labels, says_no=False, short=short)


def labels_of_cells(
    cells: Iterable[tuple[str, str, int, int]],
    source: Path,
    *,
    unwritten: int,
    tells_answers: bool = True,
    classes: Iterable[str] = (),
) -> ReadLabels:
    """Labels that are written one by one.

    cells : (image, class, label, answer) with -1 left open, 0 no, 1 yes; with an empty class only
    the photo is named.  unwritten : the label of what is not written, -1 or 0.  classes : those
    that stand in the file beside.  Raises LabelFileError where there are no photos or no classes.
    """
    found = list(cells)
    images = list(dict.fromkeys(image for image, *_ in found))
    named = [*classes, *(name for _, name, *_ in found if name)]
    labels, shown = table_of(images, named, source, value=unwritten, order=False)
    answers = np.full_like(labels, UNOBSERVED)
    rows = {image: row for row, image in enumerate(images)}
    columns = {name_key(name): column for column, name in enumerate(shown)}
    for image, name, label, answer in found:
        if name:
            cell = rows[image], columns[name_key(name)]
            labels[cell], answers[cell] = label, answer
    return ReadLabels(
        tuple(images),
        shown,
        labels,
        says_no=unwritten == UNOBSERVED,
        answers=answers if tells_answers else None,
    )


def table_of(
    images: list[str], class_names: Iterable[str], source: Path, *, value: int, order: bool = True
) -> tuple[IntArray, tuple[str, ...]]:
    """A table full of `value`, and the classes without those that are named twice, by name or in
    the order they come in.  Raises LabelFileError."""
    shown: dict[str, str] = {}
    for name in sorted(class_names) if order else class_names:
        shown.setdefault(name_key(name), name)
    if not images or not shown:
        raise LabelFileError(
            tr("{source} names no photos or no classes: choose another file.", source=source)
        )
    check_size(len(images), len(shown), source)
    return np.full((len(images), len(shown)), value, dtype=np.int8), tuple(shown.values())


def check_size(images: int, classes: int, source: Path) -> None:
    """Raises LabelFileError where there is more than the app reads in seconds."""
    if images > MOST_IMAGES:
        raise LabelFileError(
            tr(
                "{source} names more than {most_images} photos, which is the most that is read: "
                "leave out those that are not in your folder.",
                source=source,
                most_images=MOST_IMAGES,
            )
        )
    if images * classes > MOST_CELLS:
        raise LabelFileError(
            tr(
                "{source} has {images} photos times {classes} classes, and {most_cells} labels is "
                "the most that is read: leave out photos or classes.",
                source=source,
                images=images,
                classes=classes,
                most_cells=MOST_CELLS,
            )
        )
