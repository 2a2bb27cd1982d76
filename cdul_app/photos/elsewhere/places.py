"""The places outside a project's folder that manifests have named on this computer.

A project may come from a stranger: what it calls its photos must lead neither to other files of
this computer nor to a server.  Only a person names such places, by giving a manifest.
"""

import re
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.request import url2pathname

from cdul_app.input_files import MOST_TABLE_BYTES, read_input_text
from cdul_app.paths import absolute_path, user_data_dir, write_atomically

_LOCK = threading.Lock()
_given: set[str] = set()  # to this process alone
_read: dict[Path, tuple[int, frozenset[str]]] = {}  # by file, as it was at a time


def is_address(path: str) -> bool:
    """Whether it is a URL.

    >>> is_address("s3://bucket/a.jpg"), is_address("C:/a.jpg"), is_address("a/b.jpg")
    (True, False, False)
    """
    return "://" in path


def absolute_address(text: str) -> str:
    """As it is where it is a URL, else the path from the root."""
    return text if is_address(text) else str(absolute_path(Path(text)))


def local_file(address: str) -> Path | None:
    """The file of this computer that a path from the root or a URL names; None for what lies on a
    server."""
    if not is_address(address):
        return Path(address)
    if kind_of_address(address) != "file":
        return None
    _, rest = _parted(address)
    return Path(url2pathname(rest.partition("?")[0].partition("#")[0]))


def kind_of_address(address: str) -> str:
    """Of a URL what stands before its colon, else nothing.

    >>> kind_of_address("S3://bucket/a.jpg"), kind_of_address("a.jpg")
    ('s3', '')
    """
    return address.partition("://")[0].lower() if is_address(address) else ""


def _parted(address: str) -> tuple[str, str]:
    """Server and the rest, also of what is no valid URL."""
    rest = address.partition("://")[2]
    end = re.search(r"[/?#]|$", rest)
    assert end is not None
    return rest[: end.start()], rest[end.start() :]


def place_of(address: str) -> str:
    """The server, or bucket, of a URL, and the folder of a file.

    >>> place_of("https://host/a/b.jpg"), place_of("file:///data/a/b.jpg")
    ('https://host', '/data/a')
    """
    file = local_file(address)
    if file is not None:
        folder = file.parent
        return str(file if folder == folder.parent else folder)  # not the whole disk
    return f"{kind_of_address(address)}://{_parted(address)[0]}"


def name_places(addresses: Iterable[str]) -> None:
    """Remember where a manifest's photos lie, so that this computer may look there.

    addresses : paths from the root, and URLs.  Raises OSError where it cannot be remembered.
    """
    new = {place_of(address) for address in addresses}
    with _LOCK:
        known = _remembered()
        if not new <= known:
            text = "".join(f"{place}\n" for place in sorted(known | new))
            _file().parent.mkdir(parents=True, exist_ok=True)
            write_atomically(_file(), text.encode("utf-8", "surrogateescape"))


def give_places(places: Iterable[str]) -> None:
    """Let this process look there: a worker is told by the computer that asks it."""
    _given.update(places)


def named_places() -> frozenset[str]:
    with _LOCK:
        return _remembered() | _given


def is_named(address: str) -> bool:
    """Whether it lies in one of those places, or below one that is a folder."""
    file = local_file(address)
    if file is None:
        wanted = {place_of(address)}
    elif ".." in file.parts:
        return False
    else:
        wanted = {str(file), *map(str, file.parents)}
    with _LOCK:
        return not (wanted.isdisjoint(_remembered()) and wanted.isdisjoint(_given))


def _file() -> Path:
    return user_data_dir() / "named-places.txt"


def _remembered() -> frozenset[str]:
    file = _file()
    try:
        changed = file.stat().st_mtime_ns
        known = _read.get(file)
        if known is None or known[0] != changed:
            text = read_input_text(file, most_bytes=MOST_TABLE_BYTES)
            known = _read[file] = (changed, frozenset(text.splitlines()))
    except (OSError, ValueError):
        return frozenset()
    return known[1]
