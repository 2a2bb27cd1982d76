"""Reading what a path from the root or a URL leads to; URLs through fsspec."""

from typing import Any, BinaryIO
from urllib.parse import urlsplit

from cdul_app.errors import in_english
from cdul_app.photos.elsewhere.places import local_file
from cdul_app.photos.opened_files import open_regular

_BLOCK_BYTES = 2**16  # read together where a few bytes are wanted here and there


def open_address(address: str) -> BinaryIO:
    """To seek and read in.  Raises OSError."""
    file = local_file(address)
    if file is not None:
        return open_regular(file)
    try:
        system, path = _system(address)
        stream: BinaryIO = system.open(path, "rb", block_size=_BLOCK_BYTES)
    except Exception as error:
        raise _as_os_error(error, address) from error
    return stream


def read_address(address: str, *, start: int = 0, most_bytes: int) -> bytes:
    """At most so many bytes from there on, in one request.  Raises OSError."""
    file = local_file(address)
    if file is not None:
        with open_regular(file) as stream:
            stream.seek(start)
            return stream.read(most_bytes)
    try:
        system, path = _system(address)
        content: bytes = system.cat_file(path, start=start, end=start + most_bytes)
    except Exception as error:
        raise _as_os_error(error, address) from error
    return content[:most_bytes]


def missing_package(address: str) -> str | None:
    """What a URL of this kind needs and is not installed, as fsspec says it; None for nothing."""
    import fsspec

    if local_file(address) is not None:
        return None
    try:
        fsspec.get_filesystem_class(urlsplit(address).scheme)
    except (ImportError, ValueError) as error:
        return str(error).rstrip(".")
    return None


def _system(address: str) -> tuple[Any, str]:
    import fsspec

    system, path = fsspec.core.url_to_fs(address)
    return system, path


def _as_os_error(error: Exception, address: str) -> OSError:
    """Each kind of server has exceptions of its own."""
    if isinstance(error, OSError):
        return error
    return OSError(0, in_english(error), address)
