"""What lies where in tar files, such as the shards of WebDataset."""

import tarfile
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cdul_app.errors import in_english
from cdul_app.photos.elsewhere.addresses import open_address
from cdul_app.photos.elsewhere.places import local_file
from cdul_app.settings.photo_files import PHOTO_SUFFIXES

_KEPT = 32  # tar files of which the members are in memory
_LOCK = threading.Lock()  # else each thread that wants one would read it
_SUFFIXES = tuple(PHOTO_SUFFIXES)


class Member(NamedTuple):
    start: int  # of its content in the tar file
    size: int  # bytes


def members(archive: str) -> Mapping[str, Member]:
    """The photos in a tar file, by name and in its order.

    archive : a path from the root, or a URL.  Raises OSError: it cannot be read, or is compressed.
    """
    file = local_file(archive)
    state = None if file is None else file.stat()
    with _LOCK:
        return _members(archive, state and (state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=_KEPT)
def _members(archive: str, state: tuple[int, int] | None) -> Mapping[str, Member]:
    """state : by which a file is the one that was read."""
    found: dict[str, Member] = {}
    try:
        with open_address(archive) as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            while (member := tar.next()) is not None:
                name = member.name.removeprefix("./")
                if member.isreg() and not member.issparse() and name.lower().endswith(_SUFFIXES):
                    found[name] = Member(member.offset_data, member.size)
                tar.members = []  # type: ignore[attr-defined]  # it would keep all of them
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise OSError(
            0, f"it is no plain tar file ({in_english(error)}); a compressed one must be unpacked",
            archive,
        ) from error  # fmt: skip
    return found
