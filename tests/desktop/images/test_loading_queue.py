from pathlib import Path

from cdul_app.desktop.images.loading_queue import Key, LoadingQueue


def keys(names: str) -> list[Key]:
    return [(Path(name), (128, 128)) for name in names]


def taken(queue: LoadingQueue) -> str:
    found = []
    while (key := queue.take()) is not None:
        found.append(str(key[0]))
    return "".join(found)


def test_the_newest_screen_comes_first_each_from_its_top_then_what_is_ahead():
    queue = LoadingQueue(600)
    queue.ask_ahead(keys("xyz"))
    queue.ask(keys("abc"))
    queue.ask(keys("def"))
    assert taken(queue) == "defabcxyz"


def test_what_was_ahead_and_comes_into_view_is_taken_once_and_early():
    queue = LoadingQueue(600)
    queue.ask_ahead(keys("xyz"))
    queue.ask(keys("ay"))
    queue.ask_ahead(keys("yzw"))  # in view already, wanted still, new; x is no longer wanted
    assert taken(queue) == "ayzw"


def test_what_is_being_decoded_is_not_taken_twice():
    queue = LoadingQueue(600)
    queue.ask(keys("ab"))
    first = queue.take()
    assert first == keys("a")[0]
    assert queue.is_taken(first)
    queue.ask(keys("a"))
    queue.ask_ahead(keys("a"))
    assert taken(queue) == "b"
    queue.put_back(first)
    queue.ask(keys("a"))
    assert taken(queue) == "a"


def test_screens_that_were_scrolled_past_are_dropped():
    queue = LoadingQueue(4)
    assert queue.ask(keys("abc")) == []
    assert queue.ask(keys("def")) == keys("cb")
    assert taken(queue) == "defa"


def test_threads_are_engaged_as_they_are_of_use():
    queue = LoadingQueue(600)
    assert queue.engage_workers(2) == 0
    queue.ask(keys("a"))
    assert queue.engage_workers(2) == 1
    queue.ask(keys("bcd"))
    assert queue.engage_workers(2) == 1
    assert queue.engage_workers(2) == 0
    assert taken(queue) == "bcda"  # and the thread that found nothing has ended
    queue.ask(keys("e"))
    assert queue.engage_workers(2) == 1


def test_clearing_leaves_nothing():
    queue = LoadingQueue(600)
    queue.ask(keys("a"))
    queue.ask_ahead(keys("b"))
    queue.clear()
    assert taken(queue) == ""
