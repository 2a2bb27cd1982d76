"""The classes of a project, with their thresholds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlite_utils import Database

from cdul_app.classes.class_list import ClassDefinition, checked_classes, name_key
from cdul_app.errors import ClassListError
from cdul_app.language import tr
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.storage.journal.decision_log import DecisionLog, Step, StepKind, StepSource
from cdul_app.storage.records.answer_records import AnswerRecords, CellChanges, Decided
from cdul_app.storage.records.json_cells import cell_of, reading_cells
from cdul_app.storage.records.listed_classes import (
    ListedClass,
    is_same_list,
    read_list,
    written_list,
)
from cdul_app.storage.transactions import writing


@dataclass(frozen=True)
class ClassRecord:
    identifier: int
    definition: ClassDefinition
    threshold: float
    threshold_origin: ThresholdOrigin = ThresholdOrigin.DEFAULT
    color: int | None = None  # chosen by a person, see ListedClass
    key: int | None = None  # likewise

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def listed(self) -> ListedClass:
        return ListedClass(self.definition, self.identifier, self.color, self.key)


class ClassRecords:
    def __init__(self, database: Database, log: DecisionLog, answers: AnswerRecords) -> None:
        self._database = database
        self._log = log
        self._answers = answers

    def all(self) -> list[ClassRecord]:
        """The classes in use, in the person's order."""
        rows = self._database.conn.execute(
            "SELECT id, name, prompts, threshold, threshold_origin, color, class_key FROM classes "
            "WHERE position IS NOT NULL ORDER BY position"
        )
        with reading_cells(tr("a class, its prompts or its threshold")):
            return [
                ClassRecord(
                    identifier,
                    ClassDefinition(name, tuple(cell_of(list, prompts))),
                    threshold,
                    ThresholdOrigin(origin),
                    color,
                    key,
                )
                for identifier, name, prompts, threshold, origin, color, key in rows
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
        wanted = checked_classes(definitions)
        with writing(self._database):
            known = self._known()
            listed = [known.get(name_key(each.name), ListedClass(each)) for each in wanted]
            listed = [replace(now, definition=new) for now, new in zip(listed, wanted, strict=True)]
            self._edit(listed, description, instead_of)

    def edit(
        self,
        wanted: Sequence[ListedClass],
        *,
        description: str,
        instead_of: Sequence[ListedClass],
        answers: CellChanges | None = None,
    ) -> Decided | None:
        """Make these the classes, as one step of a person: one with an identifier may have another
        name, and keeps its answers, scores and threshold.

        answers : what is answered with it, where one class is merged into another.  Returns what
        was written of them.
        Raises ClassListError as `replace`.
        """
        checked_classes(each.definition for each in wanted)
        with writing(self._database):
            done = None
            if answers is not None and len(answers):
                done = self._answers.apply_within(
                    answers, description=description, source=StepSource.APP
                )
            step = None if done is None else done.step
            self._edit(wanted, description, instead_of, answered_in=step)
        return done

    def _edit(
        self,
        wanted: Sequence[ListedClass],
        description: str | None,
        instead_of: Sequence[ClassDefinition] | Sequence[ListedClass] | None,
        *,
        answered_in: int | None = None,
    ) -> None:
        before = [record.listed for record in self.all()]
        seen = [*before, *(each.definition for each in before)]
        if instead_of is not None and (
            len(before) != len(instead_of) or any(each not in seen for each in instead_of)
        ):
            raise ClassListError(
                tr(
                    "Another program has changed the classes meanwhile, so yours were not saved: "
                    "look at the list as it is now, and change it again."
                )
            )
        self.write(wanted)
        after = [record.listed for record in self.all()]
        lists: dict[str, Any] = {"before": written_list(before), "after": written_list(after)}
        if answered_in is not None:
            lists["answered_in"] = answered_in
        source = StepSource.APP if description is None else StepSource.PERSON
        words = description or "the list of classes"
        self._log.add(StepKind.CLASSES, words, json.dumps(lists).encode(), source=source)

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

    def carry_thresholds_over(self, thresholds: Mapping[int, float]) -> None:
        """A person's thresholds, on another scale of scores: in the record, and nothing to undo."""
        if thresholds:
            self._set_thresholds(
                thresholds,
                ThresholdOrigin.PERSON,
                "thresholds carried over to other scores",
                source=StepSource.APP,
            )

    def undo(self, step: Step) -> bool:
        """Returns False where another program has changed what the step did: that stays."""
        return self._reverse(step, "after", "before", StepSource.UNDO)

    def redo(self, step: Step) -> bool:
        return self._reverse(step, "before", "after", StepSource.REDO)

    def _reverse(self, step: Step, now: str, wanted: str, source: StepSource) -> bool:
        with reading_cells(tr("the step “{description}”", description=step.description)):
            payload = cell_of(dict, step.payload)
            if step.kind is StepKind.CLASSES:
                listed = _ListStep(
                    read_list(payload[now]), read_list(payload[wanted]), payload.get("answered_in")
                )
            else:
                moved, back = (_read_thresholds(payload[key]) for key in (now, wanted))
        if step.kind is StepKind.CLASSES:
            return self._reverse_list(step, listed, source)
        with writing(self._database):
            self._log.reverse(step, source, step.payload)
            stored = self._thresholds([identifier for identifier, *_ in moved])
            by_person = [each for each in stored if each[2] == ThresholdOrigin.PERSON.value]
            if not set(by_person) <= set(moved):  # the machine may have moved its own since
                return False
            self.write_thresholds(back)
        return True

    def _reverse_list(self, step: Step, listed: "_ListStep", source: StepSource) -> bool:
        with writing(self._database):
            self._log.reverse(step, source, step.payload)
            stored = [record.listed for record in self.all()]
            if not is_same_list(stored, listed.now):
                return False
            if listed.answered_in is not None:
                answers = self._log.step(listed.answered_in)
                self._answers.reverse_within(answers, undo=source is StepSource.UNDO)
            self.write(listed.wanted)
        return True

    def write(self, wanted: Sequence[ListedClass]) -> None:
        """Within a transaction of a step that logs it."""
        connection, kept = self._database.conn, {each.identifier for each in wanted}
        others = {name: each for name, each in self._known().items() if each.identifier not in kept}
        connection.execute("UPDATE classes SET position = NULL")
        for position, each in enumerate(wanted):
            name, prompts = each.definition.name, json.dumps(each.definition.prompts)
            identifier, removed = each.identifier, others.get(name_key(name))
            if removed is not None and identifier is None:
                identifier = removed.identifier
            elif removed is not None:  # its name is another class's now: it keeps its answers
                connection.execute(
                    "UPDATE classes SET name = name || ' #' || id WHERE id = ?",
                    (removed.identifier,),
                )
            if identifier is None:
                connection.execute(
                    "INSERT INTO classes (position, name, prompts, threshold, color, class_key) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (position, name, prompts, DEFAULT_THRESHOLD, each.color, each.key),
                )
            else:
                connection.execute(
                    "UPDATE classes SET position = ?, name = ?, prompts = ?, color = ?, "
                    "class_key = ? WHERE id = ?",
                    (position, name, prompts, each.color, each.key, identifier),
                )

    def _known(self) -> dict[str, ListedClass]:
        """Every class by its name, those that were removed too."""
        rows = self._database.conn.execute("SELECT id, name, color, class_key FROM classes")
        return {
            name_key(name): ListedClass(ClassDefinition(name), identifier, color, key)
            for identifier, name, color, key in rows
        }

    def _set_thresholds(
        self,
        thresholds: Mapping[int, float],
        origin: ThresholdOrigin,
        description: str | None,
        *,
        source: StepSource = StepSource.PERSON,
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
                payload = json.dumps(moved).encode()
                self._log.add(StepKind.THRESHOLD, description, payload, source=source)
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


class _ListStep(NamedTuple):
    now: list[ListedClass]  # what stands where nothing was changed since
    wanted: list[ListedClass]
    answered_in: int | None  # the step of the answers that were given with it


def _read_thresholds(thresholds: list[tuple[int, float, str]]) -> list[tuple[int, float, str]]:
    return [
        (int(identifier), float(value), ThresholdOrigin(origin).value)
        for identifier, value, origin in thresholds
    ]
