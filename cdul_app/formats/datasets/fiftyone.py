"""FiftyOneImageClassificationDataset: labels.json for photos that stay where they are.

Read back with fo.Dataset.from_dir(data_path=PHOTOS, labels_path=FILE, dataset_type=...).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.short_names import Short, short_names
from cdul_app.formats.text_blocks import blocks
from cdul_app.measures.reviews import UNOBSERVED


def write_fiftyone(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    """A key is the path without its suffix, or absolute where two photos would share one."""
    yield json.dumps({"classes": list(table.class_names)}, ensure_ascii=False)[:-1]
    yield ', "labels": {'
    keys = [
        str((table.folder / path).absolute()) if key == path else key
        for key, path in zip(short_names(table.paths, Short.NONE), table.paths, strict=True)
    ]
    for rows in blocks(len(keys)):
        lines = [
            f"{json.dumps(keys[row], ensure_ascii=False)}: "
            f"{json.dumps(_entries(table, row, options), ensure_ascii=False)}"
            for row in rows
        ]
        yield (",\n" if rows.start else "\n") + ",\n".join(lines)
    yield "\n}}\n"


def _entries(table: LabelTable, row: int, options: ExportOptions) -> list[dict[str, object]]:
    entries = []
    for column in np.flatnonzero(table.labels[row]).tolist():
        entry: dict[str, object] = {"label": table.class_names[column]}
        score = float(table.scores[row, column])
        if options.scores and not np.isnan(score):
            entry["confidence"] = round(score, 4)
        answered = table.answers[row, column] != UNOBSERVED
        source = "answer" if answered else table.provenance.get("labels", "scores")
        entry["attributes"] = {"source": source}
        entries.append(entry)
    return entries


def read_fiftyone(content: Mapping[str, Any], file: Path) -> ReadLabels:
    """A photo whose labels are null is not labelled, and left out.  Raises KeyError, TypeError
    for another form, LabelFileError where there is nothing."""
    classes = [str(name) for name in content["classes"] or ()]
    images = []
    for key, entries in content["labels"].items():
        if entries is None:
            continue
        listed = entries if isinstance(entries, list) else [entries]
        names = [entry["label"] if isinstance(entry, dict) else entry for entry in listed]
        images.append((key, [classes[n] if isinstance(n, int) else str(n) for n in names]))
    known = [*classes, *(name for _, names in images for name in names)]
    return labels_of_lists(images, known, file, short=Short.NONE)
