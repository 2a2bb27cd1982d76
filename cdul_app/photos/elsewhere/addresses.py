"""Reading what a path from the root or a URL leads to; of object storage through fsspec."""

import errno
from typing import Any

from cdul_app.errors import in_english, system_error
from cdul_app.language import translatable
from cdul_app.photos.elsewhere.places import kind_of_address, local_file
from cdul_app.photos.elsewhere.web_files import NO_SERVER, read_web, web_stamp
from cdul_app.photos.opened_files import open_regular

WEB = ("https", "http")
# fsspec knows others, of which some run what they are told, or lead to files of this computer, and
# a list of photos may come from a stranger.
_STORAGE = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory")  # the last of this process
_CONNECTIONS = 32
NO_KEY = translatable("this computer has no key for it")
NO_KIND = translatable("its address is of a kind that is not read")
_REMOTE = getattr(errno, "EREMOTEIO", errno.EIO)


def is_readable_kind(address: str) -> bool:
    """Whether a URL is of a kind that is read, with the package it needs."""
    return kind_of_address(address) in (*WEB, *_STORAGE, "file")


def missing_package(address: str) -> str | None:
    """What a URL of this kind needs and is not installed, as fsspec says it; None for nothing."""
    import fsspec

    kind = kind_of_address(address)
    if kind not in _STORAGE:
        return None
    try:
        fsspec.get_filesystem_class(kind)
    except (ImportError, ValueError) as error:
        return str(error).rstrip(".")
    return None


def read_address(address: str, *, start: int = 0, most_bytes: int) -> bytes:
    """At most so many bytes from there on, in one request.  Raises OSError."""
    file = local_file(address)
    if file is not None:
        with open_regular(file) as stream:
            stream.seek(start)
            return stream.read(most_bytes)
    if kind_of_address(address) in WEB:
        return read_web(address, start=start, most_bytes=most_bytes)
    return _read_storage(address, start, most_bytes)


def stamp_of(address: str) -> str:
    """What tells whether a file of a server is the same as before; empty where nothing does.

    Raises OSError.
    """
    if kind_of_address(address) in WEB:
        return web_stamp(address)
    try:
        system, path = _system(address)
        return str(system.ukey(path))
    except Exception as error:
        raise _as_os_error(error, address) from error


def _read_storage(address: str, start: int, most_bytes: int) -> bytes:
    try:
        system, path = _system(address)
        try:
            content: bytes = system.cat_file(path, start=start, end=start + most_bytes)
        except Exception as error:
            # Asked for a part of an empty file, S3 says that there is no such part.
            if start or "range" not in str(error).lower() or system.size(path):
                raise
            return b""
    except Exception as error:
        raise _as_os_error(error, address) from error
    return content[:most_bytes]


def _system(address: str) -> tuple[Any, str]:
    """As `fsspec.core.url_to_fs`, which also follows `::` to other places."""
    import fsspec

    if kind_of_address(address) not in _STORAGE:
        raise OSError(0, NO_KIND, address)
    kind = fsspec.get_filesystem_class(kind_of_address(address))
    options = kind._get_kwargs_from_urls(address)
    if "s3" in kind.protocol and "config_kwargs" not in fsspec.config.conf.get("s3", {}):
        options["config_kwargs"] = {"max_pool_connections": _CONNECTIONS}
    return kind(**options), kind._strip_protocol(address)


def _as_os_error(error: Exception, address: str) -> OSError:
    """In the system's words where there are any: each kind of server has exceptions of its own."""
    last: BaseException | None = error
    while last is not None:
        if isinstance(last, FileNotFoundError):
            return system_error(errno.ENOENT, address)
        if isinstance(last, PermissionError):
            return system_error(errno.EACCES, address)
        number = (last.errno or 0) if isinstance(last, OSError) else 0
        if number == _REMOTE:
            return OSError(0, NO_SERVER, address)
        if number in errno.errorcode:
            return system_error(number, address)
        kind = type(last).__name__
        if "Credentials" in kind:
            return OSError(0, NO_KEY, address)
        if "Payload" in kind:  # of which a part came
            return system_error(errno.ECONNRESET, address)
        last = last.__cause__ or last.__context__
    return OSError(0, in_english(error), address)
