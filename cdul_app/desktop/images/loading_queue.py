"""Which photo is decoded next: what is on the screen, then what is near it."""

import threading
from collections import deque
from collections.abc import Iterable

from cdul_app.photos.files import PhotoFile

Bound = tuple[int, int]  # at most so wide and high, in device pixels
Key = tuple[PhotoFile, Bound]


class LoadingQueue:
    """Filled by the window's thread, emptied by the decoding ones."""

    def __init__(self, most_waiting: int) -> None:
        """most_waiting : as many as are shown at once, or more; older ones have been passed."""
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._asked: deque[Key] = deque()  # the next one last
        self._ahead: deque[Key] = deque()  # the next one first
        self._taken: set[Key] = set()  # being decoded, or decoded and not yet put back
        self._workers = 0

    def ask(self, keys: Iterable[Key]) -> list[Key]:
        """Decode these next, the first first, before all others.  Returns those dropped."""
        with self._lock:
            new = [key for key in keys if key not in self._taken]
            for key in new:
                if key in self._ahead:
                    self._ahead.remove(key)
            self._asked.extend(reversed(new))
            return [self._asked.popleft() for _ in range(len(self._asked) - self._most_waiting)]

    def ask_ahead(self, keys: Iterable[Key]) -> None:
        """Decode these, the first first, once nothing else waits; earlier ones are dropped."""
        with self._lock:
            asked = set(self._asked)
            self._ahead = deque(key for key in keys if key not in asked and key not in self._taken)

    def clear(self) -> None:
        """What is being decoded goes on."""
        with self._lock:
            self._asked.clear()
            self._ahead.clear()

    def engage_workers(self, most: int) -> int:
        """How many threads more are of use; each takes until there is nothing left."""
        with self._lock:
            waiting = len(self._asked) + len(self._ahead)
            more = max(0, min(most - self._workers, waiting))
            self._workers += more
            return more

    def take(self) -> Key | None:
        """The next one, which is then this thread's.  None where there is none: it ends."""
        with self._lock:
            if self._asked:
                key = self._asked.pop()
            elif self._ahead:
                key = self._ahead.popleft()
            else:
                self._workers -= 1
                return None
            self._taken.add(key)
            return key

    def is_taken(self, key: Key) -> bool:
        return key in self._taken

    def put_back(self, key: Key) -> None:
        """Its result has been received: it may be asked for again."""
        with self._lock:
            self._taken.discard(key)
