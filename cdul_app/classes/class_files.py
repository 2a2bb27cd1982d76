"""Lists of classes in files: one class a line, or a CSV with the names in its first column."""

import csv
import io
from pathlib import Path

from cdul_app.classes.class_list import (
    ClassDefinition,
    checked_classes,
    parse_class_lines,
    refuse_too_many,
)
from cdul_app.errors import ClassListError, in_words
from cdul_app.formula_cells import cell_text
from cdul_app.input_files import MOST_LIST_BYTES, read_input_text
from cdul_app.language import tr

_HEADERS = frozenset({"class", "classes", "class_name", "name", "names", "label", "labels"})


def read_class_file(file: Path) -> list[ClassDefinition]:
    """Read a list: a .csv by its first column (or its only line), others as `parse_class_lines`.

    Raises ClassListError with the file's name.
    """
    try:
        text = read_input_text(file, most_bytes=MOST_LIST_BYTES)
        is_csv = file.suffix.lower() == ".csv"
        return _parse_csv(text) if is_csv else parse_class_lines(text)
    except (OSError, ValueError, csv.Error) as error:
        reason = str(error) if isinstance(error, csv.Error) else in_words(error)
        raise ClassListError(
            tr(
                "The class list {file} cannot be read ({reason}): it must be a text file in "
                "UTF-8, one class a line.",
                file=file,
                reason=reason,
            )
        ) from error
    except ClassListError as error:
        raise ClassListError(f"{file.name}: {error}") from error


def _parse_csv(text: str) -> list[ClassDefinition]:
    first_line = text.lstrip().partition("\n")[0]
    # Spreadsheets where a comma is in numbers write semicolons.
    delimiter = max(",;\t", key=first_line.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows]
    names = [" ".join(cell_text(cell).split()) for cell in cells if cell.strip()]
    if len(rows) > 1 and names and names[0].casefold() in _HEADERS:
        del names[0]
    refuse_too_many(names)
    return checked_classes(map(ClassDefinition, names))
