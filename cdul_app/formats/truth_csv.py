"""Truth read from a wide CSV: `image,<class>,<class>...` with 0 and 1."""

import csv
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.formats.truth_table import Truth


def read_truth_csv(file: Path) -> Truth:
    """Read a truth file.  Raises TruthError, with the line number, where it cannot be used."""
    lines = _read_lines(file)
    if len(lines) < 2 or len(lines[0][1]) < 2:
        raise TruthError(
            f"The truth file {file} holds no labels: its first line must be image,<class>,<class>… "
            "with commas, and every further line one photo with 0 or 1 for each class."
        )
    header = [name.strip() for name in lines[0][1]]
    _refuse_repeated_class(file, header[1:])
    labels = np.zeros((len(lines) - 1, len(header) - 1), dtype=np.int8)
    rows_by_image: dict[str, int] = {}
    for row, (number, cells) in enumerate(lines[1:]):
        if len(cells) != len(header) or any(cell.strip() not in ("0", "1") for cell in cells[1:]):
            raise TruthError(
                f"Line {number} of the truth file {file} must hold a photo's name and "
                f"{len(header) - 1:,} values of 0 or 1: correct it and try again."
            )
        labels[row] = [int(cell) for cell in cells[1:]]
        earlier = rows_by_image.setdefault(cells[0], row)
        if (labels[earlier] != labels[row]).any():
            raise TruthError(
                f"Line {number} of the truth file {file} contradicts line {lines[earlier + 1][0]} "
                "on the same photo: remove one of them."
            )
    return Truth(tuple(cells[0] for _, cells in lines[1:]), tuple(header[1:]), labels)


def _read_lines(file: Path) -> list[tuple[int, list[str]]]:
    """Each with the number of the line it ends on, as an editor counts."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream)
            return [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except FileNotFoundError as error:
        raise TruthError(f"There is no truth file {file}: check its name.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise TruthError(
            f"The truth file {file} cannot be read ({reason}): it must be a CSV file in UTF-8."
        ) from error


def _refuse_repeated_class(file: Path, class_names: list[str]) -> None:
    seen: set[str] = set()
    for name in class_names:
        if name_key(name) in seen:
            raise TruthError(
                f"The class “{name}” has two columns in the truth file {file}: remove one of them."
            )
        seen.add(name_key(name))
