"""Hugging Face `imagefolder`: photos, metadata.jsonl with a list of labels, and a card.

Read back with load_dataset(FOLDER).  The card's `configs` name the files of each part: without
them a folder that is called train is taken for one, and photos outside it are dropped.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.tables.json_labels import photo_labels, read_photos
from cdul_app.formats.tables.json_lines import read_lines
from cdul_app.formats.written_items import Item, photo_items

METADATA = "metadata.jsonl"


def write_hugging_face(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    parts = list(dict.fromkeys(table.splits)) or ["train"]
    configs = [{"split": part, "path": f"{part}/**" if table.splits else "**"} for part in parts]
    front = json.dumps(
        {"configs": [{"config_name": "default", "data_files": configs}]}, ensure_ascii=False
    )  # YAML holds JSON
    yield Item("README.md", f"---\n{front}\n---\n\n{table.card}")
    known = table.known
    for part in parts:
        rows = [row for row in range(len(table.paths)) if table.split(row) == part]
        lines = []
        for row in rows:
            photo = photo_labels(table, row, known, scores=options.scores)
            photo = {"file_name": photo.pop("image")} | photo
            photo["answers"] = [
                {"class": name, "answer": word}
                for name, word in photo["answers"].items()  # type: ignore[attr-defined]
            ]  # a list is one type to Arrow, whatever the classes are
            if table.known.all():
                photo.pop("not_scored", None)
            else:
                photo.setdefault("not_scored", [])
            lines.append(json.dumps(photo, ensure_ascii=False) + "\n")
        yield Item(f"{part}/{METADATA}" if table.splits else METADATA, "".join(lines))
    yield from photo_items(table, "{split}/" if table.splits else "")


def read_hugging_face(folder: Path) -> ReadLabels:
    """Raises LabelFileError."""
    photos = []
    for file in sorted({folder / METADATA, *folder.glob(f"*/{METADATA}")}):
        if file.is_file():
            photos += read_lines(file)
    return read_photos(photos, folder, [])
