"""How truth is matched with the photos and classes of a project."""

from collections.abc import Sequence

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.formats.truth_table import Truth
from cdul_app.method.arrays import IntArray


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
