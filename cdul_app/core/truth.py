"""Truth for evaluation, read from a wide CSV: `image,<class>,<class>...` with 0 and 1."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cdul_app.core.arrays import IntArray
from cdul_app.core.class_list import name_key
from cdul_app.core.errors import TruthError


@dataclass(frozen=True)
class Truth:
    image_names: tuple[str, ...]  # as written in the file
    class_names: tuple[str, ...]
    labels: IntArray  # (n_images, n_classes) int8, 0/1


def read_truth_csv(file: Path) -> Truth:
    """Read a truth file.  Raises TruthError, with the line number, where it cannot be used."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            rows = [row for row in csv.reader(stream) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TruthError(f"The truth file {file} cannot be read ({error}).") from error
    if len(rows) < 2 or len(rows[0]) < 2:
        raise TruthError(
            f"The truth file {file} is empty: its first line must be image,<class>,<class>… "
            "and every further line one photo with 0 or 1 for each class."
        )
    header = [name.strip() for name in rows[0]]
    labels = np.zeros((len(rows) - 1, len(header) - 1), dtype=np.int8)
    for index, row in enumerate(rows[1:]):
        if len(row) != len(header) or any(cell.strip() not in ("0", "1") for cell in row[1:]):
            raise TruthError(
                f"Row {index + 2} of the truth file {file} must hold a photo's name and "
                f"{len(header) - 1} values of 0 or 1: correct it and try again."
            )
        labels[index] = [int(cell) for cell in row[1:]]
    return Truth(tuple(row[0] for row in rows[1:]), tuple(header[1:]), labels)


def match_truth(
    truth: Truth, photo_paths: list[str], class_names: list[str]
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
        path = image.replace("\\", "/")
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
            "No photo of the project is named in the truth file: its first column must hold the "
            f"file names, such as “{photo_paths[0] if photo_paths else 'photo.jpg'}”."
        )
    if not columns:
        raise TruthError(
            "No class of the project is named in the truth file: its first line must hold the "
            f"class names, such as “{class_names[0] if class_names else 'cat'}”."
        )
    photo_rows, class_columns = sorted(pairs), sorted(columns)
    labels = truth.labels[
        np.ix_([pairs[row] for row in photo_rows], [columns[column] for column in class_columns])
    ]
    return photo_rows, class_columns, labels
