"""SQLite: one flat table, a row a photo and class, with score, label, source and answer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from cdul_app.errors import LabelFileError, in_words
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.text_blocks import blocks
from cdul_app.input_files import MOST_TABLE_BYTES, read_input
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED

_TABLE = """
CREATE TABLE labels (
  image TEXT NOT NULL, class TEXT NOT NULL, score REAL, label INTEGER, source TEXT, answer INTEGER,
  PRIMARY KEY (image, class)
) WITHOUT ROWID
"""
_INSERT = "INSERT INTO labels VALUES (CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?)"
_HEAD = b"SQLite format 3\0"
_LABELS = {1, 0, UNOBSERVED}


def write_sqlite(table: LabelTable, options: ExportOptions) -> Iterator[bytes]:
    """label and answer : 1 yes, 0 no, NULL not decided or not answered."""
    source = str(table.provenance.get("labels", "scores"))
    names = [_bytes(name) for name in table.class_names]
    known = table.known
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(_TABLE)
        for rows in blocks(len(table.paths)):
            database.executemany(_INSERT, _rows(table, known, rows, names, source))
            yield b""  # so that it can be stopped
        database.commit()
        yield database.serialize()


def _rows(
    table: LabelTable, known: np.ndarray, rows: range, names: list[bytes], source: str
) -> Iterator[tuple[object, ...]]:
    for row in rows:
        path = _bytes(table.paths[row])
        cells = zip(
            names,
            table.scores[row].tolist(),
            table.labels[row].tolist(),
            table.answers[row].tolist(),
            known[row].tolist(),
            strict=True,
        )
        for name, score, label, answer, is_known in cells:
            is_answer = answer != UNOBSERVED
            yield (
                path,
                name,
                None if np.isnan(score) else round(score, 4),
                int(label) if is_known else None,
                "answer" if is_answer else source if is_known else None,
                answer if is_answer else None,
            )


def read_sqlite(file: Path) -> ReadLabels:
    """A table “labels” with image, class and label; with answer where it tells of these.

    Raises LabelFileError.
    """
    content = read_input(file, most_bytes=MOST_TABLE_BYTES)
    try:
        if not content.startswith(_HEAD):
            raise sqlite3.DatabaseError(tr("it is no database"))
        with closing(sqlite3.connect(":memory:")) as database:
            database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            database.deserialize(content)
            database.execute("PRAGMA trusted_schema = OFF")
            kinds = database.execute(
                "SELECT sql FROM sqlite_schema WHERE name = 'labels'"
            ).fetchall()
            if not str(kinds[0][0] if kinds else "").upper().startswith("CREATE TABLE"):
                raise sqlite3.DatabaseError(tr("it has no such table"))  # a view may never end
            columns = [row[1] for row in database.execute("PRAGMA table_info(labels)")]
            answer = "answer" if "answer" in columns else "NULL"
            query = (
                f"SELECT image, class, ifnull(label, {UNOBSERVED}), "
                f"ifnull({answer}, {UNOBSERVED}) FROM labels"
            )
            cells = [(str(row[0]), str(row[1]), row[2], row[3]) for row in database.execute(query)]
    except (sqlite3.Error, OverflowError) as error:
        raise LabelFileError(
            tr(
                "The label file {file} cannot be read ({why}): it must be SQLite with a table "
                "“labels” of image, class and label.",
                file=file,
                why=in_words(error),
            )
        ) from error
    if any(label not in _LABELS or given not in _LABELS for _, _, label, given in cells):
        raise LabelFileError(
            tr("{file} has labels that are not 1, 0 or NULL: correct it.", file=file)
        )
    tells = answer != "NULL"
    return labels_of_cells(cells, file, unwritten=UNOBSERVED, tells_answers=tells)


def _bytes(text: str) -> bytes:
    """Also of names that are no UTF-8 on the disk."""
    return text.encode("utf-8", "surrogateescape")
