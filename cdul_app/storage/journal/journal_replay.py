"""Bringing the record of a person's decisions back into a database that lacks them."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.errors import ProjectError, in_words
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.storage.journal.answer_journal import Line
from cdul_app.storage.journal.decision_log import StepKind
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import CellChanges
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.listed_classes import ListedClass, written_list
from cdul_app.storage.scan_changes import NOT_LOOKED_AT
from cdul_app.storage.transactions import writing


def replay(store: ProjectStore, lines: Sequence[Line]) -> int:
    """Do again what the lines of a record say, each as the step it was, all or nothing.

    Photos and classes that the database does not know are added: a photo is looked for under its
    path, then by its content; the next scan finds out which are in the folder.
    Returns how many steps that were.  Raises ProjectError where a line is not as this app writes
    it.
    """
    try:
        with writing(store._database):
            return _Replay(store).run(lines)
    except (AttributeError, LookupError, ValueError, TypeError) as error:
        raise ProjectError(
            tr(
                "The record of answers {file} cannot be used ({why}): restore a backup as it was "
                "(cdul-app restore FOLDER --exactly), or rename the record to open the project "
                "without it.",
                file=store.journal.file,
                why=in_words(error),
            )
        ) from error


class _Replay:
    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._connection = store._database.conn
        self._photos: dict[str, int] = {}
        self._by_content: dict[str, int] = {}
        for photo, path, fingerprint in self._connection.execute(
            "SELECT id, path, fingerprint FROM photos"
        ):
            self._photos[path] = photo
            if fingerprint is not None:
                self._by_content.setdefault(fingerprint, photo)
        self._classes = {
            name_key(name): class_id
            for class_id, name in self._connection.execute("SELECT id, name FROM classes")
        }

    def run(self, lines: Sequence[Line]) -> int:
        steps = 0
        for line in lines:
            for kind in ("classes", "answers", "flags"):
                if line.get(kind):
                    getattr(self, f"_replay_{kind}")(line)
                    steps += 1
        return steps

    def _replay_answers(self, line: Line) -> None:
        given: dict[tuple[int, int], tuple[int, float | None]] = {}  # the last of a photo holds
        for name, photos in line["answers"].items():
            class_id = self._class(name)
            for path, fingerprint, value, score in photos:
                answer = UNOBSERVED if value is None else value
                if answer not in (UNOBSERVED, NO, YES):
                    raise ValueError(f"no answer: {value}")
                given[self._photo(path, fingerprint), class_id] = answer, score
        cells = np.zeros(len(given), dtype=CELL_CHANGE)
        cells["photo"] = [photo for photo, _ in given]
        cells["class"] = [class_id for _, class_id in given]
        cells["after"] = [answer for answer, _ in given.values()]
        cells["score"] = [np.nan if score is None else score for _, score in given.values()]
        cells["before"], cells["earlier"] = self._store.answers.stored(cells)
        step, when = self._log(line, StepKind.ANSWER, cells.tobytes())
        self._store.answers.write(cells, np.full(len(cells), step), when)

    def _replay_flags(self, line: Line) -> None:
        cells: CellChanges = np.zeros(len(line["flags"]), dtype=CELL_CHANGE)
        cells["photo"] = [self._photo(path, digest) for path, digest, _ in line["flags"]]
        cells["after"] = [bool(value) for *_, value in line["flags"]]
        cells["class"], cells["score"] = -1, np.nan
        flagged = np.array(self._store.flags.all(), dtype=np.int64)
        cells["before"] = np.isin(cells["photo"], flagged)
        _, when = self._log(line, StepKind.FLAG, cells.tobytes())
        self._store.flags.write(cells, when)

    def _replay_classes(self, line: Line) -> None:
        records = self._store.classes
        before = [record.listed for record in records.all()]
        renamed = {name_key(new): old for old, new in line.get("renamed", {}).items()}
        wanted = []
        for each in line["classes"]:
            old = renamed.get(name_key(each["name"]))
            same = None if old is None else self._classes.get(name_key(old))
            definition = ClassDefinition(each["name"], tuple(each["prompts"]))
            wanted.append(ListedClass(definition, same, each.get("color"), each.get("key")))
        records.write(wanted)
        after = [record.listed for record in records.all()]
        payload = {"before": written_list(before), "after": written_list(after)}
        self._log(line, StepKind.CLASSES, json.dumps(payload).encode())
        thresholds = zip(records.all(), line["classes"], strict=True)
        records.write_thresholds(
            (record.identifier, float(each["threshold"]), ThresholdOrigin(each["origin"]).value)
            for record, each in thresholds
        )
        self._classes = {
            name_key(name): class_id
            for class_id, name in self._connection.execute("SELECT id, name FROM classes")
        }

    def _log(self, line: Line, kind: StepKind, payload: bytes) -> tuple[int, str]:
        identifier = line["step"]
        is_free = identifier > self._store.decisions.last()
        return self._store.decisions.add(
            kind,
            str(line.get("what", "")),
            payload,
            shown=line.get("shown"),
            identifier=identifier if is_free else None,
            decided=line["when"],
        )

    def _photo(self, path: Any, fingerprint: Any) -> int:
        photo = self._photos.get(path) or self._by_content.get(fingerprint)
        if photo is None:
            cursor = self._connection.execute(
                "INSERT INTO photos (path, size, modified_ns, fingerprint, missing) "
                "VALUES (?, ?, ?, ?, 1)",
                (path, NOT_LOOKED_AT, NOT_LOOKED_AT, fingerprint),
            )
            photo = int(cursor.lastrowid or 0)
            self._photos[path] = photo
            if fingerprint is not None:
                self._by_content.setdefault(fingerprint, photo)
        return photo

    def _class(self, name: str) -> int:
        found = self._classes.get(name_key(name))
        if found is None:  # answered for, and removed from the list since
            cursor = self._connection.execute(
                "INSERT INTO classes (position, name, prompts, threshold) VALUES (NULL, ?, ?, ?)",
                (name, "[]", DEFAULT_THRESHOLD),
            )
            found = self._classes[name_key(name)] = int(cursor.lastrowid or 0)
        return found
