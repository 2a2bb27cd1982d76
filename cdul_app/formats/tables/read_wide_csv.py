"""Labels read from a wide CSV: `image,<class>,<class>...` with 0 and 1, or nothing."""

from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import LabelFileError
from cdul_app.formats.read_labels import MOST_IMAGES, ReadLabels, check_size
from cdul_app.formats.tables.csv_lines import CsvLines, csv_lines
from cdul_app.formats.tables.wide_csv import SCORE_COLUMN
from cdul_app.formula_cells import cell_text
from cdul_app.language import tr

_OPEN = "/"  # before “0” in ASCII: a cell that is left open becomes -1


def read_wide_csv(file: Path) -> ReadLabels:
    """An empty cell is left open.  A column `<class>_score` beside one of the class is not read.

    Raises LabelFileError, with the line number, where it cannot be used.
    """
    with csv_lines(file) as lines:
        return _read_lines(lines, file)


def _read_lines(lines: CsvLines, file: Path) -> ReadLabels:
    head = [cell_text(name.strip()) for name in next(lines, [])[1:]]
    count = len(head) // 2
    with_scores = bool(head) and head[count:] == [f"{name}{SCORE_COLUMN}" for name in head[:count]]
    class_names = head[:count] if with_scores else head
    _refuse_repeated_class(file, class_names)
    count = len(class_names)
    values = bytearray()  # of all rows, one after the other
    rows: dict[str, int] = {}
    images: list[str] = []
    ends: list[int] = []  # the number of each row's last line, as an editor counts
    for row, cells in enumerate(lines):
        image, labels = cells[0], cells[1:]
        if with_scores and len(labels) == len(head):
            labels = labels[:count]
        text = "".join(labels)
        # Without an empty one, as many signs as cells are one each.
        if len(labels) != count or len(text) != count or "" in labels or text.strip("01"):
            labels = [label.strip() or _OPEN for label in labels]
            if len(labels) != count or any(label not in ("0", "1", _OPEN) for label in labels):
                raise lines.amiss(
                    tr("a photo's name and {count} values of 0 or 1, or nothing", count=count)
                )
            text = "".join(labels)
        content = text.encode("ascii")
        earlier = rows.setdefault(image, row)
        if earlier != row and values[earlier * count : (earlier + 1) * count] != content:
            raise LabelFileError(
                tr(
                    "Line {line} of the label file {file} contradicts line {earlier} on the same "
                    "photo: remove one of them.",
                    line=str(lines.reader.line_num),
                    file=file,
                    earlier=str(ends[earlier]),
                )
            )
        if row >= MOST_IMAGES or not count:
            break
        values += content
        images.append(image)
        ends.append(lines.reader.line_num)
    else:
        row = len(images) - 1
    if not images or not count:
        raise LabelFileError(
            tr(
                "The label file {file} holds no labels: its first line must be "
                "image,<class>,<class>… with commas, and every further line one photo with 0 or 1 "
                "for each class.",
                file=file,
            )
        )
    check_size(row + 1, count, file)
    table = np.frombuffer(values, dtype=np.int8).reshape(-1, count) - np.int8(ord("0"))
    return ReadLabels(tuple(map(cell_text, images)), tuple(class_names), table)


def _refuse_repeated_class(file: Path, class_names: list[str]) -> None:
    seen: set[str] = set()
    for name in class_names:
        if name_key(name) in seen:
            raise LabelFileError(
                tr(
                    "The class “{name}” has two columns in the label file {file}: remove one of "
                    "them.",
                    name=name,
                    file=file,
                )
            )
        seen.add(name_key(name))
