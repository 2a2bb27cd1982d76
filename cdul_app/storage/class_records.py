"""The classes of a project, with their thresholds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from cdul_app.classes.class_list import ClassDefinition, checked_classes, name_key
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.storage.database import writing
from cdul_app.storage.decision_log import DecisionLog, Step, StepKind, StepSource
from cdul_app.storage.json_cells import cell_of, reading_cells


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
    def __init__(self, database: Database, log: DecisionLog) -> None:
        self._database = database
        self._log = log

    def all(self) -> list[ClassRecord]:
        """The classes in use, in the person's order."""
        rows = self._database.conn.execute(
            "SELECT id, name, prompts, threshold, threshold_origin FROM classes "
            "WHERE position IS NOT NULL ORDER BY position"
        )
        with reading_cells("a class, its prompts or its threshold"):
            return [
                ClassRecord(
                    identifier,
                    ClassDefinition(name, tuple(cell_of(list, prompts))),
                    threshold,
                    ThresholdOrigin(origin),
                )
                for identifier, name, prompts, threshold, origin in rows
            ]

    def replace(
        self, definitions: Iterable[ClassDefinition], *, description: str | None = None
    ) -> None:
        """Make these the classes.  A class of the same name keeps its answers and threshold, also
        one that was removed before.

        description : of a person's step, which can be undone; None for one that is not logged.
        Raises ClassListError.
        """
        wanted: Sequence[ClassDefinition] = checked_classes(definitions)
        before = [record.definition for record in self.all()]
        with writing(self._database):
            if description is not None:
                lists = {"before": _written(before), "after": _written(wanted)}
                self._log.add(StepKind.CLASSES, description, json.dumps(lists).encode())
            self._write(wanted)

    def set_threshold(
        self, identifier: int, threshold: float, *, description: str | None = None
    ) -> None:
        """A person's threshold, in [0, 1]; logged with a description."""
        self._set_thresholds({identifier: threshold}, ThresholdOrigin.PERSON, description)

    def set_automatic_thresholds(
        self, thresholds: Mapping[int, float], *, description: str | None = None
    ) -> None:
        """Thresholds in [0, 1] by class, that later scores and answers may move again."""
        self._set_thresholds(thresholds, ThresholdOrigin.AUTOMATIC, description)

    def undo(self, step: Step) -> None:
        self._reverse(step, "before", StepSource.UNDO)

    def redo(self, step: Step) -> None:
        self._reverse(step, "after", StepSource.REDO)

    def _reverse(self, step: Step, wanted: str, source: StepSource) -> None:
        of_classes = step.kind is StepKind.CLASSES
        definitions: list[ClassDefinition] = []
        thresholds: list[tuple[int, float, str]] = []
        with reading_cells(f"the step “{step.description}”"):
            payload = cell_of(dict, step.payload)[wanted]
            if of_classes:
                definitions = [ClassDefinition(name, tuple(texts)) for name, texts in payload]
            else:
                thresholds = [
                    (int(identifier), float(value), ThresholdOrigin(origin).value)
                    for identifier, value, origin in payload
                ]
        with writing(self._database):
            self._log.reverse(step, source)
            if of_classes:
                self._write(definitions)
            else:
                self._write_thresholds(thresholds)

    def _write(self, wanted: Sequence[ClassDefinition]) -> None:
        connection = self._database.conn
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
                    "INSERT INTO classes (position, name, prompts, threshold) VALUES (?, ?, ?, ?)",
                    (position, definition.name, prompts, DEFAULT_THRESHOLD),
                )
            else:
                connection.execute(
                    "UPDATE classes SET position = ?, name = ?, prompts = ? WHERE id = ?",
                    (position, definition.name, prompts, identifier),
                )

    def _set_thresholds(
        self, thresholds: Mapping[int, float], origin: ThresholdOrigin, description: str | None
    ) -> None:
        for threshold in thresholds.values():
            if not 0 <= threshold <= 1:
                raise ValueError(f"a threshold lies in [0, 1], not {threshold}")
        after = [
            (identifier, threshold, origin.value) for identifier, threshold in thresholds.items()
        ]
        with writing(self._database):
            if description is not None:
                moved = {"before": self._thresholds(thresholds), "after": after}
                self._log.add(StepKind.THRESHOLD, description, json.dumps(moved).encode())
            self._write_thresholds(after)

    def _thresholds(self, identifiers: Iterable[int]) -> list[tuple[int, float, str]]:
        find = "SELECT id, threshold, threshold_origin FROM classes WHERE id = ?"
        return [
            self._database.conn.execute(find, (identifier,)).fetchone()
            for identifier in identifiers
        ]

    def _write_thresholds(self, thresholds: Iterable[tuple[int, float, str]]) -> None:
        self._database.conn.executemany(
            "UPDATE classes SET threshold = ?, threshold_origin = ? WHERE id = ?",
            [(value, origin, identifier) for identifier, value, origin in thresholds],
        )


def _written(definitions: Iterable[ClassDefinition]) -> list[tuple[str, tuple[str, ...]]]:
    return [(definition.name, definition.prompts) for definition in definitions]
