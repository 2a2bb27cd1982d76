"""Writing a label file whole or not at all."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from cdul_app.core.errors import ExportError
from cdul_app.export.csv_labels import write_csv_labels
from cdul_app.export.json_labels import write_json_labels
from cdul_app.export.label_table import LabelTable

LABEL_WRITERS: dict[str, Callable[[LabelTable, TextIO], None]] = {
    "csv": write_csv_labels,
    "json": write_json_labels,
}


def write_label_file(table: LabelTable, file: Path, *, label_format: str) -> None:
    """Write `table` to `file` ("csv" or "json"), replacing it only when all is written.

    Raises ExportError for an unknown format or a place that cannot be written.
    """
    writer = LABEL_WRITERS.get(label_format)
    if writer is None:
        known = ", ".join(LABEL_WRITERS)
        raise ExportError(f"There is no label format “{label_format}”: choose one of {known}.")
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer(table, stream)
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ExportError(
            f"The labels cannot be written to {file} ({error.strerror}): choose another place."
        ) from error
