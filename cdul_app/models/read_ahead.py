"""Reading with threads ahead of what is needed.

Threads, not the forked workers of a DataLoader: Pillow releases the GIL while it decodes, and forks
deadlock inside a Qt process.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
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


def iterate_ahead(
    begin: Callable[[], Generator[Item, None, None]], *, ahead: int
) -> Generator[Item, None, None]:
    """The items of `begin()`, which is called, gone through and closed by a thread of its own, as
    many as `ahead` items before they are asked for.

    What it raises comes through in its item's place.  Closing the generator closes that one, and
    leaves no thread.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix="iterate")
    items = thread.submit(begin).result()
    coming: deque[Future[list[Item]]] = deque()
    try:
        while True:
            while len(coming) <= ahead:
                coming.append(thread.submit(lambda: list(islice(items, 1))))
            found = coming.popleft().result()
            if not found:
                return
            yield found[0]
    finally:
        for each in coming:
            each.cancel()
        thread.submit(items.close)
        thread.shutdown(wait=True)
