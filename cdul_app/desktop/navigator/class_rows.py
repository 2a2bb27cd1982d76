"""What the list of classes shows: every class with its counts, in an order, found by typing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cdul_app.classes.class_list import name_key
from cdul_app.desktop.keys.shortcuts import class_key_mark
from cdul_app.language import ntr, tr
from cdul_app.project.project import Project


class ClassOrder(StrEnum):
    NEEDS_YOU = "needs you", tr("Needs you first"), tr("Most uncertain photos first")
    COUNT = "count", tr("Most photos first"), tr("By how many photos have the label")
    NAME = "name", tr("By name"), tr("By the alphabet")
    OWN = "own", tr("Your own order"), tr("As in your list")

    heading: str
    meaning: str

    def __new__(cls, word: str, heading: str, meaning: str) -> "ClassOrder":
        order = str.__new__(cls, word)
        order._value_, order.heading, order.meaning = word, heading, meaning
        return order


@dataclass(frozen=True)
class ClassRow:
    """What one row of the list shows."""

    column: int  # of the project
    color: int  # see ClassTable.color_index
    name: str
    key: str  # as it is printed: “3”, “⇧3”, or empty
    photos: int | None  # that have the label; None before labeling
    to_check: int  # labels that are uncertain and not answered
    yes: int
    no: int

    @property
    def is_empty(self) -> bool:
        """Labelled, without a photo and without an answer: out of the way below the others."""
        return self.photos == 0 and not self.yes + self.no

    def spoken(self) -> str:
        """For screen readers and the tooltip."""
        parts = [self.name]
        if self.photos is not None:
            parts.append(ntr("{n} photo", "{n} photos", self.photos))
        if self.to_check:
            parts.append(tr("{count} uncertain", count=self.to_check))
        if self.yes + self.no:
            parts.append(tr("you said yes {yes}, no {no}", yes=self.yes, no=self.no))
        if self.key:
            parts.append(tr("key {key}", key=self.key))
        return "; ".join(parts)


def class_rows(project: Project) -> list[ClassRow]:
    """One for each class, in the person's own order."""
    classes, labelled = project.classes, project.display_kind is not None
    yes, no = (counts.tolist() for counts in project.facts.yes_and_no_counts())
    photos = project.facts.class_counts().tolist() if labelled else [None] * len(classes)
    to_check = project.facts.unsure_counts().tolist() if labelled else [0] * len(classes)
    return [
        ClassRow(
            column,
            classes.color_index(column),
            record.name,
            class_key_mark(classes.keys[column]),
            photos[column],
            to_check[column],
            yes[column],
            no[column],
        )
        for column, record in enumerate(classes)
    ]


def arranged(rows: Iterable[ClassRow], order: ClassOrder) -> list[ClassRow]:
    """Equal ones in the person's own order."""
    match order:
        case ClassOrder.NEEDS_YOU:
            return sorted(rows, key=lambda row: (-row.to_check, -(row.photos or 0)))
        case ClassOrder.COUNT:
            return sorted(rows, key=lambda row: -(row.photos or 0))
        case ClassOrder.NAME:
            return sorted(rows, key=lambda row: name_key(row.name))
        case ClassOrder.OWN:
            return list(rows)


def found(rows: Iterable[ClassRow], text: str) -> list[ClassRow]:
    """Those whose name holds the text, first those that begin with it."""
    wanted = name_key(text)
    holding = [row for row in rows if wanted in name_key(row.name)]
    return sorted(holding, key=lambda row: not name_key(row.name).startswith(wanted))
