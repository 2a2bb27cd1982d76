"""Reading with threads ahead of what is needed.

Threads, not the forked workers of a DataLoader: Pillow releases the GIL while it decodes, and forks
deadlock inside a Qt process.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(
    read: Callable[[Item], Result], items: Iterable[Item], *, threads: int, ahead: int
) -> Generator[Result, None, None]:
    """`read(item)` of each item in their order, as many as `ahead` of them begun beforehand.

    What `read` raises comes through in its item's place.  Closing the generator drops what has not
    begun, waits for the rest and leaves no thread.
    """
    readers = ThreadPoolExecutor(threads, thread_name_prefix="read-photos")
    reading: deque[Future[Result]] = deque()
    try:
        for item in items:
            reading.append(readers.submit(read, item))
            if len(reading) > ahead:
                yield reading.popleft().result()
        while reading:
            yield reading.popleft().result()
    finally:
        readers.shutdown(wait=True, cancel_futures=True)
