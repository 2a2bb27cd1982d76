"""Wide CSV: `image,<class>,<class>...` with 0 and 1, empty where a label is not decided."""

import csv
import io
from collections.abc import Iterator

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.text_blocks import blocks
from cdul_app.formats.written_items import BOM
from cdul_app.formula_cells import safe_cell

SCORE_COLUMN = "_score"


def write_wide_csv(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    names = [safe_cell(name) for name in table.class_names]
    paths = [safe_cell(path) for path in table.paths]
    # Until Python 3.13 a carriage return alone is not quoted, and would end the line when read.
    quoted = any("\r" in text for text in (*table.class_names, *table.paths))
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream,
        lineterminator="\n",
        quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL,
    )
    if options.bom:
        stream.write(BOM)
    writer.writerow(["image", *names, *(_score_names(names) if options.scores else ())])
    known = table.known
    some_open = not known.all()
    for rows in blocks(len(paths)):
        block = slice(rows.start, rows.stop)
        cells: list[list[object]] = table.labels[block].astype(int).tolist()
        if some_open:
            filled = table.labels[block].astype(int).astype(object)
            filled[~known[block]] = None
            cells = filled.tolist()
        if options.scores:
            scores = np.round(table.scores[block].astype(np.float64), 4).tolist()
            cells = [
                [*labels, *("" if score != score else score for score in row)]
                for labels, row in zip(cells, scores, strict=True)
            ]
        writer.writerows([path, *row] for path, row in zip(paths[block], cells, strict=True))
        yield _taken(stream)
    yield _taken(stream)


def _score_names(names: list[str]) -> list[str]:
    return [f"{name}{SCORE_COLUMN}" for name in names]


def _taken(stream: io.StringIO) -> str:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text
