"""Writing a file whole or not at all, beside its place first.

The name beside it cannot be guessed and is made anew, so that no link that lies there is followed.
What a killed process leaves is removed when the next one writes into the same folder, or opens a
project there.
"""

import hashlib
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_STRAY_SECONDS = 86_400.0  # what another machine, on a shared disk, has not touched for so long
_NAME = re.compile(
    r"\.cdul-(?P<host>[0-9a-f]{8})-(?P<process>\d{1,10})-[0-9a-f]{16}\.part(-wal|-shm|-journal)?"
)  # and what SQLite writes beside a database
_cleaned: set[Path] = set()  # folders, once a process


@contextmanager
def replacing(file: Path, *, synced: bool = True) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of `file` at the end of the block, unless it raises.

    synced : also after a power cut the old or the new file is there, whole.
    Raises OSError.
    """
    waiting = waiting_beside(file)
    try:
        with waiting.open("xb") as stream:
            yield stream
            stream.flush()
            if synced:
                os.fsync(stream.fileno())
        waiting.replace(file)
        if synced:
            sync_folder(file.parent)
    finally:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)


def write_atomically(file: Path, *parts: bytes | memoryview) -> None:
    """`replacing` with this content.  Makes the folder.  Raises OSError."""
    make_folder(file.parent)
    with replacing(file) as stream:
        stream.writelines(parts)


def waiting_beside(file: Path) -> Path:
    """A name for what will take the place of `file`: open it with "x", and remove what is left."""
    remove_strays_once(file.parent)
    return file.with_name(f".cdul-{_host()}-{os.getpid()}-{secrets.token_hex(8)}.part")


def make_folder(folder: Path) -> None:
    """With those above it, each there also after a power cut.  Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def sync_folder(folder: Path) -> None:
    """Let names that have changed in it outlast a power cut, where the system can."""
    with suppress(OSError):  # Windows opens no folder, and some network disks sync none
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_strays_once(folder: Path) -> None:
    """`remove_strays`, where this process has not done so yet."""
    if folder not in _cleaned:
        _cleaned.add(folder)
        remove_strays(folder)


def remove_strays(folder: Path) -> None:
    """Remove what killed processes have left in a folder under names of `waiting_beside`."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found is None or entry.is_symlink():
                continue
            with suppress(OSError):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                ended = found["host"] == _host() and not _runs(int(found["process"]))
                if not ended and age <= _STRAY_SECONDS:
                    continue
                if entry.is_dir(follow_symlinks=False):  # of what a folder was made in
                    shutil.rmtree(entry.path)
                else:
                    Path(entry.path).unlink()


def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _runs(process: int) -> bool:
    """Whether there may be such a process on this machine."""
    if os.name != "posix":  # elsewhere the call that asks would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
