"""What steps left, as lines for the record of answers: all by the names of their time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlite_utils import Database

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.method.arrays import distinct
from cdul_app.storage.journal.decision_log import StepKind, StepSource
from cdul_app.storage.records.answer_records import CellChanges
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.listed_classes import ListedClass, is_same_list, read_list

_CELLS_AT_ONCE = 5000  # written to JSON: a thread that asks for Python's lock waits for so many
_DEFAULT = (DEFAULT_THRESHOLD, ThresholdOrigin.DEFAULT.value)


@dataclass(frozen=True)
class JournalEnd:
    """The last step that was written down."""

    step: int
    when: str


class MadeLine(NamedTuple):
    end: JournalEnd
    text: str  # JSON, without a line's end


class JournalLines:
    def __init__(self, database: Database) -> None:
        self._database = database

    def project(self) -> str:
        """The project's identifier, empty before it has one."""
        row = self._database.conn.execute(
            "SELECT value FROM settings WHERE name = 'project_id'"
        ).fetchone()
        return "" if row is None else str(json.loads(row[0]))

    def after(self, end: JournalEnd) -> list[MadeLine]:
        """Of the steps after that one, in their order.

        Where there are several, as after a disk that was full, the database holds the names of the
        last alone: from it those before are told, back through the steps of the list.
        """
        rows = self._database.conn.execute(
            "SELECT id, kind, description, payload, shown, decided, source FROM steps "
            "WHERE id > ? ORDER BY id DESC",
            (end.step,),
        ).fetchall()
        if not rows:
            return []
        changes_list = any(row[1] not in (StepKind.ANSWER, StepKind.FLAG) for row in rows)
        names, listed = self._names(), self._listed() if changes_list else []
        lines = []
        for identifier, kind, description, payload, shown, decided, source in rows:
            head: dict[str, Any] = {"step": identifier, "when": decided, "what": description}
            head["source"] = source
            if shown != "{}":
                head["shown"] = json.loads(shown)
            parts = [self._part(StepKind(kind), payload, names, listed)]
            if kind == StepKind.CLASSES:
                before = _list_before(payload, listed, undone=source == StepSource.UNDO)
                if renamed := _renamed(before, listed):
                    parts.append(f'"renamed":{as_json(renamed)}')
                names |= {each.identifier: each.definition.name for each in before}
                listed = before
            lines.append(MadeLine(JournalEnd(identifier, decided), _object(head, *parts)))
        return lines[::-1]

    def state(self) -> list[MadeLine]:
        """All that holds now, in place of what stood before."""
        connection = self._database.conn
        row = connection.execute(
            "SELECT id, decided FROM steps ORDER BY id DESC LIMIT 1"
        ).fetchone()
        end = JournalEnd(*(row or (0, "")))
        given = connection.execute(
            "SELECT photo_id, class_id, answer FROM observed_labels"
        ).fetchall()
        answers = np.zeros(len(given), dtype=CELL_CHANGE)
        if given:
            answers["photo"], answers["class"], answers["after"] = np.array(given).T
            answers["score"] = np.nan
        flagged = [photo for (photo,) in connection.execute("SELECT photo_id FROM flags")]
        flags = np.zeros(len(flagged), dtype=CELL_CHANGE)
        flags["photo"], flags["after"] = flagged, 1
        # In one line: it is there whole or not at all.
        state = _object(
            {"step": end.step, "when": end.when, "what": "all that was decided so far"},
            self._classes(self._listed()),
            self._answers(answers, self._names()),
            self._flags(flags),
        )
        about = {"project": self.project(), "about": "what a person decided, made by cdul_app"}
        return [MadeLine(end, as_json(about)), MadeLine(end, state)]

    # ---- helpers ----

    def _names(self) -> dict[int | None, str]:
        """Of all classes that there ever were, as they are called now."""
        return dict(self._database.conn.execute("SELECT id, name FROM classes").fetchall())

    def _listed(self) -> list[ListedClass]:
        rows = self._database.conn.execute(
            "SELECT id, name, prompts, color, class_key FROM classes "
            "WHERE position IS NOT NULL ORDER BY position"
        )
        return [
            ListedClass(ClassDefinition(name, tuple(json.loads(prompts))), identifier, color, key)
            for identifier, name, prompts, color, key in rows
        ]

    def _part(
        self,
        kind: StepKind,
        payload: bytes,
        names: Mapping[int | None, str],
        listed: Sequence[ListedClass],
    ) -> str:
        """What a step left, as a member of its line."""
        if kind not in (StepKind.ANSWER, StepKind.FLAG):
            return self._classes(listed)
        cells = np.frombuffer(payload, dtype=CELL_CHANGE)
        return self._flags(cells) if kind is StepKind.FLAG else self._answers(cells, names)

    def _classes(self, listed: Iterable[ListedClass]) -> str:
        """With the thresholds that they have now."""
        rows = self._database.conn.execute(
            "SELECT id, name, threshold, threshold_origin FROM classes"
        ).fetchall()
        thresholds: dict[int | str, tuple[float, str]] = {}
        for identifier, name, *threshold in rows:
            thresholds[name] = thresholds[identifier] = (threshold[0], threshold[1])
        classes = []
        for each in listed:
            name = each.definition.name
            known = name if each.identifier is None else each.identifier
            threshold, origin = thresholds.get(known, _DEFAULT)
            line: dict[str, Any] = {"name": name, "prompts": each.definition.prompts}
            line |= {"threshold": threshold, "origin": origin}
            chosen = {"color": each.color, "key": each.key}
            classes.append(line | {of: value for of, value in chosen.items() if value is not None})
        return f'"classes":{as_json(classes)}'

    def _answers(self, cells: CellChanges, names: Mapping[int | None, str]) -> str:
        answers = []
        for each in distinct(cells["class"]).tolist():
            photos = self._photos(cells[cells["class"] == each], ["after", "score"])
            answers.append(f"{as_json(names[each])}:{photos}")
        return f'"answers":{{{",".join(answers)}}}'

    def _flags(self, cells: CellChanges) -> str:
        return f'"flags":{self._photos(cells, ["after"])}'

    def _photos(self, cells: CellChanges, values: Sequence[str]) -> str:
        """JSON of path and fingerprint of each cell's photo, and of some of its values.

        SQLite writes it, some cells at a time, and lets other threads of Python run meanwhile.
        """
        starts = range(0, len(cells), _CELLS_AT_ONCE)
        parts = [self._some(cells[each : each + _CELLS_AT_ONCE], values) for each in starts]
        return f"[{','.join(part[1:-1] for part in parts if part != '[]')}]"

    def _some(self, cells: CellChanges, values: Sequence[str]) -> str:
        columns: list[list[Any]] = [cells["photo"].tolist()]
        for name in values:
            column = np.round(cells[name].astype(float), 4)
            missing = np.isnan(column) | ((name == "after") & (column == UNOBSERVED))
            known: list[Any] = (column.astype(int) if name == "after" else column).tolist()
            for row in np.flatnonzero(missing).tolist():
                known[row] = None
            columns.append(known)
        places = [f"json_extract(wanted.value, '$[{place}]')" for place in range(len(columns))]
        found = self._database.conn.execute(
            "SELECT json_group_array(json_array(photos.path, photos.fingerprint, "
            f"{', '.join(places[1:])})) FROM json_each(?) AS wanted CROSS JOIN photos "
            f"WHERE photos.id = {places[0]}",
            (json.dumps(list(zip(*columns, strict=True))),),
        )
        return str(found.fetchone()[0])


def as_json(value: object) -> str:
    """On one line, readable by a person."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _list_before(
    payload: bytes, listed: Sequence[ListedClass], *, undone: bool
) -> list[ListedClass]:
    """Before a step of the list, which left `listed`; the same where it could not be taken back,
    another program having changed the list since."""
    lists = json.loads(payload)
    before, after = ("after", "before") if undone else ("before", "after")
    left = read_list(lists[after])
    return read_list(lists[before]) if is_same_list(listed, left) else list(listed)


def _renamed(before: Iterable[ListedClass], after: Iterable[ListedClass]) -> dict[str, str]:
    """The later names by the earlier ones, of classes that have another."""
    names = {each.identifier: each.definition.name for each in after}
    return {
        each.definition.name: names[each.identifier]
        for each in before
        if each.identifier is not None
        and names.get(each.identifier, each.definition.name) != each.definition.name
    }


def _object(head: Mapping[str, Any], *members: str) -> str:
    return "{" + ",".join([as_json(head)[1:-1], *members]) + "}"
