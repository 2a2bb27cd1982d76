"""The classes of a project, with their thresholds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from cdul_app.classes.class_list import ClassDefinition, checked_classes, name_key
from cdul_app.errors import ClassListError
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.storage.decision_log import DecisionLog, Step, StepKind, StepSource
from cdul_app.storage.json_cells import cell_of, reading_cells
from cdul_app.storage.transactions import writing


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
        self,
        definitions: Iterable[ClassDefinition],
        *,
        description: str | None = None,
        instead_of: Sequence[ClassDefinition] | None = None,
    ) -> None:
        """Make these the classes.  A class of the same name keeps its answers and threshold, also
        one that was removed before.

        description : of a person's step, which can be undone; None where the app sets them up.
        instead_of : the list that the person saw.
        Raises ClassListError, also where another program has changed that list meanwhile.
        """
        wanted: Sequence[ClassDefinition] = checked_classes(definitions)
        with writing(self._database):
            before = [record.definition for record in self.all()]
            if instead_of is not None and before != list(instead_of):
                raise ClassListError(
                    "Another program has changed the classes meanwhile, so yours were not saved: "
                    "look at the list as it is now, and change it again."
                )
            lists = {"before": _written(before), "after": _written(wanted)}
            source = StepSource.APP if description is None else StepSource.PERSON
            words = description or "the list of classes"
            self._log.add(StepKind.CLASSES, words, json.dumps(lists).encode(), source=source)
            self.write(wanted)

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

    def undo(self, step: Step) -> bool:
        """Returns False where another program has changed what the step did: that stays."""
        return self._reverse(step, "after", "before", StepSource.UNDO)

    def redo(self, step: Step) -> bool:
        return self._reverse(step, "before", "after", StepSource.REDO)

    def _reverse(self, step: Step, now: str, wanted: str, source: StepSource) -> bool:
        with reading_cells(f"the step “{step.description}”"):
            lists = cell_of(dict, step.payload)
            if step.kind is StepKind.CLASSES:
                lists = {key: _read(lists[key]) for key in (now, wanted)}
            else:
                lists = {key: _read_thresholds(lists[key]) for key in (now, wanted)}
        if step.kind is StepKind.CLASSES:
            return self._reverse_list(step, source, lists[now], lists[wanted])
        moved, back = lists[now], lists[wanted]
        with writing(self._database):
            self._log.reverse(step, source, step.payload)
            stored = self._thresholds([identifier for identifier, *_ in moved])
            by_person = [each for each in stored if each[2] == ThresholdOrigin.PERSON.value]
            if not set(by_person) <= set(moved):  # the machine may have moved its own since
                return False
            self.write_thresholds(back)
        return True

    def _reverse_list(
        self,
        step: Step,
        source: StepSource,
        now: list[ClassDefinition],
        wanted: list[ClassDefinition],
    ) -> bool:
        with writing(self._database):
            self._log.reverse(step, source, step.payload)
            if [record.definition for record in self.all()] != now:
                return False
            self.write(wanted)
        return True

    def write(self, wanted: Sequence[ClassDefinition]) -> None:
        """Within a transaction of a step that logs it."""
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
            self.write_thresholds(after)

    def _thresholds(self, identifiers: Iterable[int]) -> list[tuple[int, float, str]]:
        find = "SELECT id, threshold, threshold_origin FROM classes WHERE id = ?"
        return [
            self._database.conn.execute(find, (identifier,)).fetchone()
            for identifier in identifiers
        ]

    def write_thresholds(self, thresholds: Iterable[tuple[int, float, str]]) -> None:
        """As `write`.  thresholds : (class, threshold, origin)."""
        self._database.conn.executemany(
            "UPDATE classes SET threshold = ?, threshold_origin = ? WHERE id = ?",
            [(value, origin, identifier) for identifier, value, origin in thresholds],
        )


def _written(definitions: Iterable[ClassDefinition]) -> list[tuple[str, tuple[str, ...]]]:
    return [(definition.name, definition.prompts) for definition in definitions]


def _read(definitions: list[tuple[str, list[str]]]) -> list[ClassDefinition]:
    return [ClassDefinition(name, tuple(prompts)) for name, prompts in definitions]


def _read_thresholds(thresholds: list[tuple[int, float, str]]) -> list[tuple[int, float, str]]:
    return [
        (int(identifier), float(value), ThresholdOrigin(origin).value)
        for identifier, value, origin in thresholds
    ]
