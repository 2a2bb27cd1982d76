"""COCO JSON: a whole-photo box a label; FiftyOne sees no labels without boxes."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.text_blocks import blocks


def write_coco(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    """Numbers begin at 1, categories in the order of the classes; with scores each annotation
    has one."""
    assert table.sizes is not None, "COCO needs the sizes of photos"
    head = {
        "info": {"description": "image-level labels of cdul_app: each box is a whole photo"},
        "licenses": [],
        "categories": [
            {"id": number, "name": name} for number, name in enumerate(table.class_names, start=1)
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "images": ['
    sizes = table.sizes.tolist()
    for rows in blocks(len(table.paths)):
        lines = [
            json.dumps(
                {
                    "id": row + 1,
                    "file_name": table.paths[row],
                    "width": sizes[row][0],
                    "height": sizes[row][1],
                },
                ensure_ascii=False,
            )
            for row in rows
        ]
        yield (",\n" if rows.start else "\n") + ",\n".join(lines)
    yield '\n], "annotations": ['
    number = 0
    for row, columns in enumerate(map(np.flatnonzero, table.labels)):
        width, height = sizes[row]
        for column in columns.tolist():
            number += 1
            line = {
                "id": number,
                "image_id": row + 1,
                "category_id": column + 1,
                "bbox": [0, 0, width, height],
                "area": width * height,
                "iscrowd": 0,
            }
            score = float(table.scores[row, column])
            if options.scores and not np.isnan(score):
                line["score"] = round(score, 4)
            yield (",\n" if number > 1 else "\n") + json.dumps(line)
    yield "\n]}\n"


def read_coco(content: Mapping[str, Any], file: Path) -> ReadLabels:
    """Of COCO's object detection, as instances_val2017.json, or of `write_coco`.

    A photo has a class where an annotation of its category is there, crowds included; all
    categories of the file are compared.  Raises KeyError, TypeError for another form,
    LabelFileError where there is nothing.
    """
    names = {item["id"]: str(item["name"]).strip() for item in content["categories"]}
    present: dict[Any, list[str]] = {item["id"]: [] for item in content["images"]}
    for item in content["annotations"]:
        present[item["image_id"]].append(names[item["category_id"]])
    images = [(str(item["file_name"]), present[item["id"]]) for item in content["images"]]
    return labels_of_lists(images, names.values(), file)
