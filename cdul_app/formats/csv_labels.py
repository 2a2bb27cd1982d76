"""Wide CSV: `image,<class>,<class>...` with 0 and 1, the form `evaluate --truth` reads."""

import csv
import itertools
from typing import TextIO

from cdul_app.formats.label_table import LabelTable
from cdul_app.formula_cells import safe_cell


def write_csv_labels(table: LabelTable, stream: TextIO) -> None:
    # Until Python 3.13 a carriage return alone is not quoted, and would end the line when read.
    names, paths = map(safe_cell, table.class_names), [safe_cell(path) for path in table.paths]
    texts = itertools.chain(table.class_names, table.paths)
    writer = (
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        if any("\r" in text for text in texts)
        else csv.writer(stream, lineterminator="\n")
    )
    writer.writerow(["image", *names])
    for path, row in zip(paths, table.labels.astype(int).tolist(), strict=True):
        writer.writerow([path, *row])
