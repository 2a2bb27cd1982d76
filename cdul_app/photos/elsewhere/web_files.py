"""Reading what a web server has; with proxies and passwords (.netrc) as the system says."""

import errno
import netrc
import os
import re
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

from cdul_app.errors import in_english, system_error
from cdul_app.language import translatable
from cdul_app.version import __version__

if TYPE_CHECKING:
    import httpx2

_LOCK = threading.Lock()  # else threads that come at once would each make one
_CONNECTIONS = 64
_SECONDS_TO_CONNECT = 10.0
_SECONDS_WITHOUT_DATA = 30.0
_MOST_SECONDS = 300.0  # of one answer, however slowly it comes
_LONGEST_WAIT = 10.0  # seconds, of what a busy server asks for
_BUSY = (429, 502, 503, 504)
_NO_PERMISSION = (401, 403, 407, 451)
NO_SERVER = translatable("its server cannot answer now")
_REFUSED = translatable("its server does not send it")
NO_PARTS = translatable("its server does not send parts of a file, which a tar file needs")
_OTHER_PART = translatable("its server sends another part than was asked for")
_IN_A_CIRCLE = translatable("its server sends from one address to the next without end")
_NO_ADDRESS = translatable("its address is none that a web server has")


def read_web(url: str, *, start: int = 0, most_bytes: int) -> bytes:
    """At most so many bytes from there on, in one request where the server is well.

    Raises OSError, which never names the address that a server has sent on to: there may be a key
    in it.
    """
    import httpx2

    for waited in (0.5, 1.0, None):
        try:
            return _asked_once(url, start, most_bytes)
        except _BusyError as error:
            if waited is None:
                raise
            time.sleep(min(waited if error.wait is None else error.wait, _LONGEST_WAIT))
        except (httpx2.ReadError, httpx2.RemoteProtocolError) as error:
            if waited is None:
                raise system_error(errno.ECONNRESET, url) from error
        except httpx2.TooManyRedirects:
            raise OSError(0, _IN_A_CIRCLE, url) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError):
            raise OSError(0, _NO_ADDRESS, url) from None
        except httpx2.TimeoutException as error:
            raise system_error(errno.ETIMEDOUT, url) from error
        except httpx2.RequestError as error:
            raise OSError(0, in_english(error), url) from error
    raise AssertionError


def web_stamp(url: str) -> str:
    """By which a file is the same as before; empty where its server does not tell."""
    import httpx2

    try:
        answer = client().head(url)
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError):
        return ""
    told = [answer.headers.get(name, "") for name in ("ETag", "Last-Modified", "Content-Length")]
    return " ".join(told) if answer.status_code == 200 and any(told[:2]) else ""


class _BusyError(OSError):
    """The server may answer later."""

    wait: float | None = None  # seconds, where it says so


def _asked_once(url: str, start: int, most_bytes: int) -> bytes:
    headers = {"Range": f"bytes={start}-{start + most_bytes - 1}"}
    began = time.monotonic()
    with client().stream("GET", url, headers=headers) as answer:
        if answer.status_code == 416:  # nothing is there from `start` on
            return b""
        _check_status(answer, url)
        if answer.status_code == 206:
            found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
            if found is not None and int(found[1]) != start:
                raise OSError(0, _OTHER_PART, url)
        elif start:
            raise OSError(0, NO_PARTS, url)
        content = bytearray()
        for block in answer.iter_bytes():
            content += block
            if len(content) > most_bytes:  # an answer that is read to its end leaves a connection
                break
            if time.monotonic() - began > _MOST_SECONDS:
                raise system_error(errno.ETIMEDOUT, url)
        return bytes(content[:most_bytes])


def _check_status(answer: "httpx2.Response", url: str) -> None:
    """Raises OSError."""
    status = answer.status_code
    if status in (404, 410):
        raise system_error(errno.ENOENT, url)
    if status in _NO_PERMISSION:
        raise system_error(errno.EACCES, url)
    if status in (200, 204, 206):
        return
    kind = _BusyError if status in _BUSY else OSError
    error = kind(0, NO_SERVER if status in _BUSY or status >= 500 else _REFUSED, url)
    wait = answer.headers.get("Retry-After", "")
    if isinstance(error, _BusyError) and re.fullmatch(r"\d{1,9}", wait):
        error.wait = float(wait)
    raise error


def client() -> "httpx2.Client":
    """For all threads of a process, which share its connections."""
    with _LOCK:
        return _only_client()


def forget_client() -> None:
    """Its connections are closed."""
    client().close()
    _only_client.cache_clear()


@cache
def _only_client() -> "httpx2.Client":
    import httpx2

    return httpx2.Client(
        follow_redirects=True,
        timeout=httpx2.Timeout(_SECONDS_WITHOUT_DATA, connect=_SECONDS_TO_CONNECT),
        limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
        # Parts of a file are counted in its own bytes.
        headers={"Accept-Encoding": "identity", "User-Agent": f"cdul_app/{__version__}"},
        auth=_passwords(),
    )


def _passwords() -> "httpx2.Auth | None":
    import httpx2

    try:
        return httpx2.NetRCAuth(os.environ.get("NETRC"))
    except (OSError, netrc.NetrcParseError):
        return None
