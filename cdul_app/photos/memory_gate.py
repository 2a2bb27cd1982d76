"""Memory for photos that are being decoded: so much in all, whichever threads ask."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

MOST_BYTES = 640 * 2**20  # of all photos that are being decoded, and so of one


class Gate(Protocol):
    def hold(self, needed: int) -> AbstractContextManager[None]: ...


class MemoryGate:
    """Lets threads in while what they need fits; the others wait."""

    def __init__(self, total: int) -> None:
        self._total = self._free = total
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, needed: int) -> Iterator[None]:
        """needed : bytes; more than there are in all is as much as all."""
        needed = min(needed, self._total)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= needed)
            self._free -= needed
        try:
            yield
        finally:
            with self._changed:
                self._free += needed
                self._changed.notify_all()


DECODING = MemoryGate(MOST_BYTES)
