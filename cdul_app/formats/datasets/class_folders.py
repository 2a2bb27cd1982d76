"""A folder a class: torchvision's ImageFolder, and Ultralytics' train and val above the classes.

They have room for one label a photo, so what becomes of several is chosen by a person.
"""

from collections.abc import Iterator

import numpy as np

from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions, Several
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.written_items import Item, check_names
from cdul_app.language import tr, translatable
from cdul_app.measures.reviews import YES


def write_class_folders(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    return _write(table, options, in_parts=bool(table.splits))


def write_ultralytics(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """Raises ExportError without a split: Ultralytics reads train and val."""
    if not table.splits:
        raise ExportError(
            tr("Ultralytics reads a train and a val folder: choose a split, such as 0.8,0.2.")
        )
    return _write(table, options, in_parts=True)


def _write(table: LabelTable, options: ExportOptions, *, in_parts: bool) -> Iterator[Item]:
    if options.several is None:
        raise ExportError(
            tr(
                "Folders of classes have room for one label a photo: choose where one with "
                "several goes, to the best of them, into each, or nowhere."
            )
        )
    check_names(
        table.class_names, "/\\\n\r\0", translatable("class"), translatable("folders of classes")
    )
    for name in table.class_names:
        if name.strip(". ") == "":
            raise ExportError(
                tr(
                    "The class “{name}” cannot be a folder: rename it, or choose another format.",
                    name=name,
                )
            )
    for row, path in enumerate(table.paths):
        part = f"{table.split(row)}/" if in_parts else ""
        for column in _columns(table, row, options.several):
            # One folder deep: photos of several folders that share a name keep apart.
            flat = path.replace("/", "__")
            yield Item(f"{part}{table.class_names[column]}/{flat}", photo=table.folder / path)


def _columns(table: LabelTable, row: int, several: Several) -> list[int]:
    columns = np.flatnonzero(table.labels[row])
    if len(columns) < 2 or several is Several.EACH:
        return columns.tolist()
    if several is Several.LEAVE_OUT:
        return []
    ranks = np.where(table.answers[row] == YES, 2.0, np.nan_to_num(table.scores[row]))
    return [int(columns[ranks[columns].argmax()])]
