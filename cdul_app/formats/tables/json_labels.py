"""JSON: labels with their scores, thresholds, a person's answers and where each came from."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_reasons import label_reason, reasoned_columns
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.text_blocks import blocks
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

FORMAT = "cdul_app labels 1"
_WORDS = {YES: "yes", NO: "no"}
_VALUES = {"yes": YES, "no": NO}
_encode = json.JSONEncoder(ensure_ascii=False).encode


def write_json_labels(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    """One photo a line, so that a large file can be read and compared line by line."""
    classes = [
        {"name": name, "threshold": round(float(threshold), 4)}
        for name, threshold in zip(table.class_names, table.thresholds, strict=True)
    ]
    for entry, origin in zip(classes, table.threshold_origins, strict=False):
        entry["threshold_origin"] = origin
    head = {"format": FORMAT, "provenance": dict(table.provenance), "classes": classes}
    yield _encode(head)[:-1] + ', "images": ['
    known = table.known
    for rows in blocks(len(table.paths)):
        lines = []
        for row in rows:
            image = photo_labels(table, row, known, scores=True)
            image["why"] = {
                table.class_names[column]: label_reason(table, row, column)
                for column in reasoned_columns(table, row)
            }
            lines.append(_encode(image))
        yield (",\n" if rows.start else "\n") + ",\n".join(lines)
    yield "\n]}\n"


def write_json_lines(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    """JSON Lines: an object a photo, with its labels as a list."""
    known = table.known
    for rows in blocks(len(table.paths)):
        lines = []
        for row in rows:
            image = photo_labels(table, row, known, scores=options.scores)
            if table.splits:
                image["split"] = table.split(row)
            lines.append(_encode(image) + "\n")
        yield "".join(lines)


def photo_labels(
    table: LabelTable, row: int, known: NDArray[np.bool_], *, scores: bool
) -> dict[str, object]:
    """What both forms say of a photo.  known : that of the table."""
    names, answers = table.class_names, table.answers[row]
    photo: dict[str, object] = {"image": table.paths[row], "labels": table.names(row)}
    if scores:
        values = np.round(table.scores[row].astype(np.float64), 4)
        pairs = zip(names, values.tolist(), strict=True)
        missing = np.isnan(values).any()
        photo["scores"] = {n: v for n, v in pairs if v == v} if missing else dict(pairs)
    photo["answers"] = {
        names[column]: _WORDS[int(answers[column])]
        for column in np.flatnonzero(answers != UNOBSERVED)
    }
    if not known[row].all():
        photo["not_scored"] = [names[column] for column in np.flatnonzero(~known[row])]
    return photo


def read_json_labels(content: Mapping[str, object], file: Path) -> ReadLabels:
    """Of what `write_json_labels` writes.  Raises KeyError, TypeError, AttributeError for another
    form, LabelFileError where there is nothing."""
    images = content["images"]
    assert isinstance(images, list)
    classes = content["classes"]
    assert isinstance(classes, list)
    return read_photos(images, file, [str(each["name"]) for each in classes])


def read_photos(images: list[Mapping[str, object]], file: Path, classes: list[str]) -> ReadLabels:
    """Of objects as `photo_labels` makes; one of Hugging Face's has `file_name` for `image`.

    Raises as `read_json_labels`.
    """
    cells: list[tuple[str, str, int, int]] = []
    tells_answers = False
    for photo in images:
        image = str(photo["file_name"] if "file_name" in photo else photo["image"])
        cells.append((image, "", NO, UNOBSERVED))
        labels, answers = photo["labels"], photo.get("answers") or {}
        if isinstance(answers, list):  # as Hugging Face's have it
            answers = {each["class"]: each["answer"] for each in answers}
        if not isinstance(labels, list) or not isinstance(answers, Mapping):
            raise TypeError("labels")
        tells_answers |= "answers" in photo
        opened = photo.get("not_scored") or []
        cells += [(image, str(name), UNOBSERVED, UNOBSERVED) for name in opened]  # type: ignore[attr-defined]
        for label in labels:
            name = classes[label] if isinstance(label, int) else str(label)
            cells.append((image, name, YES, UNOBSERVED))
        for name, word in answers.items():
            cells.append((image, str(name), _VALUES[word], _VALUES[word]))
    return labels_of_cells(cells, file, unwritten=NO, tells_answers=tells_answers, classes=classes)
