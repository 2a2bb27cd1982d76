"""Noticing that a Ray cluster is gone, before Ray ends this process for it without a word."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from cdul_app.errors import ClusterError
from cdul_app.language import tr

PATIENCE_S = 20.0  # Ray ends the process after 60
_BETWEEN_S, _ANSWER_S, _TURN_S = 4.0, 2.0, 0.5
_CLOSING_S = 10.0  # for the row at hand: a second Ctrl-C is to end it

Row = TypeVar("Row")


class ClusterGoneError(ClusterError):
    """Nothing that asks the cluster comes to an end."""


class ClusterWatch:
    """Whether a cluster answers at the address that its machines ask."""

    def __init__(self, address: str, *, patience_s: float = PATIENCE_S) -> None:
        """address : HOST:PORT."""
        host, _, port = address.rpartition(":")
        self._address, self._place, self._patience_s = address, (host, int(port)), patience_s
        self._asked = time.monotonic()
        self._silent_since: float | None = None  # when it was first asked in vain

    def check(self) -> None:
        """Asks now and then.  Raises ClusterGoneError once it has been asked in vain for long: that
        nobody asked for long, as who stores what came, says nothing."""
        now = time.monotonic()
        if now - self._asked < min(_BETWEEN_S, self._patience_s):
            return
        self._asked = now
        if self._answers():
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = now
        elif now - self._silent_since >= self._patience_s:
            raise ClusterGoneError(
                tr(
                    "The Ray cluster at {address} is gone: see that it runs, then run the command "
                    "again, or with --ray alone; what was encoded is kept.",
                    address=self._address,
                )
            )

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(self._place, _ANSWER_S):
            return True
        return False


@dataclass(frozen=True)
class _End:
    error: BaseException | None = None


def watched(rows: Generator[Row, None, None], watch: ClusterWatch) -> Generator[Row, None, None]:
    """The same rows, each asked for on a thread, which is left behind where the cluster is gone.

    Raises ClusterGoneError, and what `rows` raises.
    """
    asked: SimpleQueue[bool] = SimpleQueue()
    told: SimpleQueue[Row | _End] = SimpleQueue()

    def take() -> None:
        with closing(rows):
            while asked.get():
                try:
                    told.put(next(rows))
                except StopIteration:
                    told.put(_End())
                except BaseException as error:
                    told.put(_End(error))

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    is_gone = False
    try:
        while True:
            asked.put(True)
            row = _next(told, watch)
            if isinstance(row, _End):
                if row.error is not None:
                    raise row.error
                return
            yield row
    except ClusterGoneError:
        is_gone = True
        raise
    finally:
        asked.put(False)
        if not is_gone:
            thread.join(_CLOSING_S)


def _next(told: "SimpleQueue[Row | _End]", watch: ClusterWatch) -> Row | _End:
    while True:
        watch.check()
        with suppress(Empty):
            return told.get(timeout=_TURN_S)
