"""Digests of file contents, by which embeddings are cached."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cdul_app.photos.files import open_regular

THREADS = 2
READ_AHEAD = 32


def fingerprint_file(file: Path) -> str:
    """A digest of the whole content: the same photo under another name is encoded once.

    Raises OSError where the file cannot be read.
    """
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def fingerprint_files(files: Iterable[tuple[int, Path]]) -> Iterator[tuple[int, str | OSError]]:
    """Fingerprint (key, file) pairs some ahead of the caller, in order; an error is an item."""
    remaining = iter(files)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="fingerprint") as pool:
        while chunk := list(itertools.islice(remaining, READ_AHEAD)):
            yield from pool.map(_fingerprint, chunk)


def _fingerprint(item: tuple[int, Path]) -> tuple[int, str | OSError]:
    key, file = item
    try:
        return key, fingerprint_file(file)
    except OSError as error:
        return key, error
