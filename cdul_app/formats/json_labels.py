"""JSON: labels with their scores, thresholds, a person's answers and where each came from."""

import json
from typing import TextIO

import numpy as np

from cdul_app.formats.label_reasons import label_reason, reasoned_columns
from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.reviews import UNOBSERVED, YES

FORMAT = "cdul_app labels 1"


def write_json_labels(table: LabelTable, stream: TextIO) -> None:
    """One photo a line, so that a large file can be read and compared line by line."""
    classes = [
        {"name": name, "threshold": round(float(threshold), 4)}
        for name, threshold in zip(table.class_names, table.thresholds, strict=True)
    ]
    for entry, origin in zip(classes, table.threshold_origins, strict=False):
        entry["threshold_origin"] = origin
    head = {"format": FORMAT, "provenance": dict(table.provenance), "classes": classes}
    stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "images": [')
    for row in range(len(table.paths)):
        stream.write(",\n" if row else "\n")
        stream.write(json.dumps(_image(table, row), ensure_ascii=False))
    stream.write("\n]}\n")


def _image(table: LabelTable, row: int) -> dict[str, object]:
    names, scores, answers = table.class_names, table.scores[row], table.answers[row]
    return {
        "image": table.paths[row],
        "labels": [names[column] for column in np.flatnonzero(table.labels[row])],
        "scores": {
            name: round(float(score), 4)
            for name, score in zip(names, scores, strict=True)
            if not np.isnan(score)
        },
        "answers": {
            name: "yes" if answer == YES else "no"
            for name, answer in zip(names, answers, strict=True)
            if answer != UNOBSERVED
        },
        "why": {
            names[column]: label_reason(table, row, column)
            for column in reasoned_columns(table, row)
        },
    }
