"""Code of libraries that may look things up on the hub, run where nothing is looked up."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cdul_app.language import tr

_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})
_this_thread = threading.local()
_lock = threading.Lock()
_installed = False


@contextmanager
def no_network() -> Iterator[None]:
    """Within the block this thread's Python reaches no network: trying to is an OSError.

    The hub's own switch is read when its library is imported, and is one for all threads: a
    download may run beside.
    """
    _install()
    before = getattr(_this_thread, "closed", False)
    _this_thread.closed = True
    try:
        yield
    finally:
        _this_thread.closed = before


def _install() -> None:
    global _installed
    with _lock:
        if not _installed:
            sys.addaudithook(_refuse)
            _installed = True


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _EVENTS and getattr(_this_thread, "closed", False):
        raise OSError(tr("it would have to be looked up in the network, which is not done"))
