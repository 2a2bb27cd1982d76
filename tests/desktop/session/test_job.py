import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from cdul_app.desktop.session.job import Job, JobKind, JobResult
from cdul_app.errors import ProjectError
from cdul_app.events import Event, Events, Noted, Outcome, Progressed, Started, TaskResult


class Listener:
    """Takes a job's signals in the order they come."""

    def __init__(self, job: Job) -> None:
        self.events: list[Event] = []
        self.results: list[JobResult] = []
        job.event_sent.connect(self.events.append)
        job.ended.connect(self.results.append)


def run_job(qtbot: QtBot, make_events: Callable[[], Events[object]]) -> Listener:
    job = Job(JobKind.SCORE, make_events)
    listener = Listener(job)
    with qtbot.waitSignal(job.ended, timeout=10_000):
        job.start()
    assert job.wait(10_000)
    return listener


@dataclass(frozen=True)
class Counted(TaskResult):
    count: int


def a_task() -> Events[Counted]:
    yield Started("Counting", 5000)
    for number in range(1, 5001):
        if number == 2500:
            yield Noted("half way")
        yield Progressed(number, 5000)
    return Counted("Counted.", 5000)


def test_events_arrive_in_order_on_the_listeners_thread(qtbot: QtBot):
    threads: set[int] = set()

    def task() -> Events[Counted]:
        threads.add(threading.get_ident())
        return (yield from a_task())

    listener = run_job(qtbot, task)
    assert threads.isdisjoint({threading.get_ident()})
    events = listener.events
    assert isinstance(events[0], Started)
    (result,) = listener.results
    assert result == JobResult(JobKind.SCORE, Outcome.DONE, "Counted.", Counted("Counted.", 5000))
    done = [event.done for event in events if isinstance(event, Progressed)]
    assert done == sorted(set(done))
    assert len(done) < 2000  # not one for each item
    # What was reached is told before anything else is said, and at the end.
    assert events[events.index(Noted("half way")) - 1] == Progressed(2499, 5000)
    assert events[-1] == Progressed(5000, 5000)


def test_the_last_progress_of_a_task_that_stops_is_not_lost(qtbot: QtBot):
    def task() -> Events[None]:
        yield Started("Counting", 10)
        for number in range(1, 8):
            yield Progressed(number, 10)
        raise ProjectError("The disk is full: make room.")

    assert run_job(qtbot, task).events[-1] == Progressed(7, 10)


def test_cancel_closes_the_task_between_two_events(qtbot: QtBot):
    closed_on: list[int] = []
    cancelled, resumed = threading.Event(), threading.Event()

    def task() -> Events[None]:
        try:
            yield Started("Counting", 10)
            resumed.set()  # past its first event, after which a cancel would end it already
            cancelled.wait(10)
            yield Progressed(3, 10)
            yield Progressed(4, 10)
            raise AssertionError("it went on")
        finally:
            closed_on.append(threading.get_ident())

    job = Job(JobKind.TRAIN, task)
    listener = Listener(job)
    with qtbot.waitSignal(job.event_sent, timeout=10_000):
        job.start()
    with qtbot.waitSignal(job.ended, timeout=10_000):
        assert resumed.wait(10)
        job.cancel()
        cancelled.set()
    job.wait()
    (result,) = listener.results
    assert (result.kind, result.outcome) == (JobKind.TRAIN, Outcome.CANCELLED)
    assert result.message == "Training was cancelled; what was done is kept."
    assert result.value is None
    assert closed_on != [threading.get_ident()]
    assert listener.events[-1] == Progressed(3, 10)


def test_a_cancel_that_comes_after_the_end_changes_nothing(qtbot: QtBot):
    jobs: list[Job] = []

    def task() -> Events[TaskResult]:
        yield Started("Counting")
        jobs[0].cancel()
        return TaskResult("Counted.")

    jobs.append(Job(JobKind.EXPORT, task))
    listener = Listener(jobs[0])
    with qtbot.waitSignal(jobs[0].ended, timeout=10_000):
        jobs[0].start()
    jobs[0].wait()
    assert listener.results[0].outcome is Outcome.DONE


def test_an_error_for_people_is_shown_as_it_is(qtbot: QtBot, caplog: pytest.LogCaptureFixture):
    def task() -> Events[None]:
        yield Started("Counting")
        raise ProjectError("The disk is full: make room.")

    (result,) = run_job(qtbot, task).results
    assert (result.outcome, result.message) == (Outcome.FAILED, "The disk is full: make room.")
    assert caplog.records == []


def test_what_the_machine_has_run_out_of_is_no_bug(qtbot: QtBot):
    def task() -> Events[None]:
        yield Started("Counting")
        raise MemoryError

    (result,) = run_job(qtbot, task).results
    assert result.outcome is Outcome.FAILED
    assert "stopped. There is not enough memory" in result.message


@pytest.mark.parametrize("at_once", [True, False])
def test_a_bug_is_told_as_one_and_goes_into_the_log(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, at_once: bool
):
    def task() -> Events[None]:
        yield Started("Counting")
        raise ZeroDivisionError("seven by nothing")

    def no_task() -> Events[None]:
        raise ZeroDivisionError("seven by nothing")

    with caplog.at_level(logging.ERROR):
        (result,) = run_job(qtbot, no_task if at_once else task).results
    assert result.outcome is Outcome.FAILED
    assert "bug in the app" in result.message
    assert "seven by nothing" not in result.message
    assert "seven by nothing" in result.details
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_a_task_that_fails_to_close_is_a_failed_one(qtbot: QtBot):
    cancelled = threading.Event()

    def task() -> Events[None]:
        try:
            yield Started("Counting")
            cancelled.wait(10)
            yield Progressed(1)
        finally:
            raise ProjectError("What was done cannot be saved: the disk is full.")

    job = Job(JobKind.SCORE, task)
    listener = Listener(job)
    with qtbot.waitSignal(job.event_sent, timeout=10_000):
        job.start()
    with qtbot.waitSignal(job.ended, timeout=10_000):
        job.cancel()
        cancelled.set()
    job.wait()
    assert listener.results[0].outcome is Outcome.FAILED
    assert "cannot be saved" in listener.results[0].message
