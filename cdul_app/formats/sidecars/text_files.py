"""A .txt beside each photo with its labels and commas between, as trainers of image models read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.short_names import Short, short_names, stem
from cdul_app.formats.sidecars.sidecar_files import sidecar_files
from cdul_app.formats.written_items import BOM, Item, check_names, photo_items
from cdul_app.input_files import MOST_CARD_BYTES, read_input_text
from cdul_app.language import translatable

_TITLE = translatable("text files beside photos")


def write_text_files(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """Raises ExportError for a class that a list cannot hold."""
    check_names(table.class_names, f",\n\r{BOM}", translatable("class"), _TITLE)
    names = short_names(table.paths, Short.PICTURE)
    for row, name in enumerate(names):
        yield Item(f"{name}.txt", ", ".join(table.names(row)))
    yield from photo_items(table, names=names)


def read_text_files(folder: Path) -> ReadLabels:
    """Raises LabelFileError, OSError, ValueError for another form."""
    images = []
    for file, path in sidecar_files(folder, ".txt"):
        words = read_input_text(file, most_bytes=MOST_CARD_BYTES).split(",")
        images.append((stem(path), [word.strip() for word in words if word.strip()]))
    names = [name for _, present in images for name in present]
    return replace(labels_of_lists(images, names, folder), short=Short.PICTURE)
