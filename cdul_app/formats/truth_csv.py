"""Truth read from a wide CSV: `image,<class>,<class>...` with 0 and 1."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError, in_words
from cdul_app.formats.truth_table import MOST_IMAGES, Truth, check_size
from cdul_app.formula_cells import cell_text
from cdul_app.input_files import MOST_TABLE_BYTES, open_input

if TYPE_CHECKING:
    from _csv import Reader  # its name in the types of the standard library


def read_truth_csv(file: Path) -> Truth:
    """Read a truth file.  Raises TruthError, with the line number, where it cannot be used."""
    try:
        with io.TextIOWrapper(
            open_input(file, most_bytes=MOST_TABLE_BYTES), encoding="utf-8-sig", newline=""
        ) as stream:
            return _read_lines(csv.reader(stream), file)
    except FileNotFoundError as error:
        raise TruthError(f"There is no truth file {file}: check its name.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error if isinstance(error, csv.Error) else in_words(error)
        raise TruthError(
            f"The truth file {file} cannot be read ({reason}): it must be a CSV file in UTF-8."
        ) from error


def _read_lines(reader: "Reader", file: Path) -> Truth:
    lines = (cells for cells in reader if any(map(str.strip, cells)))
    class_names = [cell_text(name.strip()) for name in next(lines, [])[1:]]
    _refuse_repeated_class(file, class_names)
    count = len(class_names)
    values = bytearray()  # of all rows, one after the other
    rows: dict[str, int] = {}
    images: list[str] = []
    ends: list[int] = []  # the number of each row's last line, as an editor counts
    for row, cells in enumerate(lines):
        image, *labels = cells
        text = "".join(labels)
        # Without an empty one, as many signs as cells are one each.
        if len(labels) != count or len(text) != count or "" in labels or text.strip("01"):
            labels = [label.strip() for label in labels]
            if len(labels) != count or any(label not in ("0", "1") for label in labels):
                raise TruthError(
                    f"Line {reader.line_num} of the truth file {file} must hold a photo's name and "
                    f"{count:,} values of 0 or 1: correct it and try again."
                )
            text = "".join(labels)
        content = text.encode("ascii")
        earlier = rows.setdefault(image, row)
        if earlier != row and values[earlier * count : (earlier + 1) * count] != content:
            raise TruthError(
                f"Line {reader.line_num} of the truth file {file} contradicts line {ends[earlier]} "
                "on the same photo: remove one of them."
            )
        if row >= MOST_IMAGES or not count:
            break
        values += content
        images.append(image)
        ends.append(reader.line_num)
    else:
        row = len(images) - 1
    if not images or not count:
        raise TruthError(
            f"The truth file {file} holds no labels: its first line must be image,<class>,<class>… "
            "with commas, and every further line one photo with 0 or 1 for each class."
        )
    check_size(row + 1, count, file)
    table = np.frombuffer(values, dtype=np.int8).reshape(-1, count) - np.int8(ord("0"))
    return Truth(tuple(map(cell_text, images)), tuple(class_names), table)


def _refuse_repeated_class(file: Path, class_names: list[str]) -> None:
    seen: set[str] = set()
    for name in class_names:
        if name_key(name) in seen:
            raise TruthError(
                f"The class “{name}” has two columns in the truth file {file}: remove one of them."
            )
        seen.add(name_key(name))
