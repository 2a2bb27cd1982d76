"""Short ways to run the pipeline and to look at what it left in the database."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.events import Event, Events, Noted, Progressed, Skipped, Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.checking.truth_comparison import EvaluatedLabels
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.evaluate import evaluate
from tests.events import run_task

EventType = TypeVar("EventType")


def of_type(events: Iterable[Event], kind: type[EventType]) -> list[EventType]:
    return [event for event in events if isinstance(event, kind)]


def titles(events: Iterable[Event]) -> list[str]:
    return [event.title for event in of_type(events, Started)]


def notes(events: Iterable[Event]) -> str:
    return "\n".join(event.message for event in of_type(events, Noted))


def skipped(events: Iterable[Event]) -> dict[str, str]:
    """Reason by item; an item told twice fails."""
    told = of_type(events, Skipped)
    result = {event.item: event.reason for event in told}
    assert len(result) == len(told), "an item was told twice"
    return result


def close_at(events: Events[object], wanted: Callable[[Event], bool]) -> list[Event]:
    """Take events up to one that is wanted, then close, as a cancelled job does."""
    taken: list[Event] = []
    for event in events:
        taken.append(event)
        if wanted(event):
            break
    else:
        raise AssertionError("the wanted event did not come")
    events.close()
    return taken


class StopAfter:
    """Wants the event after which `count` photos are encoded."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.encoding = False

    def __call__(self, event: Event) -> bool:
        if isinstance(event, Started):
            self.encoding = event.title == "Encoding photos"
        return self.encoding and isinstance(event, Progressed) and event.done >= self.count


def make_project(folder: Path, encoder: str, *classes: str, **settings: Any) -> ScoringConfig:
    """A project with classes and settings, not yet scored."""
    config = ScoringConfig(**{"views": "paper", "device": "cpu", **settings}, encoder=encoder)
    with ProjectStore(locate_project(folder).database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in classes])
        store.settings.set("scoring_config", config.to_dict())
    return config


def scoring_config(location: ProjectLocation) -> ScoringConfig:
    with ProjectStore(location.database) as store:
        return ScoringConfig.from_dict(store.settings.get("scoring_config"))


def set_classes(location: ProjectLocation, *classes: str) -> None:
    with ProjectStore(location.database) as store:
        store.classes.replace([ClassDefinition(name) for name in classes])


def table(location: ProjectLocation, name: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(location.database)
    try:
        return connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
    finally:
        connection.close()


def embedding_rows(location: ProjectLocation) -> dict[str, int]:
    """Row of the table by content; a photo that is encoded again gets another row."""
    connection = sqlite3.connect(location.database, timeout=30)
    try:
        return dict(connection.execute("SELECT fingerprint, rowid FROM embeddings"))
    finally:
        connection.close()


def labels(location: ProjectLocation, kind: LabelKind) -> dict[str, np.ndarray]:
    """Scores (n_classes,) by path."""
    with ProjectStore(location.database) as store:
        stored = store.labels.read(kind)
        if stored is None:
            return {}
        names = {photo.identifier: photo.path for photo in store.photos.all()}
        return {
            names[photo]: row
            for photo, row in zip(stored.photo_ids, stored.scores, strict=True)
            if photo in names
        }


def answer(location: ProjectLocation, path: str, class_name: str, value: int) -> None:
    from cdul_app.storage.records.answer_records import AnswerChange

    with ProjectStore(location.database) as store:
        (photo,) = (photo.identifier for photo in store.photos.all() if photo.path == path)
        (chosen,) = (item.identifier for item in store.classes.all() if item.name == class_name)
        store.answers.apply([AnswerChange(photo, chosen, -1, value)])


def evaluated(project: Project) -> dict[str, Any]:
    """The figures of an open project with truth."""
    truth = project.truth.labels()
    assert truth is not None
    return dict(run_task(evaluate(EvaluatedLabels.of(project), truth))[1].figures)


def evaluate_project(location: ProjectLocation, truth_file: Path) -> dict[str, Any]:
    """The figures of `evaluate --json`."""
    with Project(location) as project:
        task = evaluate(EvaluatedLabels.of(project), project.truth.read(truth_file).labels)
    return dict(run_task(task)[1].figures)
