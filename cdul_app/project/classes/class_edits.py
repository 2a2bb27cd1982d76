"""Renaming, merging, removing and dressing the classes of a project: each one step to undo.

A class keeps its identifier, and with it answers, scores, threshold, colour and key.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.classes.examples import NO_WORDS, with_examples
from cdul_app.errors import ClassListError
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.project.project import Project
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.listed_classes import ListedClass


def rename_class(project: Project, column: int, name: str) -> None:
    """Raises ClassListError for a name that is empty, too long, or another class's."""
    name, old = " ".join(name.split()), project.classes[column]
    if name == old.name:
        return
    taken = project.classes.find(name)
    if taken is not None and taken != column:
        raise ClassListError(
            tr(
                "There is a class “{name}” already: merge the two, or choose another name.",
                name=project.classes[taken].name,
            )
        )
    listed = _listed(project)
    listed[column] = replace(
        listed[column], definition=ClassDefinition(name, old.definition.prompts)
    )
    project.decisions.edit_classes(listed, f"the name “{name}” for “{old.name}”")


def merge_classes(project: Project, source: int, target: int) -> None:
    """One class becomes part of another: what was answered yes for it is yes for the other where
    nothing was answered, and it leaves the list.  A no for the part says nothing of the whole.

    Raises ClassListError where both are the same.
    """
    if source == target:
        raise ClassListError(tr("A class cannot be merged with itself: choose another one."))
    part, whole = project.classes[source], project.classes[target]
    rows = np.flatnonzero(
        (project.answers[:, source] == YES) & (project.answers[:, target] == UNOBSERVED)
    )
    cells = np.zeros(len(rows), dtype=CELL_CHANGE)
    cells["photo"], cells["class"] = project.photos.ids[rows], whole.identifier
    cells["before"], cells["after"], cells["score"] = UNOBSERVED, YES, np.nan
    listed = [each for each in _listed(project) if each.identifier != part.identifier]
    words = f"merging “{part.name}” into “{whole.name}”"
    project.decisions.edit_classes(listed, words, cells)


def remove_classes(project: Project, columns: Sequence[int]) -> None:
    """Their answers are kept, and come back with a class of the same name.

    Raises ClassListError where none would be left.
    """
    listed = [each for column, each in enumerate(_listed(project)) if column not in columns]
    names = [project.classes[column].name for column in columns]
    words = f"“{names[0]}”" if len(names) == 1 else f"{len(names):,} classes"
    project.decisions.edit_classes(listed, f"removing {words}")


def add_class(project: Project, name: str) -> int:
    """A class at the end of the list; returns its column.  One that is there is not added again.

    Raises ClassListError for a name that cannot be one.
    """
    column = project.classes.find(name)
    if column is not None:
        return column
    new = ListedClass(ClassDefinition(" ".join(name.split())))
    project.decisions.edit_classes([*_listed(project), new], f"adding “{new.definition.name}”")
    return len(project.classes) - 1


def describe_by_photos(
    project: Project, column: int, rows: Sequence[int], *, alone: bool | None = None
) -> None:
    """Let these photos describe the class, beside those that do already.

    alone : whether its name and prompts are passed by; None: as it was.
    Raises ClassListError where it would have too many.
    """
    old = project.classes[column]
    if alone is None:
        alone = NO_WORDS in old.definition.prompts
    own = [prompt for prompt in old.definition.prompts if prompt != NO_WORDS]
    paths = [project.photos.paths[row] for row in rows]
    listed = _listed(project)
    prompts = tuple(with_examples(own, paths, alone=alone))
    listed[column] = replace(listed[column], definition=ClassDefinition(old.name, prompts))
    project.decisions.edit_classes(listed, f"photos that describe “{old.name}”")


def add_class_like(project: Project, name: str, rows: Sequence[int], *, alone: bool) -> int:
    """A class at the end of the list that these photos describe; returns its column.

    Raises ClassListError for a name that cannot be one, or is one already.
    """
    for record in project.classes:
        if name_key(record.name) == name_key(name):
            raise ClassListError(
                tr(
                    "There is a class “{name}” already: choose it in the list and describe it by "
                    "the photos, or write another name.",
                    name=record.name,
                )
            )
    prompts = tuple(with_examples([], [project.photos.paths[row] for row in rows], alone=alone))
    new = ListedClass(ClassDefinition(" ".join(name.split()), prompts))
    project.decisions.edit_classes([*_listed(project), new], f"adding “{new.definition.name}”")
    return len(project.classes) - 1


def set_class_color(project: Project, column: int, color: int | None) -> None:
    """color : place among the class colours; None for the app's choice."""
    listed = _listed(project)
    listed[column] = replace(listed[column], color=color)
    words = f"a colour for “{project.classes[column].name}”"
    project.decisions.edit_classes(listed, words)


def set_class_key(project: Project, column: int, key: int | None) -> None:
    """key : place among the keys of classes, taken from the class that chose it; None for the
    app's choice."""
    listed = [
        replace(each, key=None) if key is not None and each.key == key else each
        for each in _listed(project)
    ]
    listed[column] = replace(listed[column], key=key)
    words = f"a key for “{project.classes[column].name}”"
    project.decisions.edit_classes(listed, words)


def move_class(project: Project, column: int, place: int) -> None:
    """To another place of the person's own order."""
    listed = _listed(project)
    listed.insert(place, listed.pop(column))
    words = f"the place of “{project.classes[column].name}”"
    project.decisions.edit_classes(listed, words)


def _listed(project: Project) -> list[ListedClass]:
    return [record.listed for record in project.classes]
