"""WebDataset: one tar with KEY.jpg and KEY.json side by side for each photo."""

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from cdul_app.errors import ExportError, LabelFileError, in_words
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.tables.json_labels import photo_labels, read_photos
from cdul_app.input_files import MOST_CARD_BYTES, MOST_TABLE_BYTES, open_input
from cdul_app.language import tr

_PIECE = 1_000_000  # bytes of a photo read together
_KEY_DIGITS = 9


def write_web_dataset(table: LabelTable, options: ExportOptions) -> Iterator[bytes]:
    """A key is a number: the peers' readers end a name at its first dot.  The photo's path is in
    its JSON, as “image”.

    A photo that is no longer there is an ExportError.
    """
    known = table.known
    for row, path in enumerate(table.paths):
        key, file = f"{row:0{_KEY_DIGITS}}", table.folder / path
        labels = json.dumps(photo_labels(table, row, known, scores=options.scores))
        try:
            size = file.stat().st_size
            yield _header(f"{key}{PurePosixPath(path).suffix.lower()}", size)
            with open_input(file) as stream:
                left = size
                while left:
                    piece = stream.read(min(_PIECE, left))
                    if not piece:
                        raise OSError(0, tr("it is shorter than it was"))
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise ExportError(
                tr(
                    "{path} cannot be put into the archive ({why}): press Look for new photos, "
                    "then export again.",
                    path=path,
                    why=in_words(error),
                )
            ) from error
        yield _padding(size)
        content = labels.encode()
        yield _header(f"{key}.json", len(content)) + content + _padding(len(content))
    yield b"\0" * 2 * tarfile.BLOCKSIZE


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return b"\0" * (-size % tarfile.BLOCKSIZE)


def read_web_dataset(file: Path) -> ReadLabels:
    """Of the JSON files in it.  Raises LabelFileError, KeyError, TypeError for another form."""
    photos: list[Mapping[str, object]] = []
    try:
        with open_input(file) as stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
            read = 0
            for member in archive:
                content = archive.extractfile(member) if member.name.endswith(".json") else None
                if content is None:
                    continue
                read += member.size
                if member.size > MOST_CARD_BYTES or read > MOST_TABLE_BYTES:
                    raise ValueError(tr("its labels are too large"))
                photos.append(json.load(content))
    except (OSError, ValueError, EOFError, tarfile.TarError, RecursionError) as error:
        raise LabelFileError(
            tr(
                "The archive {file} cannot be read ({why}): it must be a tar with a JSON file a "
                "photo.",
                file=file,
                why=in_words(error),
            )
        ) from error
    return read_photos(photos, file, [])
