"""The lines of a CSV that a person has named, with its errors as sentences."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cdul_app.errors import LabelFileError, in_words
from cdul_app.input_files import MOST_TABLE_BYTES, open_input
from cdul_app.language import tr


class CsvLines:
    """Each line as cells, those left out that hold nothing."""

    def __init__(self, stream: io.TextIOWrapper, file: Path) -> None:
        self.reader = csv.reader(stream)
        self.file = file

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        while True:
            cells = next(self.reader)
            if any(map(str.strip, cells)):
                return cells

    def amiss(self, wanted: str) -> LabelFileError:
        """The error of the line that was read last, which must hold what is `wanted`."""
        return LabelFileError(
            tr(
                "Line {line} of the label file {file} must hold {wanted}: correct it and try "
                "again.",
                line=str(self.reader.line_num),
                file=self.file,
                wanted=wanted,
            )
        )


@contextmanager
def csv_lines(file: Path) -> Iterator[CsvLines]:
    """Raises LabelFileError, also for what goes wrong in the block."""
    try:
        with io.TextIOWrapper(
            open_input(file, most_bytes=MOST_TABLE_BYTES), encoding="utf-8-sig", newline=""
        ) as stream:
            yield CsvLines(stream, file)
    except FileNotFoundError as error:
        raise LabelFileError(
            tr("There is no label file {file}: check its name.", file=file)
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error if isinstance(error, csv.Error) else in_words(error)
        raise LabelFileError(
            tr(
                "The label file {file} cannot be read ({reason}): it must be a CSV file in UTF-8.",
                file=file,
                reason=reason,
            )
        ) from error
