"""The classes of a project, with their thresholds."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from cdul_app.core.class_list import ClassDefinition, checked_classes, name_key
from cdul_app.core.thresholds import DEFAULT_THRESHOLD
from cdul_app.storage.database import writing


@dataclass(frozen=True)
class ClassRecord:
    identifier: int
    definition: ClassDefinition
    threshold: float

    @property
    def name(self) -> str:
        return self.definition.name


class ClassRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[ClassRecord]:
        """The classes in use, in the person's order."""
        rows = self._database.conn.execute(
            "SELECT id, name, prompts, threshold FROM classes WHERE position IS NOT NULL "
            "ORDER BY position"
        )
        return [
            ClassRecord(identifier, ClassDefinition(name, tuple(json.loads(prompts))), threshold)
            for identifier, name, prompts, threshold in rows
        ]

    def replace(self, definitions: Iterable[ClassDefinition]) -> None:
        """Make these the classes.  A class of the same name keeps its answers and threshold, also
        one that was removed before.  Raises ClassListError."""
        wanted: Sequence[ClassDefinition] = checked_classes(definitions)
        connection = self._database.conn
        with writing(self._database):
            known = {
                name_key(name): identifier
                for identifier, name in connection.execute("SELECT id, name FROM classes")
            }
            connection.execute("UPDATE classes SET position = NULL")
            for position, definition in enumerate(wanted):
                identifier = known.get(name_key(definition.name))
                prompts = json.dumps(definition.prompts)
                if identifier is None:
                    connection.execute(
                        "INSERT INTO classes (position, name, prompts, threshold) "
                        "VALUES (?, ?, ?, ?)",
                        (position, definition.name, prompts, DEFAULT_THRESHOLD),
                    )
                else:
                    connection.execute(
                        "UPDATE classes SET position = ?, name = ?, prompts = ? WHERE id = ?",
                        (position, definition.name, prompts, identifier),
                    )

    def set_threshold(self, identifier: int, threshold: float) -> None:
        """`threshold` lies in [0, 1]."""
        if not 0 <= threshold <= 1:
            raise ValueError(f"a threshold lies in [0, 1], not {threshold}")
        with writing(self._database):
            self._database.conn.execute(
                "UPDATE classes SET threshold = ? WHERE id = ?", (threshold, identifier)
            )
