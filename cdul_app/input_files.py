"""Reading a file that a person, or a stranger's project, has named: never a device, never endless.

What is wrong with a file is an OSError whose `strerror` is half a sentence for people.
"""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from cdul_app.language import tr

MOST_LIST_BYTES = 4_000_000  # of a list of classes: 5,000 of them with prompts take 1 MB
MOST_CARD_BYTES = 16_000_000  # of a description: a model's config, a classifier's card, a photo's
MOST_TABLE_BYTES = 600_000_000  # of truth: COCO's largest, instances_train2017.json, has 470 MB


def open_input(file: Path, *, most_bytes: int | None = None) -> BinaryIO:
    """Open a regular file to read, without waiting for anyone at the other end of a pipe.

    Raises OSError, also for a device, a pipe, or a file larger than `most_bytes`.
    """
    if not stat.S_ISREG(file.stat().st_mode):  # to open a tape would move it
        raise _no_file(file)
    # Not blocking, should a pipe have come into its place; Windows has neither.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    stream = os.fdopen(os.open(file, flags), "rb")
    try:
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise _no_file(file)
        if most_bytes is not None and state.st_size > most_bytes:
            raise _too_large(file, most_bytes)
    except BaseException:
        stream.close()
        raise
    return stream


def read_input(file: Path, *, most_bytes: int) -> bytes:
    """The content of a regular file.  Raises OSError as `open_input`."""
    with open_input(file, most_bytes=most_bytes) as stream:
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:  # it grows, or does not tell its size, as those of /proc
        raise _too_large(file, most_bytes)
    return content


def read_input_text(file: Path, *, most_bytes: int) -> str:
    """UTF-8, with or without a mark of it.  Raises OSError, and ValueError for another encoding."""
    return read_input(file, most_bytes=most_bytes).decode("utf-8-sig")


def read_input_json(file: Path, *, most_bytes: int) -> Any:
    """Raises OSError, and ValueError for what is no JSON that can be read."""
    try:
        return json.loads(read_input_text(file, most_bytes=most_bytes))
    except RecursionError:
        raise ValueError(tr("its brackets are nested too deeply")) from None


def _no_file(file: Path) -> OSError:
    is_folder = file.is_dir()
    words = (
        tr("it is a folder, not a file")
        if is_folder
        else tr("it is a device or a pipe, not a file")
    )
    return OSError(errno.EINVAL, words, str(file))


def _too_large(file: Path, most_bytes: int) -> OSError:
    return OSError(
        errno.EFBIG,
        tr("it is larger than {megabytes:,.0f} MB", megabytes=most_bytes / 1e6),
        str(file),
    )
