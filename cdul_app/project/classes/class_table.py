"""The classes of a project as columns, in the person's order."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import KEYED_CLASSES, ClassDefinition, name_key
from cdul_app.errors import ClassListError
from cdul_app.language import tr
from cdul_app.storage.records.class_records import ClassRecord

ProjectClass = ClassRecord


class ClassTable(tuple[ProjectClass, ...]):
    """Column for column what the arrays of the project hold."""

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(record.identifier for record in self)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(record.name for record in self)

    @property
    def definitions(self) -> list[ClassDefinition]:
        return [record.definition for record in self]

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,), in [0, 1]."""
        return np.array([record.threshold for record in self], dtype=np.float32)

    def color_index(self, column: int) -> int:
        """Which of the class colours is this class's: it keeps it when the list is edited."""
        record = self[column]
        return record.identifier - 1 if record.color is None else record.color

    @cached_property
    def keys(self) -> tuple[int | None, ...]:
        """The place of each class among the keys of classes (desktop.keys.shortcuts): the one a
        person chose, else the first that is free; None where there are no more."""
        chosen = {record.key for record in self if record.key is not None}
        free = iter([place for place in range(KEYED_CLASSES) if place not in chosen])
        return tuple(record.key if record.key is not None else next(free, None) for record in self)

    def column_of_key(self, place: int) -> int | None:
        return self.keys.index(place) if place in self.keys else None

    def find(self, name: str) -> int | None:
        """The column of the class of that name, whatever its case, width and spacing."""
        wanted = name_key(name)
        return next(
            (column for column, record in enumerate(self) if name_key(record.name) == wanted), None
        )

    def column_of(self, name: str) -> int:
        """Raises ClassListError where there is no such class, whatever its case."""
        column = self.find(name)
        if column is not None:
            return column
        names = ", ".join(self.names[:20])
        raise ClassListError(
            tr("The project has no class “{name}”: choose one of {names}.", name=name, names=names)
        )
