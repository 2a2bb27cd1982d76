"""What a folder of labels is made of, and names that a format cannot write."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

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


def photo_items(table: LabelTable, below: str = "") -> Iterator[Item]:
    """Each photo below a folder, `{split}` in it for the part that the photo belongs to."""
    for row, path in enumerate(table.paths):
        folder = below.replace("{split}", table.split(row))
        yield Item(f"{folder}{path}", photo=table.folder / path)


def stem(path: str) -> str:
    """
    >>> stem("sub/a.b.jpg")
    'sub/a.b'
    """
    return str(PurePosixPath(path).with_suffix(""))


def stems(paths: Sequence[str]) -> list[str]:
    """Paths without suffix; with it where two photos would be one, as a.jpg beside a.png."""
    found = [stem(path) for path in paths]
    counts = Counter(found)
    return [path if counts[short] > 1 else short for path, short in zip(paths, found, strict=True)]


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


def own_suffixes(paths: Sequence[str], title: str) -> None:
    """Raises ExportError where two photos differ in their suffix only."""
    for path, short in zip(paths, stems(paths), strict=True):
        if path == short and stem(path) != path:
            raise ExportError(
                tr(
                    "{path} differs from another photo in its suffix only, and {title} tells them "
                    "apart by their names without it: rename it, or choose another format.",
                    path=path,
                    title=tr(title),
                )
            )
