"""One vector a photo in a file of its own: a search reads all of them, and nothing else.

In the database they lie among the snippets' vectors, of which a search would read ten times as
much.  The file is a copy, made anew where it does not fit what the database holds.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Progressed
from cdul_app.storage.records.embedding_records import EmbeddingRecords, Encoding
from cdul_app.written_files import replacing

_MAGIC = b"cdul vectors 1\n"
_HEADER_BYTES = 256
_ROWS_BETWEEN_TELLING = 1000
_ROWS_AT_ONCE = 512  # of 512 numbers each: they stay in the processor's cache


@dataclass(frozen=True)
class PhotoVectors:
    """The whole-photo embeddings of a project: float16, unit norm."""

    file: Path
    photos: NDArray[np.int64]  # (n_photos,) identifiers, by path
    dimension: int

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.float16]]]:
        """Rows and their vectors (n_rows, dimension); a block is overwritten by the next one."""
        buffer = np.empty((_ROWS_AT_ONCE, self.dimension), dtype="<f2")
        with self.file.open("rb") as file:
            file.seek(_HEADER_BYTES + self.photos.nbytes)
            for start in range(0, len(self.photos), _ROWS_AT_ONCE):
                count = min(_ROWS_AT_ONCE, len(self.photos) - start)
                file.readinto(buffer[:count].data.cast("B"))
                yield slice(start, start + count), buffer[:count]


def vectors_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.vectors")


def open_vectors(
    embeddings: EmbeddingRecords, encoding: Encoding, database: Path
) -> PhotoVectors | None:
    """The copy beside the database; None where there is none that fits what it holds."""
    file = vectors_file(database)
    try:
        with file.open("rb") as stream:
            header = json.loads(stream.read(_HEADER_BYTES).removeprefix(_MAGIC))
            if header["stamp"] != _stamp(encoding, embeddings.encoded_photos(encoding)):
                return None
            photos = np.fromfile(stream, dtype="<i8", count=header["count"]).astype(np.int64)
            dimension = int(header["dimension"])
            wanted = _HEADER_BYTES + photos.nbytes + 2 * dimension * header["count"]
            if os.fstat(stream.fileno()).st_size != wanted:
                return None
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return PhotoVectors(file, photos, dimension)


class _PhotosChangedError(Exception):
    """While the vectors were copied."""


def write_vectors(embeddings: EmbeddingRecords, encoding: Encoding, database: Path) -> Events[None]:
    """Copy the vectors into the file.  What was not finished, or does not fit the photos any
    more, leaves no file.  Raises OSError where it cannot be written."""
    known = embeddings.encoded_photos(encoding)
    photos = np.array([photo for photo, _ in known], dtype="<i8")
    header = {
        "stamp": _stamp(encoding, known),
        "count": len(photos),
        "dimension": encoding.dimension,
    }
    file = vectors_file(database)
    with contextlib.suppress(_PhotosChangedError), replacing(file, synced=False) as stream:
        stream.write((_MAGIC + json.dumps(header).encode()).ljust(_HEADER_BYTES))
        stream.write(photos.tobytes())
        done = 0
        for (photo, _), (found, vector) in zip(
            known, embeddings.whole_photos(encoding), strict=False
        ):
            if photo != found:
                raise _PhotosChangedError
            stream.write(vector.tobytes())
            done += 1
            if not done % _ROWS_BETWEEN_TELLING:
                yield Progressed(done)
        if done < len(known):
            raise _PhotosChangedError


def _stamp(encoding: Encoding, photos: list[tuple[int, str]]) -> str:
    digest = hashlib.sha256(f"{encoding.encoder_key} {encoding.plan}".encode())
    for photo, fingerprint in photos:
        digest.update(f"{photo} {fingerprint}\n".encode())
    return digest.hexdigest()[:32]
