"""Long CSV: a label a line, with everything that it comes from, for a spreadsheet's filters."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_reasons import label_reason, reasoned_columns
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.tables.csv_lines import csv_lines
from cdul_app.formats.text_blocks import blocks
from cdul_app.formats.written_items import BOM
from cdul_app.formula_cells import cell_text, safe_cell
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

COLUMNS = (
    "image", "class", "label",  # 1 yes, 0 no: an answer may be no; empty: not decided
    "source",  # "answer", or the kind of label whose score is told
    "score", "threshold", "threshold_origin", "encoder", "run", "snippet",
    "answered", "score_shown", "threshold_shown", "run_shown", "imported_from",  # of answers
)  # fmt: skip
_ANSWER = "answer"
_LABELS = {"1": YES, "0": NO, "": UNOBSERVED}


def write_long_csv(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    """A photo without a label or an answer has one line, with an empty class."""
    # Text is quoted throughout: a carriage return within a name must not end the line.
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    if options.bom:
        stream.write(BOM)
    writer.writerow(COLUMNS)
    run = table.provenance.get("run")
    made_by = {
        "encoder": table.provenance.get("encoder", ""),
        "run": run.get("id", "") if isinstance(run, Mapping) else "",
    }
    known = table.known
    for rows in blocks(len(table.paths)):
        for row in rows:
            columns = [*reasoned_columns(table, row), *np.flatnonzero(~known[row]).tolist()]
            for column in sorted(columns):
                cells = _cells(table, row, column, made_by, known=bool(known[row, column]))
                writer.writerow([safe_cell(c) if isinstance(c, str) else c for c in cells])
            if not columns:
                writer.writerow([safe_cell(table.paths[row]), *[""] * (len(COLUMNS) - 1)])
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()
    yield stream.getvalue()


def _cells(
    table: LabelTable, row: int, column: int, made_by: Mapping[str, object], *, known: bool
) -> list[object]:
    line: dict[str, object] = {"image": table.paths[row], "class": table.class_names[column]}
    if known:
        score = float(table.scores[row, column])
        line |= {
            "label": int(table.labels[row, column]),
            "threshold": round(float(table.thresholds[column]), 4),
        }
        line |= {} if np.isnan(score) else {"score": round(score, 4), **made_by}
        line |= label_reason(table, row, column)
        box = line.get("snippet")
        line["snippet"] = " ".join(map(str, box)) if isinstance(box, list) else ""
        if table.threshold_origins:
            line["threshold_origin"] = table.threshold_origins[column]
    return [line.get(name, "") for name in COLUMNS]


def read_long_csv(file: Path) -> ReadLabels:
    """Answers are told from the machine's labels by the column “source”, where there is one.

    Raises LabelFileError.
    """
    with csv_lines(file) as lines:
        head = next(lines)
        places = {name: head.index(name) for name in ("image", "class", "label")}
        source = head.index("source") if "source" in head else None
        cells = []
        for line in lines:
            word = line[places["label"]].strip() if len(line) == len(head) else "?"
            if word not in _LABELS:
                raise lines.amiss(tr("a photo, a class, and 1, 0 or nothing as its label"))
            label = _LABELS[word]
            answered = source is not None and line[source] == _ANSWER
            cells.append(
                (
                    cell_text(line[places["image"]]),
                    cell_text(line[places["class"]]),
                    label,
                    label if answered else UNOBSERVED,
                )
            )
    return labels_of_cells(cells, file, unwritten=NO, tells_answers=source is not None)
