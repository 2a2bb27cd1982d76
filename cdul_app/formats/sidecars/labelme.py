"""labelme's image flags: <stem>.json beside each photo."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.short_names import Short, short_names
from cdul_app.formats.sidecars.sidecar_files import sidecar_files
from cdul_app.formats.written_items import Item, photo_items
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.measures.reviews import NO, UNOBSERVED, YES


def write_labelme(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """A class that is not decided has no flag."""
    assert table.sizes is not None, "labelme needs the sizes of photos"
    known, names = table.known, short_names(table.paths, Short.PICTURE)
    for row, path in enumerate(table.paths):
        width, height = table.sizes[row].tolist()
        content = {
            "version": "5.0.1",
            "flags": {
                table.class_names[column]: bool(table.labels[row, column])
                for column in np.flatnonzero(known[row])
            },
            "shapes": [],
            "imagePath": PurePosixPath(path).name,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        yield Item(f"{names[row]}.json", json.dumps(content, ensure_ascii=False))
    yield from photo_items(table)


def read_labelme(folder: Path) -> ReadLabels:
    """Raises LabelFileError, OSError, ValueError, KeyError, TypeError for another form."""
    cells: list[tuple[str, str, int, int]] = []
    for file, path in sidecar_files(folder, ".json"):
        content = read_input_json(file, most_bytes=MOST_CARD_BYTES)
        if not isinstance(content, dict) or "flags" not in content:
            continue  # another program's
        image = str(PurePosixPath(path).parent / PurePosixPath(content["imagePath"]).name)
        cells.append((image, "", UNOBSERVED, UNOBSERVED))
        for name, flag in (content["flags"] or {}).items():
            cells.append((image, str(name), YES if flag else NO, UNOBSERVED))
    return labels_of_cells(cells, folder, unwritten=UNOBSERVED, tells_answers=False)
