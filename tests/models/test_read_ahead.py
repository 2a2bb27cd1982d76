import threading
from collections.abc import Generator, Iterator
from itertools import islice

import pytest

from cdul_app.models.read_ahead import iterate_ahead, read_ahead


def squares(items: Iterator[int], *, ahead: int = 3) -> Iterator[int]:
    return read_ahead(lambda item: item * item, items, threads=2, ahead=ahead)


@pytest.mark.parametrize("ahead", [0, 1, 3, 100])
def test_results_come_in_the_order_of_the_items(ahead: int):
    assert list(squares(iter(range(20)), ahead=ahead)) == [item * item for item in range(20)]
    assert list(squares(iter(()), ahead=ahead)) == []


def test_no_more_is_begun_than_asked_for_and_closing_leaves_no_thread():
    before = set(threading.enumerate())
    begun: list[int] = []

    def endless() -> Iterator[int]:
        for item in range(10**9):
            begun.append(item)
            yield item

    results = read_ahead(str, endless(), threads=2, ahead=5)
    assert next(results) == "0"
    assert len(begun) == 6
    assert next(results) == "1"
    assert len(begun) == 7
    results.close()
    assert set(threading.enumerate()) <= before


def test_an_error_comes_in_its_items_place():
    results = read_ahead(lambda item: 6 // item, [2, 1, 0, 3], threads=2, ahead=3)
    assert [next(results), next(results)] == [3, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_thread_of_its_own_iterates_closes_and_ends():
    threads = []

    def numbers() -> Generator[int, None, None]:
        try:
            threads.append(threading.current_thread())
            yield from range(1000)
        finally:
            threads.append(threading.current_thread())

    items = iterate_ahead(numbers, ahead=3)
    assert list(islice(items, 5)) == [0, 1, 2, 3, 4]
    items.close()
    first, last = threads
    assert first is last is not threading.current_thread()
    assert not first.is_alive()
    assert list(iterate_ahead(numbers, ahead=3)) == list(range(1000))


def test_what_an_iterator_raises_comes_in_its_place():
    def numbers() -> Generator[int, None, None]:
        yield 1
        yield 2
        raise OSError("the disk is gone")

    items = iterate_ahead(numbers, ahead=5)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(OSError, match="the disk is gone"):
        next(items)
