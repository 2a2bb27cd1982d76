"""PASCAL VOC's lists of classification: ImageSets/Main/<class>_<part>.txt with 1 and -1."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from cdul_app.errors import LabelFileError, in_words
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.short_names import Short, short_names
from cdul_app.formats.written_items import BOM, Item, check_names, photo_items
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_text
from cdul_app.language import tr, translatable
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

VOC_LISTS = "ImageSets/Main"
_TITLE = translatable("VOC lists")
_BLANK = " \t\r"  # no other space: it may belong to a name
_VALUES = {"1": YES, "-1": NO, "0": UNOBSERVED}  # 0 is VOC's “difficult”


def write_voc_lists(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """A label that is not decided is 0, which VOC has for “difficult”: no reader counts it.

    Raises ExportError for names that no list can hold.
    """
    check_names(table.class_names, "\n\r/:\\", translatable("class"), _TITLE)
    check_names(table.paths, f"\n\r{BOM}", translatable("photo"), _TITLE)
    yield Item("README.md", table.card)
    names = "".join(f"{name}:::\n" for name in table.class_names)
    yield Item("labelmap.txt", f"# label:color_rgb:parts:actions\n{names}")
    values = np.where(table.known, np.where(table.labels, 1, -1), 0)
    ids = short_names(table.paths, Short.PICTURE)
    for part in dict.fromkeys(table.splits) or ["train"]:
        rows = [row for row in range(len(ids)) if table.split(row) == part]
        yield Item(f"{VOC_LISTS}/{part}.txt", "".join(f"{ids[row]}\n" for row in rows))
        for column, name in enumerate(table.class_names):
            lines = (f"{ids[row]} {values[row, column]}\n" for row in rows)
            yield Item(f"{VOC_LISTS}/{name}_{part}.txt", "".join(lines))
    yield from photo_items(table, "JPEGImages/", ids)


def read_voc_lists(folder: Path) -> ReadLabels:
    """Of all parts together: a list of names is a part, and “<class>_<part>” tells of a class.

    Raises LabelFileError, ValueError for another form.
    """
    cells: list[tuple[str, str, int, int]] = []
    contents = {file.stem: _lines(file) for file in sorted((folder / VOC_LISTS).glob("*.txt"))}
    parts = {name for name in contents if not any(each in contents for each in _ends(name))}
    for name, lines in contents.items():
        part = next((each for each in _ends(name) if each in parts), None)
        if part is None:
            cells += [(image, "", NO, UNOBSERVED) for image in lines]
            continue
        for line in lines:
            image, _, value = line.rpartition(" ")
            label = _VALUES[value]
            cells.append((image.rstrip(_BLANK), name.removesuffix(f"_{part}"), label, UNOBSERVED))
    read = labels_of_cells(cells, folder, unwritten=UNOBSERVED, tells_answers=False)
    return replace(read, short=Short.PICTURE)


def _ends(name: str) -> Iterator[str]:
    """What stands after each “_”, the longest first."""
    while "_" in name:
        name = name.partition("_")[2]
        yield name


def _lines(file: Path) -> list[str]:
    try:
        text = read_input_text(file, most_bytes=MOST_TABLE_BYTES)
    except (OSError, ValueError) as error:
        raise LabelFileError(
            tr(
                "The list {file} cannot be read ({why}): correct it and try again.",
                file=file,
                why=in_words(error),
            )
        ) from error
    lines = (line.rstrip(_BLANK) for line in text.split("\n"))
    return [line for line in lines if line]
