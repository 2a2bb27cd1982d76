"""One job at a time, the newest wins."""

from threading import Event as Flag

from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.events import Events, Noted, Outcome, TaskResult


class Work:
    """A task that goes on until it is let go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun, self.let_go, self.closed = Flag(), Flag(), Flag()

    def __call__(self) -> Events[TaskResult]:
        self.begun.set()
        try:
            yield Noted(f"{self.name} began")
            while not self.let_go.wait(0.005):
                yield Noted(f"{self.name} works")
            return TaskResult(f"{self.name} is done.")
        finally:
            self.closed.set()


def slot_and_results(qtbot):
    slot, results = JobSlot(), []
    slot.ended.connect(results.append)
    return slot, results


def test_the_newest_replaces_the_one_that_runs(qtbot):
    slot, results = slot_and_results(qtbot)
    first, second, third = Work("first"), Work("second"), Work("third")
    slot.start(JobKind.SEARCH, first)
    assert first.begun.wait(10)
    slot.start(JobKind.SEARCH, second)
    slot.start(JobKind.EVALUATE, third)
    third.let_go.set()
    qtbot.waitUntil(lambda: len(results) == 1, timeout=10_000)
    assert first.closed.is_set()
    assert not second.begun.is_set()
    assert results[0].message == "third is done."
    assert results[0].kind is JobKind.EVALUATE
    assert not slot.is_running


def test_nothing_is_heard_of_a_job_that_was_replaced(qtbot):
    slot, results = slot_and_results(qtbot)
    told = []
    slot.event_sent.connect(lambda event: told.append(event.message))
    first, second = Work("first"), Work("second")
    slot.start(JobKind.SEARCH, first)
    assert first.begun.wait(10)
    slot.start(JobKind.SEARCH, second)
    second.let_go.set()
    qtbot.waitUntil(lambda: bool(results), timeout=10_000)
    assert told
    assert all(message.startswith("second") for message in told)


def test_a_cancelled_job_ends_and_says_so(qtbot):
    slot, results = slot_and_results(qtbot)
    work = Work("work")
    slot.start(JobKind.SCAN, work)
    assert work.begun.wait(10)
    slot.cancel()
    qtbot.waitUntil(lambda: bool(results), timeout=10_000)
    assert results[0].outcome is Outcome.CANCELLED
    assert work.closed.is_set()


def test_cancelling_gives_up_what_waits_as_well(qtbot):
    slot, results = slot_and_results(qtbot)
    work, waiting = Work("work"), Work("waiting")
    slot.start(JobKind.SCAN, work)
    assert work.begun.wait(10)
    slot.start(JobKind.SCAN, waiting)
    waiting.let_go.set()
    slot.cancel()
    qtbot.waitUntil(lambda: bool(results), timeout=10_000)
    assert [result.outcome for result in results] == [Outcome.CANCELLED]
    assert not waiting.begun.is_set()
    assert not slot.is_running


def test_nothing_is_heard_of_a_job_given_up_after_its_end(qtbot):
    slot, results = slot_and_results(qtbot)
    told = []
    slot.event_sent.connect(told.append)
    work = Work("work")
    work.let_go.set()
    slot.start(JobKind.SCAN, work)
    assert work.closed.wait(10)
    slot.give_up()  # its result is done, and perhaps on its way to this thread
    qtbot.waitUntil(lambda: not slot.is_running, timeout=10_000)
    assert results == told == []
    again = Work("again")
    again.let_go.set()
    with qtbot.waitSignal(slot.ended, timeout=10_000):
        slot.start(JobKind.SCAN, again)
    assert [result.message for result in results] == ["again is done."]


def test_closing_waits_and_is_silent(qtbot):
    slot, results = slot_and_results(qtbot)
    work, waiting = Work("work"), Work("waiting")
    slot.start(JobKind.SCAN, work)
    assert work.begun.wait(10)
    slot.start(JobKind.SCAN, waiting)
    slot.close()
    assert work.closed.is_set()
    assert not slot.is_running
    qtbot.wait(20)  # what was still on its way to this thread
    assert results == []
    assert not waiting.begun.is_set()


def test_one_job_after_the_other(qtbot):
    slot, results = slot_and_results(qtbot)
    for name in ("first", "second"):
        work = Work(name)
        work.let_go.set()
        with qtbot.waitSignal(slot.ended, timeout=10_000):
            slot.start(JobKind.SCAN, work)
    assert [result.message for result in results] == ["first is done.", "second is done."]
