"""Memory for photos that are being decoded: so much in all, whichever threads ask."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

MOST_BYTES = 488 * 2**20  # of all photos that are being decoded, and so of one
_MOST_HERE = 64 * 2**20  # of one that this process decodes: larger ones would tear its memory


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


class TooLargeHere(Exception):  # noqa: N818 - another process decodes it
    """A picture for decoder_pool, whatever its kind."""


class SmallOnly:
    """A gate for what this process decodes itself."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    @contextmanager
    def hold(self, needed: int) -> Iterator[None]:
        """Raises TooLargeHere."""
        if needed > _MOST_HERE:
            raise TooLargeHere
        with self._gate.hold(needed):
            yield


DECODING = MemoryGate(MOST_BYTES)
