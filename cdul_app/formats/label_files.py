"""The formats labels are exported in, and writing such a file whole or not at all."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from cdul_app.errors import ExportError, in_words
from cdul_app.formats.csv_labels import write_csv_labels
from cdul_app.formats.csv_reasons import write_csv_reasons
from cdul_app.formats.json_labels import write_json_labels
from cdul_app.formats.label_table import LabelTable
from cdul_app.written_files import replacing

LABEL_WRITERS: dict[str, Callable[[LabelTable, TextIO], None]] = {
    "csv": write_csv_labels,
    "csv-reasons": write_csv_reasons,
    "json": write_json_labels,
}
EXPLAINED_FORMATS = frozenset({"csv-reasons", "json"})  # that tell where each label comes from


def write_label_file(table: LabelTable, file: Path, *, label_format: str) -> None:
    """Write `table` to `file` (a name of LABEL_WRITERS), replacing it only when all is written.

    A link stays, and what it points to is replaced; a pipe or device, such as /dev/stdout, is
    written as it is.  Raises ExportError for an unknown format or a place that cannot be written.
    """
    writer = LABEL_WRITERS.get(label_format)
    if writer is None:
        known = ", ".join(LABEL_WRITERS)
        raise ExportError(f"There is no label format “{label_format}”: choose one of {known}.")
    try:
        if file.exists() and not file.is_file():
            with file.open("w", encoding="utf-8", newline="") as stream:
                writer(table, stream)
        else:
            _replace(file.resolve(), lambda stream: writer(table, stream))
    except OSError as error:
        raise ExportError(
            f"The labels cannot be written to {file} ({in_words(error)}): choose another place."
        ) from error


def check_place(file: Path) -> None:
    """Raise ExportError where `file` can hardly be written, before the work for it is done."""
    if file.is_dir() or not file.parent.is_dir():
        reason = "it is a folder" if file.is_dir() else "its folder does not exist"
        raise ExportError(
            f"The labels cannot be written to {file} ({reason}): choose another place."
        )


def _replace(file: Path, write: Callable[[TextIO], None]) -> None:
    with replacing(file) as content:
        stream = io.TextIOWrapper(content, encoding="utf-8", newline="")
        try:
            write(stream)
            stream.flush()
        finally:
            stream.detach()  # the file is closed by who has opened it
