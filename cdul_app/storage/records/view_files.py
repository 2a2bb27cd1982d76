"""Views of a very large project, in files beside its database.

Ten views of a million photos are 10 GB, which a database would write twice, and grow by.  A file is
numpy's own kind (npy): float16 (n_photos, n_views, dimension).  One process writes it, at its end
only, and no name is used twice: what an earlier copy of the database says of it stays true.  Files
are read and not mapped into memory, since a disk that is unplugged would end the process then.
"""

import errno
import io
import math
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ProjectError, in_words
from cdul_app.language import ntr, tr
from cdul_app.storage.records.blobs import HALF_BYTES
from cdul_app.written_files import make_folder, sync_folder

MOST_BYTES = 256 * 2**20  # of a file, about
_NAME = re.compile(r"(\d{4,9})\.npy")
_HALF = "<f2"
_MOST_NAMED = 3  # in a sentence


@dataclass(frozen=True)
class LostFile:
    """One that is gone, cut short or another than was written."""

    identifier: int
    name: str
    photos: int


def lost_sentence(files: Sequence[LostFile]) -> str:
    photos = sum(file.photos for file in files)
    return ntr(
        "What the encoder saw in {n} photo is lost (missing or damaged in the project's folder of "
        "views: {names}). The photo is encoded anew when it is scored.",
        "What the encoder saw in {n} photos is lost (missing or damaged in the project's folder of "
        "views: {names}). They are encoded anew when they are scored.",
        photos,
        names=", ".join(file.name for file in files[:_MOST_NAMED]),
    )


@dataclass
class _Growing:
    """The file that this process writes."""

    name: str
    stream: io.FileIO
    shape: tuple[int, ...]  # of a photo's views
    photos: int = 0


class ViewFiles:
    """Of one project, for one thread.  `folder` is made with the first file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._growing: _Growing | None = None

    def close(self) -> None:
        if self._growing is not None:
            self._growing.stream.close()
        self._growing = None

    def append(self, views: NDArray[np.float16]) -> tuple[str, int]:
        """Write (n_photos, n_views, dimension), until the disk has it.

        Returns the name of the file and the place of the first photo in it.  Raises ProjectError.
        """
        try:
            growing = self._file_for(views.shape[1:])
            first = growing.photos
            _write(growing, views)
        except OSError as error:
            self.close()
            raise ProjectError(
                tr(
                    "What the encoder saw could not be written to {folder} ({why}): check that "
                    "its disk is connected, can be written and has space, then score again; what "
                    "was saved is kept.",
                    folder=self._folder,
                    why=in_words(error),
                )
            ) from error
        return growing.name, first

    def read(
        self, name: str, places: Sequence[int], shape: tuple[int, int], into: NDArray[np.float16]
    ) -> None:
        """Fill `into` (n_photos, n_views or fewer, dimension) with the first views of the photos
        at these places.

        shape : (n_views, dimension) of each photo in the file.
        Raises ProjectError where the file is gone, cut short or another one.
        """
        try:
            with self._opened(name) as stream:
                start_of_rows = _check_header(stream, shape)
                if min(places) < 0:
                    raise ValueError(tr("it does not fit the project database"))
                for start, end in _runs(places, is_whole=into.shape[1:] == shape):
                    stream.seek(start_of_rows + places[start] * _row_bytes(shape))
                    _fill(stream, into[start:end])
        except (OSError, ValueError, OverflowError) as error:  # places are a stranger's, too
            raise ProjectError(
                tr(
                    "The file {file}, with what the encoder saw in some of the photos, cannot be "
                    "read ({why}): put it back where it was, or score again; its photos are "
                    "encoded anew then.",
                    file=self._folder / name,
                    why=in_words(error),
                )
            ) from error

    def holds(self, name: str, photos: int, shape: tuple[int, int]) -> bool:
        """Whether a file is there, with the views of so many photos."""
        try:
            with self._opened(name) as stream:
                start_of_rows = _check_header(stream, shape)
                return stream.seek(0, os.SEEK_END) >= start_of_rows + photos * _row_bytes(shape)
        except (OSError, ValueError):
            return False

    def _opened(self, name: str) -> io.FileIO:
        """Raises OSError, also for a name that leads out of the folder, as a stranger's may."""
        if self._folder.is_symlink() or not _NAME.fullmatch(name):
            raise OSError(errno.ENOENT, tr("it is not there"), str(self._folder / name))
        return io.FileIO(self._folder / name)

    def _file_for(self, shape: tuple[int, ...]) -> _Growing:
        """Raises OSError."""
        growing = self._growing
        if (
            growing is not None
            and growing.shape == shape
            and growing.photos * _row_bytes(shape) < MOST_BYTES
        ):
            return growing
        self.close()
        if self._folder.is_symlink():  # a stranger's project may lead anywhere
            raise OSError(errno.ELOOP, tr("it is a link, not a folder"), str(self._folder))
        make_folder(self._folder)
        number = max(
            (
                int(found[1])
                for each in self._folder.iterdir()
                if (found := _NAME.fullmatch(each.name))
            ),
            default=0,
        )
        stream = None
        while stream is None:
            number += 1
            with suppress(FileExistsError):  # another process was as quick
                stream = io.FileIO(self._folder / f"{number:04}.npy", "x")
        sync_folder(self._folder)
        self._growing = _Growing(f"{number:04}.npy", stream, shape)
        return self._growing


def _write(growing: _Growing, views: NDArray[np.float16]) -> None:
    """At the end of the file, then the header, which is of one length whatever the number of
    photos.  Raises OSError; the header speaks of the photos before, then."""
    header = _header((growing.photos + len(views), *growing.shape))
    growing.stream.seek(len(header) + growing.photos * _row_bytes(growing.shape))
    _write_all(growing.stream, np.ascontiguousarray(views, dtype=_HALF).data.cast("B"))
    growing.stream.seek(0)
    _write_all(growing.stream, memoryview(header))
    os.fsync(growing.stream.fileno())
    growing.photos += len(views)


def _write_all(stream: io.FileIO, content: memoryview) -> None:
    while content:
        content = content[stream.write(content) :]


def _header(shape: tuple[int, ...]) -> bytes:
    content = io.BytesIO()
    about = {"descr": _HALF, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(content, about)
    return content.getvalue()


def _check_header(stream: io.FileIO, shape: tuple[int, int]) -> int:
    """Returns where the first photo begins.  Raises OSError; ValueError for other content."""
    np.lib.format.read_magic(stream)
    found, fortran_order, kind = np.lib.format.read_array_header_1_0(stream)
    if found[1:] != shape or fortran_order or kind != np.dtype(_HALF):
        raise ValueError(tr("it does not fit the project database"))
    return stream.tell()


def _row_bytes(shape: tuple[int, ...]) -> int:
    return math.prod(shape) * HALF_BYTES


def _runs(places: Sequence[int], *, is_whole: bool) -> list[tuple[int, int]]:
    """Starts and ends of what lies together, and is read at once where photos are read whole."""
    if not is_whole:
        return [(start, start + 1) for start in range(len(places))]
    starts = [0, *(np.flatnonzero(np.diff(places) != 1) + 1).tolist(), len(places)]
    return list(pairwise(starts))


def _fill(stream: io.FileIO, into: NDArray[np.float16]) -> None:
    """Raises OSError, ValueError at the end of the file."""
    rest = into.data.cast("B")
    while rest:
        read = stream.readinto(rest)
        if not read:
            raise ValueError(tr("it was cut short"))
        rest = rest[read:]
