"""Digests of file contents, by which embeddings are cached."""

import hashlib
import itertools
import os
from collections.abc import Generator, Iterable

from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.files import PhotoFile
from cdul_app.photos.opened_files import open_regular
from cdul_app.photos.photo_request import PhotoSource

THREADS = max(2, min(8, (os.cpu_count() or 1) // 4))
THREADS_ELSEWHERE = 32  # that mostly wait for a server
READ_AHEAD = 32


def fingerprint_file(file: PhotoFile) -> str:
    """A digest of the whole content: the same photo under another name is encoded once.

    Raises OSError where the file cannot be read.
    """
    if isinstance(file, DistantPhoto):
        return _digest(file.read())
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def fingerprint_files(
    files: Iterable[tuple[int, PhotoFile]],
) -> Generator[tuple[int, str | OSError, PhotoSource], None, None]:
    """Fingerprint (key, file) pairs some ahead of the caller, in order; an error is an item.

    Last comes what the photo is best read from: what is elsewhere was brought here whole.
    """
    remaining = iter(files)
    first = list(itertools.islice(remaining, READ_AHEAD))
    is_elsewhere = any(isinstance(file, DistantPhoto) for _, file in first)
    threads = THREADS_ELSEWHERE if is_elsewhere else THREADS
    yield from read_ahead(
        _fingerprint, itertools.chain(first, remaining), threads=threads, ahead=READ_AHEAD
    )


def _fingerprint(item: tuple[int, PhotoFile]) -> tuple[int, str | OSError, PhotoSource]:
    key, file = item
    try:
        if isinstance(file, DistantPhoto):
            content = file.read()
            return key, _digest(content), content
        return key, fingerprint_file(file), file
    except OSError as error:
        return key, error, file


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
