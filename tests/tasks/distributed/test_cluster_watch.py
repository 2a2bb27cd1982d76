"""A cluster that is gone is noticed while one waits for it; no Ray is needed to tell."""

import socket
import threading
from collections.abc import Generator, Iterator

import pytest

from cdul_app.tasks.distributed import cluster_watch
from cdul_app.tasks.distributed.cluster_watch import (
    PATIENCE_S,
    ClusterGoneError,
    ClusterWatch,
    watched,
)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def watch_of(server: socket.socket) -> ClusterWatch:
    host, port = server.getsockname()
    return ClusterWatch(f"{host}:{port}", patience_s=0.2)


class Clock:
    """In place of `time`, goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Batches:
    """Rows of a cluster, of which the last never comes unless it is let go."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.let_go, self.closed = threading.Event(), threading.Event()

    def rows(self) -> Generator[int, None, None]:
        try:
            yield from range(self.count)
            self.let_go.wait()
        finally:
            self.closed.set()


def test_rows_come_as_they_are_and_an_error_as_it_is(server: socket.socket):
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("of the work")

    batches = Batches(3)
    batches.let_go.set()
    assert list(watched(batches.rows(), watch_of(server))) == [0, 1, 2]
    assert batches.closed.is_set()
    rows = watched(failing(), watch_of(server))
    assert next(rows) == 1
    with pytest.raises(ValueError, match="of the work"):
        next(rows)


def test_who_wants_no_more_rows_closes_them(server: socket.socket):
    batches = Batches(3)
    rows = watched(batches.rows(), watch_of(server))
    assert next(rows) == 0
    rows.close()
    assert batches.closed.is_set()


def test_a_cluster_that_goes_in_the_middle_is_a_sentence(server: socket.socket):
    batches = Batches(2)
    rows = watched(batches.rows(), watch_of(server))
    assert [next(rows), next(rows)] == [0, 1]
    server.close()
    with pytest.raises(ClusterGoneError, match=r"at 127\.0\.0\.1:\d+ is gone"):
        next(rows)
    batches.let_go.set()
    assert batches.closed.wait(10)


def test_one_that_answers_is_waited_for(server: socket.socket):
    batches, watch = Batches(1), watch_of(server)
    rows = watched(batches.rows(), watch)
    assert next(rows) == 0
    threading.Timer(1.5, batches.let_go.set).start()  # longer than its patience
    assert list(rows) == []


def test_one_answer_missing_after_a_long_pause_is_no_lost_cluster(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch
):
    """As where what came is stored for a minute, and the cluster then is busy."""
    clock = Clock()
    monkeypatch.setattr(cluster_watch, "time", clock)
    host, port = server.getsockname()
    watch = ClusterWatch(f"{host}:{port}")
    server.close()
    clock.now = 60.0
    watch.check()
    clock.now += PATIENCE_S / 2
    watch.check()
    clock.now += PATIENCE_S / 2
    with pytest.raises(ClusterGoneError):
        watch.check()
