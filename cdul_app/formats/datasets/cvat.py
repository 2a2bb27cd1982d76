"""“CVAT for images 1.1”: annotations.xml with a tag a label."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.written_items import Item, photo_items
from cdul_app.formats.xml_input import read_xml, xml_text
from cdul_app.input_files import MOST_TABLE_BYTES
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

ANNOTATIONS = "annotations.xml"
_BY_HAND, _BY_MACHINE = "manual", "auto"  # CVAT's words


def write_cvat(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    yield Item("README.md", table.card)
    yield Item(ANNOTATIONS, "".join(_lines(table)))
    yield from photo_items(table, "images/")


def _lines(table: LabelTable) -> Iterator[str]:
    assert table.sizes is not None, "CVAT needs the sizes of photos"
    labels = "".join(
        f"<label><name>{xml_text(name)}</name><type>tag</type><attributes></attributes></label>\n"
        for name in table.class_names
    )
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
        f"<meta><task><id>1</id><name>cdul_app</name><size>{len(table.paths)}</size>"
        f"<mode>annotation</mode><labels>\n{labels}</labels></task></meta>\n"
    )
    for row, path in enumerate(table.paths):
        width, height = table.sizes[row].tolist()
        tags = "".join(
            f'<tag label="{xml_text(table.class_names[column])}" source="'
            f'{_BY_MACHINE if table.answers[row, column] == UNOBSERVED else _BY_HAND}"></tag>'
            for column in np.flatnonzero(table.labels[row])
        )
        yield (
            f'<image id="{row}" name="{xml_text(path)}" width="{width}" height="{height}">'
            f"{tags}</image>\n"
        )
    yield "</annotations>\n"


def read_cvat(file: Path) -> ReadLabels:
    """Tags that were set by hand are answers.  Raises LabelFileError, ValueError without names."""
    root = read_xml(file, most_bytes=MOST_TABLE_BYTES)
    classes = [name.text or "" for name in root.iterfind("meta//labels/label/name")]
    cells: list[tuple[str, str, int, int]] = []
    for image in root.iter("image"):
        path = image.attrib["name"]
        cells.append((path, "", NO, UNOBSERVED))
        for tag in image.iter("tag"):
            by_hand = tag.get("source", _BY_HAND) == _BY_HAND
            cells.append((path, tag.attrib["label"], YES, YES if by_hand else UNOBSERVED))
    return labels_of_cells(cells, file, unwritten=NO, classes=filter(None, classes))
