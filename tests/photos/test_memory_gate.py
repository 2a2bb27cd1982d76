import threading

import pytest

from cdul_app.photos.memory_gate import MemoryGate, SmallOnly, TooLargeHere


def test_as_many_are_let_in_as_fit_and_the_next_when_one_leaves():
    gate, inside, most = MemoryGate(10), [], []
    lock, entered, leave = threading.Lock(), threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        with gate.hold(4):
            with lock:
                inside.append(1)
                most.append(len(inside))
            entered.release()
            leave.acquire()
            with lock:
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        assert entered.acquire(timeout=10)
        leave.release()
    for thread in threads:
        thread.join(10)
    assert max(most) <= 2
    assert len(most) == 6


def test_more_than_there_is_goes_alone_and_an_error_gives_back():
    gate = MemoryGate(10)
    with pytest.raises(ZeroDivisionError), gate.hold(500):
        1 / 0  # noqa: B018
    with gate.hold(10):
        pass


def test_what_is_too_large_for_this_process_does_not_enter():
    with pytest.raises(TooLargeHere), SmallOnly(MemoryGate(10**12)).hold(10**10):
        pass
