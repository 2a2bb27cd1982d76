"""Where a project stands on its way from photos to labels in use, and what is to be done next."""

from dataclasses import dataclass
from enum import StrEnum

from cdul_app.language import ntr, tr
from cdul_app.project.classes.class_order import class_to_ask
from cdul_app.project.labeling.cost import LabelingAct, LabelingCost, labeling_cost
from cdul_app.project.project import Project


class Step(StrEnum):
    """The steps a person thinks in, in their order."""

    PHOTOS = "photos"
    CLASSES = "classes"
    LABEL = "label"
    CHECK = "check"
    USE = "use"


@dataclass(frozen=True)
class NextAct:
    """The first step of the way that is not done."""

    step: Step
    words: str  # what a button says of it
    column: int | None = None  # the class that is checked


def next_act(project: Project) -> NextAct:
    """What a person is led to."""
    if not (~project.photos.failed).any():
        return NextAct(Step.PHOTOS, tr("Look for photos"))
    if not project.classes:
        return NextAct(Step.CLASSES, tr("Name your classes"))
    cost: LabelingCost = labeling_cost(project)
    if cost.act is not LabelingAct.NOTHING:
        return NextAct(Step.LABEL, cost.words)
    counts = project.facts.unsure_counts()
    column = class_to_ask(project) if counts.any() else None
    if column is not None:
        # A class without an uncertain label may have photos that lack it.
        name = _shortened(project.classes[column].name)
        words = (
            ntr(
                "Check {n} uncertain photo: {name}",
                "Check {n} uncertain photos: {name}",
                int(counts[column]),
                name=name,
            )
            if counts[column]
            else tr("Check photos: {name}", name=name)
        )
        return NextAct(Step.CHECK, words, column)
    return NextAct(Step.USE, tr("Export labels"))


def labels_to_check(project: Project) -> int:
    """How many labels are uncertain and not answered, of all classes."""
    return 0 if project.display_kind is None else int(project.facts.unsure_counts().sum())


def _shortened(name: str, longest: int = 20) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
