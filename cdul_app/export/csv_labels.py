"""Wide CSV: `image,<class>,<class>...` with 0 and 1, the form `evaluate --truth` reads."""

import csv
from typing import TextIO

from cdul_app.export.label_table import LabelTable


def write_csv_labels(table: LabelTable, stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["image", *table.class_names])
    for path, row in zip(table.paths, table.labels.astype(int).tolist(), strict=True):
        writer.writerow([path, *row])
