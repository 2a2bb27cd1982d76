"""Where a project stands on its way from photos to labels in use, and what is to be done next."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cdul_app.project.project import Project


class Step(StrEnum):
    """The steps a person thinks in, in their order."""

    PHOTOS = "photos"
    CLASSES = "classes"
    LABEL = "label"
    CHECK = "check"
    USE = "use"


class Act(StrEnum):
    LOOK = "look for photos"
    NAME = "name the classes"
    LABEL = "label"  # none of the photos has labels yet
    CONTINUE = "continue"  # labeling was stopped half-way
    LABEL_NEW = "label new photos"
    LABEL_AGAIN = "label again"  # classes or settings are others than those of the labels
    CHECK = "check"
    USE = "use"


_STEPS = {
    Act.LOOK: Step.PHOTOS,
    Act.NAME: Step.CLASSES,
    Act.LABEL: Step.LABEL,
    Act.CONTINUE: Step.LABEL,
    Act.LABEL_NEW: Step.LABEL,
    Act.LABEL_AGAIN: Step.LABEL,
    Act.CHECK: Step.CHECK,
    Act.USE: Step.USE,
}


@dataclass(frozen=True)
class NextAct:
    act: Act
    photos: int = 0  # that it is about
    column: int | None = None  # the class that it is about

    @property
    def step(self) -> Step:
        return _STEPS[self.act]


def next_act(project: Project, current: int | None = None) -> NextAct:
    """What a person is led to: the first step of the way that is not done.

    current : the class one is at, which is checked to its end before another.
    """
    readable = ~project.photos.failed
    if not readable.any():
        return NextAct(Act.LOOK)
    if not project.classes:
        return NextAct(Act.NAME)
    unfinished = project.runs.unfinished()
    if unfinished.photos_left:
        return NextAct(Act.CONTINUE, unfinished.photos_left)
    if project.display_kind is None:
        return NextAct(Act.LABEL, int(readable.sum()))
    if project.scoring.is_stale:
        return NextAct(Act.LABEL_AGAIN, int(readable.sum()))
    if unfinished.new_photos:
        return NextAct(Act.LABEL_NEW, unfinished.new_photos)
    counts = project.facts.unsure_counts()
    if counts.any():
        column = int(counts.argmax()) if current is None or not counts[current] else current
        return NextAct(Act.CHECK, int(counts[column]), column)
    return NextAct(Act.USE, int(readable.sum()))


def unlabelled_photos(project: Project) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(n_photos,) photos that can be read and have no labels of the machine yet."""
    kind = project.display_kind
    scores = None if kind is None else project.scores(kind)
    readable = ~project.photos.failed
    return readable if scores is None else readable & np.isnan(scores).all(axis=1)


def labels_to_check(project: Project) -> int:
    """How many labels are uncertain and not answered, of all classes."""
    return 0 if project.display_kind is None else int(project.facts.unsure_counts().sum())
