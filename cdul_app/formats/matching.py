"""How labels that were read are matched with the photos and classes of a project."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.composed_names import composed
from cdul_app.errors import LabelFileError
from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.short_names import short_names
from cdul_app.language import ntr, tr
from cdul_app.method.arrays import IntArray

_NAMES_SHOWN = 3


def match_labels(
    read: ReadLabels,
    photo_paths: Sequence[str],
    class_names: Sequence[str],
    values: IntArray | None = None,
) -> tuple[list[int], list[int], IntArray]:
    """Align what was read, its `labels` or other `values` of that shape, with photos and classes.

    Photos match by relative path, else by file name where that is unique among the photos, both in
    NFC; classes by name, whatever the case and spacing.
    Returns (rows of photo_paths, columns of class_names, labels (n_rows, n_columns) int8).
    Raises LabelFileError where nothing matches.
    """
    pairs = _matching_photos(read, photo_paths)
    columns = _matching_classes(read, class_names)
    if not pairs:
        raise LabelFileError(
            tr(
                "No photo of the project is named in the label file: it must hold (a CSV in its "
                "first column) the file names, such as “{name}”.",
                name=photo_paths[0] if photo_paths else "photo.jpg",
            )
        )
    if not columns:
        raise LabelFileError(
            tr(
                "No class of the project is named in the label file: it must hold (a CSV in its "
                "first line) the class names, such as “{name}”.",
                name=class_names[0] if class_names else "cat",
            )
        )
    photo_rows, class_columns = sorted(pairs), sorted(columns)
    labels = read.labels if values is None else values
    block = np.ix_([pairs[row] for row in photo_rows], [columns[each] for each in class_columns])
    return photo_rows, class_columns, labels[block]


@dataclass(frozen=True)
class AlignedLabels:
    labels: IntArray  # (n_photos, n_classes) int8 of -1 where nothing is said, 0 no, 1 yes
    note: str  # a sentence on what is on one side only or left open; empty where all matches


def align_labels(
    read: ReadLabels,
    photo_paths: Sequence[str],
    class_names: Sequence[str],
    values: IntArray | None = None,
) -> AlignedLabels:
    """`match_labels` on all photos and classes.  Raises LabelFileError where nothing matches."""
    rows, columns, labels = match_labels(read, photo_paths, class_names, values)
    aligned = np.full((len(photo_paths), len(class_names)), -1, dtype=np.int8)
    aligned[np.ix_(rows, columns)] = labels
    note = _note(read, photo_paths, class_names)
    if values is None and (opened := int((labels < 0).any(axis=1).sum())):
        left = ntr(
            "The file leaves a class open on {n} photo.",
            "The file leaves a class open on {n} photos.",
            opened,
        )
        note = f"{note} {left}".strip()
    return AlignedLabels(aligned, note)


def _note(read: ReadLabels, photo_paths: Sequence[str], class_names: Sequence[str]) -> str:
    matched = set(_matching_photos(read, photo_paths).values())
    strangers = [name for place, name in enumerate(read.image_names) if place not in matched]
    strangers = list(dict.fromkeys(strangers))
    columns = _matching_classes(read, class_names)
    known = set(columns.values())
    foreign = [name for place, name in enumerate(read.class_names) if place not in known]
    unnamed = [name for column, name in enumerate(class_names) if column not in columns]
    parts = []
    if strangers:
        count = len(matched) + len(strangers)
        parts.append(
            tr(
                "{found} of {count} photos of the label file are in this folder; not found: "
                "{names}",
                found=len(matched),
                count=count,
                names=_list(strangers),
            )
        )
    if foreign:
        names = _list([f"“{name}”" for name in foreign])
        parts.append(tr("not among your classes: {names}", names=names))
    if unnamed:
        names = _list([f"“{name}”" for name in unnamed])
        parts.append(tr("the label file has no class {names}", names=names))
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _list(names: Sequence[str]) -> str:
    more, shown = len(names) - _NAMES_SHOWN, ", ".join(names[:_NAMES_SHOWN])
    return tr("{names} and {more} more", names=shown, more=more) if more > 0 else shown


def _matching_photos(read: ReadLabels, photo_paths: Sequence[str]) -> dict[int, int]:
    """The first row of what was read by the row of photo_paths; the same path before a name."""
    paths = [composed(path) for path in photo_paths]
    by_path = {path: row for row, path in enumerate(paths)}
    by_path |= {path: row for row, path in enumerate(photo_paths)}  # two that compose alike
    looser = [_unique([path.rpartition("/")[2] for path in paths])]
    if read.short is not None:
        names = short_names(paths, read.short)
        looser = [_unique(names), *looser, _unique([name.rpartition("/")[2] for name in names])]
    exact: dict[int, int] = {}
    others: dict[int, int] = {}
    for place, image in enumerate(read.image_names):
        path = image if image in by_path else composed(image)
        path = path if path in by_path else path.replace("\\", "/")
        if path.startswith("/"):
            path = next((end for end in _ends(path) if end in by_path), path)
        row = by_path.get(path)
        if row is not None:
            exact.setdefault(row, place)
            continue
        name = path.rpartition("/")[2]
        for found in looser:
            row = found.get(path, found.get(name))
            if row is not None:
                others.setdefault(row, place)
                break
    return others | exact


def _ends(path: str) -> Iterator[str]:
    """Of an absolute path what stands below each of its folders, the longest first."""
    while "/" in path:
        path = path.partition("/")[2]
        yield path


def _unique(names: Sequence[str]) -> dict[str, int]:
    """The rows of those that no two share."""
    counts = Counter(names)
    return {name: row for row, name in enumerate(names) if counts[name] == 1}


def _matching_classes(read: ReadLabels, class_names: Sequence[str]) -> dict[int, int]:
    """The column of what was read by that of class_names."""
    columns_by_key = {name_key(name): column for column, name in enumerate(class_names)}
    return {
        columns_by_key[name_key(name)]: place
        for place, name in enumerate(read.class_names)
        if name_key(name) in columns_by_key
    }
