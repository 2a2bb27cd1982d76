"""What a folder of labels is made of, and names that a format cannot write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import splitext

from cdul_app.errors import ExportError
from cdul_app.formats.label_table import LabelTable
from cdul_app.language import tr, translatable

BOM = "\ufeff"  # at the start of a text a mark of its encoding, and no letter
_LINE_END = translatable("line end")
_SIGNS = {"\n": _LINE_END, "\r": _LINE_END, BOM: translatable("byte order mark")}


@dataclass(frozen=True)
class Item:
    """A file below the folder: its text, or the photo that is linked or copied there."""

    path: str  # with forward slashes
    text: str | None = None
    photo: Path | None = None


def photo_items(
    table: LabelTable, below: str = "", names: Sequence[str] | None = None
) -> Iterator[Item]:
    """Each photo below a folder, `{split}` in it for the part that the photo belongs to.

    names : what is to stand before each photo's suffix there; None: what does here.
    """
    for row, path in enumerate(table.paths):
        folder = below.replace("{split}", table.split(row))
        name = path if names is None else f"{names[row]}{splitext(path)[1]}"
        yield Item(f"{folder}{name}", photo=table.folder / path)


def check_names(names: Iterable[str], signs: str, what: str, title: str) -> None:
    """Raises ExportError for a name that holds one of `signs`.  what : “class”, “photo”."""
    for name in names:
        if bad := next((sign for sign in signs if sign in name), ""):
            sign = tr(_SIGNS[bad]) if bad in _SIGNS else f"“{bad}”"
            raise ExportError(
                tr(
                    "The {what} “{name}” cannot be written as {title}, where no name holds a "
                    "{sign}: rename it, or choose another format.",
                    what=tr(what),
                    name=" ".join(name.split()),
                    title=tr(title),
                    sign=sign,
                )
            )
