"""What lies where in tar files, such as the shards of WebDataset."""

import hashlib
import json
import re
import tarfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cdul_app.errors import in_english
from cdul_app.input_files import read_input_json
from cdul_app.paths import user_cache_dir
from cdul_app.photos.elsewhere.addresses import read_address, stamp_of
from cdul_app.photos.elsewhere.places import local_file
from cdul_app.photos.opened_files import open_regular
from cdul_app.settings.photo_files import PHOTO_SUFFIXES
from cdul_app.written_files import make_folder, replacing

_KEPT = 32  # tar files of which the members are in memory
_LOCKS = tuple(threading.Lock() for _ in range(_KEPT))  # else each thread would read the same one
_SUFFIXES = tuple(PHOTO_SUFFIXES)
_MOST_HEADER_BYTES = 2**20  # a name is read whole
_MOST_INDEX_BYTES = 2**30
_SMALL_BLOCK, _LARGE_BLOCK = 2**14, 2**20  # bytes a request
_SMALL_MEMBER = 2**18  # bytes: such are brought sooner than they are passed over one by one

# In names: bytes that are no text, and what would break a line.
_UNWRITTEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class Member(NamedTuple):
    start: int  # of its content in the tar file
    size: int  # bytes


_told: dict[tuple[str, str], Member] = {}  # by tar file and name, to this process alone


def members(archive: str) -> Mapping[str, Member]:
    """The photos in a tar file, by name and in its order.

    archive : a path from the root, or a URL; of a server what was found is kept on this computer
    for as long as the file stays the same.  Raises OSError: it cannot be read, or is compressed.
    """
    file = local_file(archive)
    state = None if file is None else file.stat()
    with _LOCKS[hash(archive) % len(_LOCKS)]:
        return _members(archive, state and (state.st_size, state.st_mtime_ns))


def member(archive: str, name: str) -> Member | None:
    """One of them.  Raises OSError as `members`."""
    return _told.get((archive, name)) or members(archive).get(name)


def tell_members(places: Mapping[tuple[str, str], Member]) -> None:
    """By tar file and name, in place of what was told before: a worker need not look for what the
    computer that asks it knows."""
    _told.clear()
    _told.update(places)


@lru_cache(maxsize=_KEPT)
def _members(archive: str, state: tuple[int, int] | None) -> Mapping[str, Member]:
    """state : by which a file is the one that was read."""
    stamp = stamp_of(archive) if state is None else ""
    index = user_cache_dir() / "tar-files" / f"{_digest(archive)}.json"
    if stamp and (kept := _kept(index, stamp)) is not None:
        return kept
    found: dict[str, Member] = {}
    try:
        with ExitStack() as stack:
            file = local_file(archive)
            if file is None:
                headers = _Headers(partial(_fetch, archive), most=_LARGE_BLOCK)
            else:
                stream = stack.enter_context(open_regular(file))
                headers = _Headers(partial(_fetch_here, stream), most=_SMALL_BLOCK)
            _go_through(headers, found)
    except (tarfile.TarError, ValueError, EOFError, RecursionError) as error:
        raise OSError(
            0, f"it is no plain tar file ({in_english(error)}); a compressed one must be unpacked",
            archive,
        ) from error  # fmt: skip
    if stamp:
        _keep(index, stamp, found)
    return found


def _go_through(headers: "_Headers", found: dict[str, Member]) -> None:
    """Raises OSError, TarError, ValueError."""
    with tarfile.open(fileobj=headers, mode="r:") as tar:  # type: ignore[call-overload]
        count, passed = 0, 0
        while (member := tar.next()) is not None:
            if tar.offset <= passed:  # a size below 0 would lead back
                raise tarfile.ReadError("it leads back to what was before")
            count, passed = count + 1, tar.offset
            name = _UNWRITTEN.sub("\ufffd", member.name.removeprefix("./"))
            if (
                member.isreg()
                and not member.issparse()
                and member.size >= 0
                and name.lower().endswith(_SUFFIXES)
            ):
                found[name] = Member(member.offset_data, member.size)
            headers.block = headers.most if passed / count < _SMALL_MEMBER else _SMALL_BLOCK
            tar.members = []  # it would keep all of them


class _Headers:
    """What tarfile reads from: a few bytes here and there, and of nothing too many."""

    def __init__(self, fetch: Callable[[int, int], bytes], *, most: int) -> None:
        """fetch : of a start and a number of bytes, which are fewer at the end of the file.
        most : bytes that are worth fetching at once."""
        self._fetch = fetch
        self.most = most
        self._place = 0
        self._start, self._content = 0, b""
        self.block = _SMALL_BLOCK

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> int:
        self._place = place
        return place

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MOST_HEADER_BYTES or self._place < 0:
            raise tarfile.ReadError("a name in it is too long")
        first = self._place - self._start
        if not 0 <= first <= first + size <= len(self._content):
            self._start, first = self._place, 0
            self._content = self._fetch(self._place, max(size, self.block))
        content = self._content[first : first + size]
        self._place += len(content)
        return content


def _fetch(archive: str, start: int, size: int) -> bytes:
    return read_address(archive, start=start, most_bytes=size)


def _fetch_here(stream: BinaryIO, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)


def _digest(archive: str) -> str:
    return hashlib.blake2b(archive.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _kept(index: Path, stamp: str) -> Mapping[str, Member] | None:
    try:
        kept = read_input_json(index, most_bytes=_MOST_INDEX_BYTES)
        if kept["stamp"] != stamp:
            return None
        return {str(name): Member(int(at), int(size)) for name, at, size in kept["members"]}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _keep(index: Path, stamp: str, found: Mapping[str, Member]) -> None:
    rows = [[name, *place] for name, place in found.items()]
    with suppress(OSError):  # it is gone through anew the next time
        make_folder(index.parent)
        with replacing(index, synced=False) as stream:
            stream.write(json.dumps({"stamp": stamp, "members": rows}).encode())
