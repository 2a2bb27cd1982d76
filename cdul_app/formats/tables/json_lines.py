"""The objects of a JSON Lines file that a person has named."""

import json
from collections.abc import Mapping
from pathlib import Path

from cdul_app.errors import LabelFileError, in_words
from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.tables.json_labels import read_photos
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_text
from cdul_app.language import tr


def read_lines(file: Path) -> list[Mapping[str, object]]:
    """Raises LabelFileError."""
    photos: list[Mapping[str, object]] = []
    try:
        text = read_input_text(file, most_bytes=MOST_TABLE_BYTES)
        for line in text.split("\n"):
            if line.strip():
                photo = json.loads(line)
                if not isinstance(photo, dict):
                    raise ValueError(tr("a line is no object"))
                photos.append(photo)
    except (OSError, ValueError, RecursionError) as error:
        raise LabelFileError(
            tr(
                "The label file {file} cannot be read ({why}): each of its lines must be a JSON "
                "object with “image” (or “file_name”) and the list “labels”.",
                file=file,
                why=in_words(error),
            )
        ) from error
    return photos


def read_json_lines(file: Path) -> ReadLabels:
    """Raises LabelFileError."""
    return read_photos(read_lines(file), file, [])
