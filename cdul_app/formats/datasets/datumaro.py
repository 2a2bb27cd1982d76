"""Datumaro JSON: annotations/<part>.json and images/<part>/, with where each label comes from."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.short_names import Short, short_names
from cdul_app.formats.written_items import Item, photo_items
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_json
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

_SOURCE, _ANSWER = "source", "answer"


def write_datumaro(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    assert table.sizes is not None, "Datumaro needs the sizes of photos"
    yield Item("README.md", table.card)
    labels = [{"name": name, "parent": "", "attributes": []} for name in table.class_names]
    head = {
        "dm_format_version": "1.0",
        "media_type": 2,
        "infos": {},
        "categories": {
            "label": {"labels": labels, "label_groups": [], "attributes": []},
            "points": {"items": []},
        },
    }
    keys = short_names(table.paths, Short.NONE)
    for part in dict.fromkeys(table.splits) or ["train"]:
        rows = [row for row in range(len(keys)) if table.split(row) == part]
        items = ",\n".join(
            json.dumps(_item(table, row, keys[row]), ensure_ascii=False) for row in rows
        )
        text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": [\n{items}\n]}}\n'
        yield Item(f"annotations/{part}.json", text)
    yield from photo_items(table, "images/{split}/")


def _item(table: LabelTable, row: int, key: str) -> dict[str, object]:
    assert table.sizes is not None
    annotations = []
    for column in np.flatnonzero(table.labels[row]).tolist():
        answered = table.answers[row, column] != UNOBSERVED
        attributes: dict[str, object] = {
            _SOURCE: _ANSWER if answered else table.provenance.get("labels", "scores")
        }
        if not np.isnan(table.scores[row, column]):
            attributes["score"] = round(float(table.scores[row, column]), 4)
        annotations.append(
            {"id": 0, "type": "label", "attributes": attributes, "group": 0, "label_id": column}
        )
    width, height = table.sizes[row].tolist()
    image = {"path": table.paths[row], "size": [height, width]}
    return {"id": key, "annotations": annotations, "image": image}


def read_datumaro_content(content: Mapping[str, Any], file: Path) -> ReadLabels:
    """One part.  Raises ValueError, KeyError, TypeError, IndexError for another form,
    LabelFileError where there is nothing."""
    return _read(content["categories"], content["items"], file)


def read_datumaro_folder(folder: Path) -> ReadLabels:
    """All parts together; their lists of classes must be one.  Raises as
    `read_datumaro_content`, and OSError."""
    categories, items = None, []
    for file in sorted((folder / "annotations").glob("*.json")):
        content = read_input_json(file, most_bytes=MOST_TABLE_BYTES)
        if categories not in (None, content["categories"]):
            raise ValueError(tr("its parts have other classes"))
        categories = content["categories"]
        items += content["items"]
    return _read(categories, items, folder)


def _read(categories: Any, items: list[Any], source: Path) -> ReadLabels:
    classes = [str(each["name"]) for each in categories["label"]["labels"]]
    cells: list[tuple[str, str, int, int]] = []
    tells = False
    for item in items:
        path = str(item.get("image", {}).get("path") or item["id"])
        cells.append((path, "", NO, UNOBSERVED))
        for label in item["annotations"]:
            if label["type"] == "label":
                origin = label.get("attributes", {}).get(_SOURCE)
                tells |= origin is not None
                answer = YES if origin == _ANSWER else UNOBSERVED
                cells.append((path, classes[label["label_id"]], YES, answer))
    return labels_of_cells(cells, source, unwritten=NO, tells_answers=tells, classes=classes)
