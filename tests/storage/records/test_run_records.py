from dataclasses import replace
from datetime import datetime

from cdul_app.events import EpochFinished, Outcome
from cdul_app.storage.project_store import ProjectStore

EPOCH = EpochFinished(1, 5, 0.5, 0.01, 3, warm_up=True, mean_average_precision=0.75, seconds=1.5)


def test_a_run_keeps_its_settings_and_why_it_stopped(store: ProjectStore):
    first = store.runs.start("score", {"zeta": 0.5}, versions={"torch": "2"})
    second = store.runs.start("train", {"epochs": 5}, seed=7)
    store.runs.set_device(second, "cpu")
    store.runs.finish(second, Outcome.FAILED, reason="The disk is full.", summary="half")
    newest, oldest = store.runs.all()
    assert (newest.identifier, oldest.identifier) == (second, first)
    assert (newest.kind, newest.config, newest.seed) == ("train", {"epochs": 5}, 7)
    assert (newest.device, newest.outcome, newest.reason) == (
        "cpu",
        Outcome.FAILED,
        "The disk is full.",
    )
    assert oldest.outcome is None
    assert oldest.ended is None
    assert oldest.versions == {"torch": "2"}
    assert newest.ended is not None
    for moment in (newest.started, newest.ended):
        assert datetime.fromisoformat(moment).utcoffset() is not None


def test_a_resumed_run_is_running_again(store: ProjectStore):
    run = store.runs.start("train", {})
    store.runs.finish(run, Outcome.CANCELLED, reason="It was cancelled.")
    store.runs.resume(run)
    (record,) = store.runs.all()
    assert (record.outcome, record.ended, record.reason) == (None, None, "")


def test_epochs_come_back_in_order_each_once(store: ProjectStore):
    run, other = store.runs.start("train", {}), store.runs.start("train", {})
    epochs = [replace(EPOCH, epoch=number, loss=1 / number) for number in (1, 2, 3)]
    for epoch in epochs:
        store.runs.add_epoch(run, epoch)
    store.runs.add_epoch(run, replace(epochs[2], loss=0.1))  # done again after a kill
    assert store.runs.epochs(run) == [*epochs[:2], replace(epochs[2], loss=0.1)]
    assert store.runs.epochs(other) == []


def test_a_run_that_starts_over_forgets_its_later_epochs(store: ProjectStore):
    run = store.runs.start("train", {})
    for number in (1, 2, 3):
        store.runs.add_epoch(run, replace(EPOCH, epoch=number))
    again = replace(EPOCH, epoch=1, loss=0.9)
    store.runs.add_epoch(run, again)
    assert store.runs.epochs(run) == [again]


def test_settings_hold_any_json(store: ProjectStore):
    value = {"list": [1, 2.5, None, True], "text": "“ü”\n"}
    store.settings.set("thing", value)
    assert store.settings.get("thing") == value
    store.settings.set("thing", None)
    assert store.settings.get("thing", "default") is None
    assert store.settings.get("absent") is None
    assert store.settings.get("absent", 3) == 3
