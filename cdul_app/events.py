"""What a long task says while it works, small frozen events, and how it is driven to its result.

A task is a generator that yields events and nothing else; its result is its return value.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from cdul_app.language import translatable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Outcome(StrEnum):
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Started:
    """A task, or a stage of one, begins."""

    title: str  # "Scoring photos"
    total: int | None = None  # items to do; None where it is not known
    unit: str = translatable("photos")
    device: str = ""  # "cpu", "cuda:0 (NVIDIA H100)", empty where none is used
    already_done: int = 0  # items an earlier run has finished


@dataclass(frozen=True)
class Progressed:
    """`done` of the stage's `total` are finished, those of earlier runs included."""

    done: int
    total: int | None = None


@dataclass(frozen=True)
class Skipped:
    """One item was left out; the rest goes on."""

    item: str
    reason: str


@dataclass(frozen=True)
class Noted:
    """Something worth telling that stops nothing: a batch halved, a run resumed."""

    message: str


@dataclass(frozen=True)
class PhotosListed:
    """Photos of a new folder, of which only the names are known yet; lists come by path."""

    ids: range
    paths: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PhotosLabelled:
    """Photos that a scoring has come to, with scores that are stored when it ends."""

    ids: tuple[int, ...]
    class_ids: tuple[int, ...]
    scores: "NDArray[np.float32]"  # (n_photos, n_classes), initial pseudo labels


@dataclass(frozen=True)
class EpochFinished:
    """One epoch of training.  Rates and scores lie in [0, 1]."""

    epoch: int  # counted from 1
    epochs: int
    loss: float  # mean soft-label BCE over the epoch
    label_change: float  # mean absolute move of the pseudo labels in this epoch's refinement
    labels_flipped: int  # pseudo labels that crossed 0.5 in this epoch's refinement
    warm_up: bool  # labels were fixed in this epoch
    mean_average_precision: float | None = None  # of the classifier, where truth is loaded
    seconds: float = 0.0
    flips_by_class: Mapping[str, int] = field(default_factory=dict)  # those with a flip
    change_by_class: Mapping[str, float] = field(default_factory=dict)  # as label_change


@dataclass(frozen=True)
class TaskResult:
    """What a whole task returns; each has a class of its own, which says more."""

    summary: str  # one sentence for people: "Labelled 500 photos, 3 skipped."


Result = TypeVar("Result")
Event = Started | Progressed | Skipped | Noted | PhotosListed | PhotosLabelled | EpochFinished
Events: TypeAlias = Generator[Event, None, Result]  # closing it cancels the task


def follow(events: Events[Result], take: Callable[[Event], object]) -> Result:
    """Give each event to `take`, at last return the result.  What `take` raises ends the task."""
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: Result = end.value
                return result
            take(event)


def relay(events: Events[Result], change: Callable[[Event], Event | None]) -> Events[Result]:
    """The same task with each event as `change` returns it; without those it makes None."""
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: Result = end.value
                return result
            changed = change(event)
            if changed is not None:
                yield changed
