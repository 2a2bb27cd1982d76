"""Open Images' image-level labels: the one exchange form that says a verified no.

Confidence 1 is yes and 0 no, both of a person (Source “verification”); of the machine's labels
(“machine”) the confidence is the score.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.short_names import Short, short_names
from cdul_app.formats.tables.csv_lines import csv_lines
from cdul_app.formats.written_items import Item, photo_items
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

HUMAN = "-annotations-human-imagelabels.csv"
MACHINE = "-annotations-machine-imagelabels.csv"
_CLASSES, _IMAGES = "class-descriptions.csv", "image_ids_and_rotation.csv"
_HEAD = ("ImageID", "Source", "LabelName", "Confidence")
_ROTATION = [
    "ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL",
    "Author", "Title", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation",
]  # fmt: skip


def write_open_images(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """A person's answers, and beside them the machine's labels."""
    codes = [f"/m/cdul{number}" for number in range(1, len(table.class_names) + 1)]
    yield Item("README.md", table.card)
    pairs = zip(codes, table.class_names, strict=True)
    yield Item(f"annotations/{_CLASSES}", _csv(pairs))
    ids = short_names(table.paths, Short.PICTURE)
    rotation = ([ids[row], table.split(row), *[""] * 10] for row in range(len(ids)))
    yield Item(f"annotations/{_IMAGES}", _csv([_ROTATION, *rotation]))
    answered = table.answers != UNOBSERVED
    for part in dict.fromkeys(table.splits) or ["train"]:
        rows = [row for row in range(len(ids)) if table.split(row) == part]
        human = (
            (ids[row], "verification", codes[column], int(table.answers[row, column]))
            for row in rows
            for column in np.flatnonzero(answered[row])
        )
        yield Item(f"annotations/{part}{HUMAN}", _csv([_HEAD, *human]))
        machine = (
            (ids[row], "machine", codes[column], round(float(table.scores[row, column]), 4))
            for row in rows
            for column in np.flatnonzero(table.labels[row] & ~answered[row])
        )
        yield Item(f"annotations/{part}{MACHINE}", _csv([_HEAD, *machine]))
    yield from photo_items(table, "images/{split}/", ids)


def _csv(lines: Iterable[Iterable[object]]) -> str:
    """No cell is changed against formulas: the readers of this form know no such mark."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerows(lines)
    return stream.getvalue()


def read_open_images(folder: Path) -> ReadLabels:
    """What no line tells of is left open.  A label of the machine is one whatever its confidence.

    Raises LabelFileError, ValueError, IndexError for another form.
    """
    place = folder / "annotations"
    names: dict[str, str] = {}
    if (place / _CLASSES).is_file():
        with csv_lines(place / _CLASSES) as lines:
            names = {line[0]: line[1] for line in lines}
    cells: list[tuple[str, str, int, int]] = []
    if (place / _IMAGES).is_file():
        with csv_lines(place / _IMAGES) as lines:
            next(lines)
            cells += [(line[0], "", UNOBSERVED, UNOBSERVED) for line in lines]
    # The machine's first: a person's answer to the same stands after it.
    for kind in (MACHINE, HUMAN):
        for file in sorted(place.glob(f"*{kind}")):
            with csv_lines(file) as lines:
                head = next(lines)
                image, label, value = (head.index(name) for name in (_HEAD[0], *_HEAD[2:]))
                for line in lines:
                    yes = kind == MACHINE or float(line[value]) >= 0.5
                    word = YES if yes else NO
                    name = names.get(line[label], line[label])
                    cells.append((line[image], name, word, word if kind == HUMAN else UNOBSERVED))
    read = labels_of_cells(cells, folder, unwritten=UNOBSERVED, classes=names.values())
    return replace(read, short=Short.PICTURE)
