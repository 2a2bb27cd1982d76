"""The list of classes as a step of the log keeps it: one can rename, and take that back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cdul_app.classes.class_list import ClassDefinition


@dataclass(frozen=True)
class ListedClass:
    """A class at its place of the list, and what a person chose for it."""

    definition: ClassDefinition
    identifier: int | None = None  # None: new, or known by its name alone (steps of version 0.1)
    color: int | None = None  # place among the class colours; None: by its identifier
    key: int | None = None  # place among the keys of classes; None: by its place in the list


def is_same_list(stored: Sequence[ListedClass], logged: Sequence[ListedClass]) -> bool:
    """Steps of version 0.1 tell classes by their names alone."""
    return [each.definition for each in stored] == [each.definition for each in logged] and all(
        old.identifier is None or old == new for old, new in zip(logged, stored, strict=True)
    )


def written_list(classes: Iterable[ListedClass]) -> list[list[Any]]:
    """What JSON holds of it."""
    return [
        [each.definition.name, each.definition.prompts, each.identifier, each.color, each.key]
        for each in classes
    ]


def read_list(classes: Iterable[list[Any]]) -> list[ListedClass]:
    """As `written_list` or version 0.1 wrote it.  Raises ValueError, TypeError for another."""
    found = []
    for name, prompts, *rest in classes:
        identifier, color, key = (*rest, None, None, None)[:3]
        for each in (identifier, color, key):
            if not (each is None or type(each) is int):
                raise TypeError(f"no whole number: {each!r}")
        found.append(ListedClass(ClassDefinition(name, tuple(prompts)), identifier, color, key))
    return found
