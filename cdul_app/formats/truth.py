"""Truth for evaluation, read from a wide CSV: `image,<class>,<class>...` with 0 and 1."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.method.arrays import IntArray


@dataclass(frozen=True)
class Truth:
    image_names: tuple[str, ...]  # as written in the file
    class_names: tuple[str, ...]
    labels: IntArray  # (n_images, n_classes) int8, 0/1


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


def match_truth(
    truth: Truth, photo_paths: Sequence[str], class_names: Sequence[str]
) -> tuple[list[int], list[int], IntArray]:
    """Align truth with photos and classes.

    Photos match by relative path, else by file name where that is unique among the photos; classes
    by name, whatever the case and spacing.
    Returns (rows of photo_paths, columns of class_names, labels (n_rows, n_columns) int8).
    Raises TruthError where nothing matches.
    """
    by_path = {path: row for row, path in enumerate(photo_paths)}
    by_name: dict[str, int | None] = {}
    for row, path in enumerate(photo_paths):
        name = path.rsplit("/", 1)[-1]
        by_name[name] = None if name in by_name else row
    columns_by_key = {name_key(name): column for column, name in enumerate(class_names)}
    pairs: dict[int, int] = {}
    for truth_row, image in enumerate(truth.image_names):
        path = image if image in by_path else image.replace("\\", "/")
        match = by_path.get(path, by_name.get(path.rsplit("/", 1)[-1]))
        if match is not None:
            pairs.setdefault(match, truth_row)
    columns = {
        columns_by_key[name_key(name)]: truth_column
        for truth_column, name in enumerate(truth.class_names)
        if name_key(name) in columns_by_key
    }
    if not pairs:
        raise TruthError(
            "No photo of the project is named in the truth file: it must hold (a CSV in its first "
            f"column) the file names, such as “{photo_paths[0] if photo_paths else 'photo.jpg'}”."
        )
    if not columns:
        raise TruthError(
            "No class of the project is named in the truth file: it must hold (a CSV in its first "
            f"line) the class names, such as “{class_names[0] if class_names else 'cat'}”."
        )
    photo_rows, class_columns = sorted(pairs), sorted(columns)
    labels = truth.labels[
        np.ix_([pairs[row] for row in photo_rows], [columns[column] for column in class_columns])
    ]
    return photo_rows, class_columns, labels


def align_truth(truth: Truth, photo_paths: Sequence[str], class_names: Sequence[str]) -> IntArray:
    """`match_truth` on all photos and classes: (n_photos, n_classes) int8 of -1 where truth does
    not name photo or class, 0 no, 1 yes."""
    rows, columns, labels = match_truth(truth, photo_paths, class_names)
    aligned = np.full((len(photo_paths), len(class_names)), -1, dtype=np.int8)
    aligned[np.ix_(rows, columns)] = labels
    return aligned
