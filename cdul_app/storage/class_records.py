"""The classes of a project, with their thresholds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from cdul_app.core.class_list import ClassDefinition, checked_classes, name_key
from cdul_app.core.thresholds import DEFAULT_THRESHOLD
from cdul_app.storage.database import writing


class ThresholdOrigin(StrEnum):
    DEFAULT = "default"  # no scores were there yet
    AUTOMATIC = "automatic"  # found from the scores and what answers there were
    PERSON = "person"  # moved by hand: no machine step overwrites it


@dataclass(frozen=True)
class ClassRecord:
    identifier: int
    definition: ClassDefinition
    threshold: float
    threshold_origin: ThresholdOrigin = ThresholdOrigin.DEFAULT

    @property
    def name(self) -> str:
        return self.definition.name


class ClassRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[ClassRecord]:
        """The classes in use, in the person's order."""
        rows = self._database.conn.execute(
            "SELECT id, name, prompts, threshold, threshold_origin FROM classes "
            "WHERE position IS NOT NULL ORDER BY position"
        )
        return [
            ClassRecord(
                identifier,
                ClassDefinition(name, tuple(json.loads(prompts))),
                threshold,
                ThresholdOrigin(origin),
            )
            for identifier, name, prompts, threshold, origin in rows
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
        """A person's cut.  `threshold` lies in [0, 1]."""
        self._set_thresholds({identifier: threshold}, ThresholdOrigin.PERSON)

    def set_automatic_thresholds(self, thresholds: Mapping[int, float]) -> None:
        """Cuts in [0, 1] by class, that later scores and answers may move again."""
        self._set_thresholds(thresholds, ThresholdOrigin.AUTOMATIC)

    def _set_thresholds(self, thresholds: Mapping[int, float], origin: ThresholdOrigin) -> None:
        for threshold in thresholds.values():
            if not 0 <= threshold <= 1:
                raise ValueError(f"a threshold lies in [0, 1], not {threshold}")
        with writing(self._database):
            self._database.conn.executemany(
                "UPDATE classes SET threshold = ?, threshold_origin = ? WHERE id = ?",
                [
                    (threshold, origin.value, identifier)
                    for identifier, threshold in thresholds.items()
                ],
            )
