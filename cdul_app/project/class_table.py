"""The classes of a project as columns, in the person's order."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.errors import ClassListError
from cdul_app.storage.class_records import ClassRecord

ProjectClass = ClassRecord


class ClassTable(tuple[ProjectClass, ...]):
    """Column for column what the arrays of the project hold."""

    __slots__ = ()

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
        return self[column].identifier - 1

    def column_of(self, name: str) -> int:
        """Raises ClassListError where there is no such class, whatever its case."""
        for column, record in enumerate(self):
            if name_key(record.name) == name_key(name):
                return column
        names = ", ".join(self.names[:20])
        raise ClassListError(f"The project has no class “{name}”: choose one of {names}.")
