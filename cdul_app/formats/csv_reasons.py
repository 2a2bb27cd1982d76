"""Long CSV: a label a line, with everything that it comes from, for a spreadsheet's filters."""

import csv
from collections.abc import Mapping
from typing import TextIO

import numpy as np

from cdul_app.formats.label_reasons import label_reason, reasoned_columns
from cdul_app.formats.label_table import LabelTable
from cdul_app.formula_cells import safe_cell

COLUMNS = (
    "image", "class", "label",  # 1 yes, 0 no: an answer may be no
    "source",  # "answer", or the kind of label whose score is told
    "score", "threshold", "threshold_origin", "encoder", "run", "snippet",
    "answered", "score_shown", "threshold_shown", "run_shown",  # of answers
)  # fmt: skip


def write_csv_reasons(table: LabelTable, stream: TextIO) -> None:
    """Photos without a label or an answer have no line."""
    # Text is quoted throughout: a carriage return within a name must not end the line.
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    run = table.provenance.get("run")
    made_by = {
        "encoder": table.provenance.get("encoder", ""),
        "run": run.get("id", "") if isinstance(run, Mapping) else "",
    }
    for row, path in enumerate(table.paths):
        for column in reasoned_columns(table, row):
            score = float(table.scores[row, column])
            scored = {} if np.isnan(score) else {"score": round(score, 4), **made_by}
            reason = label_reason(table, row, column)
            box = reason.get("snippet")
            line = {
                "image": path,
                "class": table.class_names[column],
                "label": int(table.labels[row, column]),
                "threshold": round(float(table.thresholds[column]), 4),
                **scored,
                **reason,
                "snippet": " ".join(map(str, box)) if isinstance(box, list) else "",
            }
            if table.threshold_origins:
                line["threshold_origin"] = table.threshold_origins[column]
            cells = (line.get(name, "") for name in COLUMNS)
            writer.writerow([safe_cell(c) if isinstance(c, str) else c for c in cells])
