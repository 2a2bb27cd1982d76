"""How truth is matched with the photos and classes of a project."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.composed_names import composed
from cdul_app.errors import TruthError
from cdul_app.formats.truth_table import Truth
from cdul_app.method.arrays import IntArray

_NAMES_SHOWN = 3


def match_truth(
    truth: Truth, photo_paths: Sequence[str], class_names: Sequence[str]
) -> tuple[list[int], list[int], IntArray]:
    """Align truth with photos and classes.

    Photos match by relative path, else by file name where that is unique among the photos; classes
    by name, whatever the case and spacing.
    Returns (rows of photo_paths, columns of class_names, labels (n_rows, n_columns) int8).
    Raises TruthError where nothing matches.
    """
    matches = _matching_photos(truth, photo_paths)
    pairs: dict[int, int] = {}
    for truth_row, match in enumerate(matches):
        if match is not None:
            pairs.setdefault(match, truth_row)
    columns = _matching_classes(truth, class_names)
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


@dataclass(frozen=True)
class AlignedTruth:
    labels: IntArray  # (n_photos, n_classes) int8 of -1 where truth does not name them, 0 no, 1 yes
    note: str  # a sentence on what is on one side only; empty where all matches


def align_truth(
    truth: Truth, photo_paths: Sequence[str], class_names: Sequence[str]
) -> AlignedTruth:
    """`match_truth` on all photos and classes.  Raises TruthError where nothing matches."""
    rows, columns, labels = match_truth(truth, photo_paths, class_names)
    aligned = np.full((len(photo_paths), len(class_names)), -1, dtype=np.int8)
    aligned[np.ix_(rows, columns)] = labels
    return AlignedTruth(aligned, _note(truth, photo_paths, class_names))


def _note(truth: Truth, photo_paths: Sequence[str], class_names: Sequence[str]) -> str:
    matches = _matching_photos(truth, photo_paths)
    strangers = [
        name for name, match in zip(truth.image_names, matches, strict=True) if match is None
    ]
    columns = _matching_classes(truth, class_names)
    known = set(columns.values())
    foreign = [name for place, name in enumerate(truth.class_names) if place not in known]
    unnamed = [name for column, name in enumerate(class_names) if column not in columns]
    parts = []
    if strangers:
        count = len(matches)
        parts.append(
            f"{count - len(strangers):,} of {count:,} photos of the truth file are in this folder; "
            f"not found: {_list(strangers)}"
        )
    if foreign:
        parts.append(f"not among your classes: {_list([f'“{name}”' for name in foreign])}")
    if unnamed:
        parts.append(f"the truth file has no class {_list([f'“{name}”' for name in unnamed])}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _list(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _matching_photos(truth: Truth, photo_paths: Sequence[str]) -> list[int | None]:
    """The row of photo_paths of each image of truth."""
    paths = [composed(path) for path in photo_paths]
    by_path = {path: row for row, path in enumerate(paths)}
    by_path |= {path: row for row, path in enumerate(photo_paths)}  # two that compose alike
    by_name: dict[str, int | None] = {}
    for row, path in enumerate(paths):
        name = path.rsplit("/", 1)[-1]
        by_name[name] = None if name in by_name else row
    matches = []
    for image in truth.image_names:
        path = image if image in by_path else composed(image)
        path = path if path in by_path else path.replace("\\", "/")
        matches.append(by_path.get(path, by_name.get(path.rsplit("/", 1)[-1])))
    return matches


def _matching_classes(truth: Truth, class_names: Sequence[str]) -> dict[int, int]:
    """The column of truth by that of class_names."""
    columns_by_key = {name_key(name): column for column, name in enumerate(class_names)}
    return {
        columns_by_key[name_key(name)]: truth_column
        for truth_column, name in enumerate(truth.class_names)
        if name_key(name) in columns_by_key
    }
