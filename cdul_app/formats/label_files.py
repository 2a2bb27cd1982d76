"""Writing labels whole or not at all: a file, or a folder of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cdul_app.errors import ExportError, in_words
from cdul_app.events import Events, Progressed
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_formats import LABEL_FORMATS, LabelFormat
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FILE_WRITERS
from cdul_app.formats.text_blocks import PHOTOS_PER_BLOCK
from cdul_app.language import tr
from cdul_app.written_files import replacing

_PLAIN = ExportOptions()


def format_of(key: str) -> LabelFormat:
    """Raises ExportError for an unknown format."""
    if key not in LABEL_FORMATS:
        known = ", ".join(LABEL_FORMATS)
        raise ExportError(
            tr("There is no label format “{key}”: choose one of {known}.", key=key, known=known)
        )
    return LABEL_FORMATS[key]


def write_label_file(
    table: LabelTable, file: Path, *, label_format: str, options: ExportOptions = _PLAIN
) -> Events[None]:
    """Write `table` to `file` (a format of one file), replacing it only when all is written.

    A link stays, and what it points to is replaced; a pipe or device is written as it is.
    Raises ExportError for an unknown format or a place that cannot be written.
    """
    content = label_file_content(table, label_format, options)
    try:
        if file.exists() and not file.is_file():
            with file.open("wb") as stream:
                yield from _write(content, stream, len(table.paths))
        else:
            with replacing(file.resolve()) as stream:
                yield from _write(content, stream, len(table.paths))
    except OSError as error:
        raise ExportError(
            tr(
                "The labels cannot be written to {file} ({why}): choose another place.",
                file=file,
                why=in_words(error),
            )
        ) from error


def label_file_content(
    table: LabelTable, label_format: str, options: ExportOptions = _PLAIN
) -> Iterator[bytes]:
    """The file in pieces.  Raises ExportError for an unknown format."""
    for piece in FILE_WRITERS[format_of(label_format).key](table, options):
        yield piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")


def _write(content: Iterator[bytes], stream: BinaryIO, photos: int) -> Events[None]:
    for done, piece in enumerate(content, start=1):
        stream.write(piece)
        yield Progressed(min(done * PHOTOS_PER_BLOCK, photos), photos)


def check_place(file: Path) -> None:
    """Raise ExportError where `file` can hardly be written, before the work for it is done."""
    if file.is_dir() or not file.parent.is_dir():
        reason = tr("it is a folder") if file.is_dir() else tr("its folder does not exist")
        raise ExportError(
            tr(
                "The labels cannot be written to {file} ({why}): choose another place.",
                file=file,
                why=reason,
            )
        )
