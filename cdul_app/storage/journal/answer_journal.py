"""The record of what a person decided, beside the database: a line of JSON a step.

It is there for the day the database is lost, damaged, or replaced by an older copy: the database
is then made again, or completed, from it.  Photos and classes stand in it by name, so that a person
can read it.  A line says what holds after its step; read in order, the last one about a photo and a
class is the answer.

    {"step": 12, "when": "2026-01-02T03:04:05.678+00:00", "what": "yes for “dog” on 1 photo",
     "source": "person", "shown": {...}, "answers": {"dog": [["a/b.jpg", "<digest>", 1, 0.42]]}}

In place of "answers" a line may hold "flags" ([path, digest, 0 or 1]) or "classes", the whole list
with its thresholds, and with it "renamed", the names that classes had before.  The file begins with
a line about the project; further such lines say that what stands before them no longer holds.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from sqlite_utils import Database

from cdul_app.input_files import open_input
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import distinct
from cdul_app.paths import is_there
from cdul_app.storage.journal.decision_log import StepKind, StepSource
from cdul_app.storage.records.answer_records import CellChanges
from cdul_app.storage.records.blobs import CELL_CHANGE
from cdul_app.storage.records.listed_classes import read_list
from cdul_app.storage.transactions import reading, writing
from cdul_app.written_files import sync_folder

_TAIL_BYTES = 1 << 16
_CELLS_AT_ONCE = 5000  # written to JSON: a thread that asks for Python's lock waits for so many
_MOST_BYTES = 1_000_000_000  # ten million answers
Line = dict[str, Any]


@dataclass(frozen=True)
class JournalEnd:
    """The last step that was written down."""

    step: int
    when: str


_NO_STEP = JournalEnd(-1, "")


class _Line(NamedTuple):
    end: JournalEnd
    text: str  # JSON, without a line's end


class AnswerJournal:
    """Written by whichever process has just decided something: the database's own lock orders them.

    The database is written first, so that a kill in between costs nothing: the next step, or the
    next start, writes down what is missing.
    """

    def __init__(self, database: Database, file: Path) -> None:
        self.file = file
        self._database = database
        self._known: tuple[int, JournalEnd] | None = None  # the file's size when it was read

    def catch_up(self) -> None:
        """Write down the steps that are not there yet, to the disk.  Raises ProjectError, OSError.

        Does nothing where the file is ahead of the database: see `lines_ahead`.
        """
        # Of a million answers the lines and their way to the disk take seconds, in which the next
        # decision need not wait for the database.
        with reading(self._database):
            end, lines = self._missing()
        if not lines:
            return
        with writing(self._database):
            if self.end() != end:  # another process has written meanwhile
                _, lines = self._missing()
            is_new = self._append(lines)
        self._sync(is_new)

    def end(self) -> JournalEnd | None:
        """None where there is no record, or it is another project's."""
        try:
            size = self.file.stat().st_size
        except FileNotFoundError:
            return None
        if self._known is None or self._known[0] != size:
            found = (self._end_of(text) for text in _last_lines(self.file))
            last = next((each for each in found if each is not None), _NO_STEP)
            if last is _NO_STEP:
                return None
            self._known = size, last
        return self._known[1]

    def lines_ahead(self) -> list[Line]:
        """What was decided according to the record and is not in the database, oldest first.

        So it is where an older copy of the database was put in its place.
        """
        end = self.end()
        if end is None or self._holds(end.step, end.when):
            return []
        lines = read_journal(self.file)
        return [line for line in lines if not self._holds(int(line["step"]), str(line["when"]))]

    def start_anew(self) -> None:
        """What stands in the record no longer holds: the database as it is now does."""
        with writing(self._database):
            is_new = self._append(self._state())
        self._sync(is_new)

    def is_of_project(self) -> bool:
        """Whether the record, where there is one, is about this project."""
        first = next(iter(_lines(self.file)), None) if is_there(self.file) else None
        return first is None or first.get("project") == self._project()

    def set_aside(self) -> Path:
        """Keep the record of another project under another name, which is returned."""
        number = 1
        while (kept := self.file.with_name(f"{self.file.stem}-{number}.jsonl")).exists():
            number += 1
        self.file.rename(kept)
        sync_folder(kept.parent)
        self._known = None
        return kept

    # ---- helpers ----

    def _end_of(self, text: bytes) -> JournalEnd | None:
        """What a line says of its step, _NO_STEP where it is about the project, None where it is
        damaged.  SQLite reads it: Python would hold its lock for a second of a million answers."""
        try:
            line = text.decode()
        except UnicodeDecodeError:
            return None
        found = self._database.conn.execute(
            "SELECT json_type(line, '$.project'), json_type(line, '$.step'), "
            "json_type(line, '$.when'), json_extract(line, '$.step'), json_extract(line, '$.when') "
            "FROM (SELECT ? AS line) WHERE json_valid(line)",
            (line,),
        ).fetchone()
        if found is None or "\0" in line:  # which ends a text for SQLite
            return None
        if found[0] is not None:
            return _NO_STEP
        return JournalEnd(*found[3:]) if found[1:3] == ("integer", "text") else None

    def _missing(self) -> tuple[JournalEnd | None, list[_Line]]:
        """Where the record ends, and the lines that come next."""
        end = self.end()
        return end, self._state() if end is None else self._lines_after(end)

    def _project(self) -> str:
        row = self._database.conn.execute(
            "SELECT value FROM settings WHERE name = 'project_id'"
        ).fetchone()
        return "" if row is None else str(json.loads(row[0]))

    def _holds(self, step: int, when: str) -> bool:
        """Whether a step is in the database; step 0 is what stood there before the first."""
        if step == 0:
            return True
        row = self._database.conn.execute(
            "SELECT decided FROM steps WHERE id = ?", (step,)
        ).fetchone()
        return row is not None and row[0] == when

    def _append(self, lines: Sequence[_Line]) -> bool:
        """Returns whether there was no file."""
        text = "".join(f"{line.text}\n" for line in lines)
        is_new = not is_there(self.file)
        if not lines:
            return is_new
        if not is_new:
            _open(self.file).close()  # raises where it is not what it should be
        with self.file.open("ab") as stream:
            if stream.tell() and not _ends_a_line(self.file):
                stream.write(b"\n")  # a line that a kill has cut
            stream.write(text.encode())
            size = stream.tell()
        self._known = size, lines[-1].end
        return is_new

    def _sync(self, is_new: bool) -> None:
        with self.file.open("rb+") as stream:
            os.fsync(stream.fileno())
        if is_new:
            sync_folder(self.file.parent)

    def _lines_after(self, end: JournalEnd) -> list[_Line]:
        if not self._holds(end.step, end.when):
            return []
        rows = self._database.conn.execute(
            "SELECT id, kind, description, payload, shown, decided, source FROM steps "
            "WHERE id > ? ORDER BY id",
            (end.step,),
        ).fetchall()
        lines, told = [], False
        for identifier, kind, description, payload, shown, decided, source in rows:
            head: Line = {"step": identifier, "when": decided, "what": description}
            head["source"] = source
            if shown != "{}":
                head["shown"] = json.loads(shown)
            parts = [self._part(StepKind(kind), payload)]
            if kind == StepKind.CLASSES and not told:
                # All lines hold the names that classes have now: the first tells those of before.
                told = True
                parts += self._renamed(payload, undone=source == StepSource.UNDO)
            lines.append(_Line(JournalEnd(identifier, decided), _object(head, *parts)))
        return lines

    def _part(self, kind: StepKind, payload: bytes) -> str:
        """What a step left, as a member of its line."""
        if kind not in (StepKind.ANSWER, StepKind.FLAG):
            return f'"classes":{_json(self._classes())}'
        cells = np.frombuffer(payload, dtype=CELL_CHANGE)
        if kind is StepKind.FLAG:
            return f'"flags":{self._photos(cells, ["after"])}'
        names = dict(self._database.conn.execute("SELECT id, name FROM classes").fetchall())
        answers = []
        for each in distinct(cells["class"]).tolist():
            photos = self._photos(cells[cells["class"] == each], ["after", "score"])
            answers.append(f"{_json(names[each])}:{photos}")
        return f'"answers":{{{",".join(answers)}}}'

    def _renamed(self, payload: bytes, *, undone: bool) -> list[str]:
        """As a member of a line: the names that classes have now, by those before a step of the
        list; none where they are the same."""
        before = read_list(json.loads(payload)["after" if undone else "before"])
        in_use = "SELECT id, name FROM classes WHERE position IS NOT NULL"
        names = dict(self._database.conn.execute(in_use).fetchall())
        renamed = {
            each.definition.name: names[each.identifier]
            for each in before
            if names.get(each.identifier, each.definition.name) != each.definition.name
        }
        return [f'"renamed":{_json(renamed)}'] if renamed else []

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

    def _classes(self) -> list[Line]:
        rows = self._database.conn.execute(
            "SELECT name, prompts, threshold, threshold_origin, color, class_key FROM classes "
            "WHERE position IS NOT NULL ORDER BY position"
        )
        return [
            {"name": name, "prompts": json.loads(prompts), "threshold": value, "origin": origin}
            | {
                each: chosen
                for each, chosen in (("color", color), ("key", key))
                if chosen is not None
            }
            for name, prompts, value, origin, color, key in rows
        ]

    def _state(self) -> list[_Line]:
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
            self._part(StepKind.CLASSES, b""),
            self._part(StepKind.ANSWER, answers.tobytes()),
            self._part(StepKind.FLAG, flags.tobytes()),
        )
        about = {"project": self._project(), "about": "what a person decided, made by cdul_app"}
        return [_Line(end, _json(about)), _Line(end, state)]


def read_journal(file: Path) -> list[Line]:
    """The lines that hold, oldest first; one that is damaged is passed over.  Raises OSError."""
    lines: list[Line] = []
    for line in _lines(file):
        if "project" in line:
            lines.clear()
        elif _is_known(line):
            lines.append(line)
    return lines


def project_of_journal(file: Path) -> str:
    """The identifier of the project that a record is about, empty where it does not tell."""
    return str(next((line["project"] for line in _lines(file) if "project" in line), ""))


def _is_known(line: Line) -> bool:
    is_step = isinstance(line.get("step"), int) and isinstance(line.get("when"), str)
    return is_step or "project" in line


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(head: Line, *members: str) -> str:
    return "{" + ",".join([_json(head)[1:-1], *members]) + "}"


def _lines(file: Path) -> Iterator[Line]:
    with _open(file) as stream:
        for text in stream:
            line = _parsed(text)
            if line is not None:
                yield line


def _last_lines(file: Path) -> Iterator[bytes]:
    """From the last line backwards."""
    size, length, told = file.stat().st_size, _TAIL_BYTES, 0
    with _open(file) as stream:
        while True:
            stream.seek(max(0, size - length))
            texts = stream.read(length).split(b"\n")
            whole = texts if length >= size else texts[1:]  # the first may begin in its middle
            yield from reversed(whole[: len(whole) - told])
            if length >= size:
                return
            length, told = length * 8, len(whole)


def _open(file: Path) -> BinaryIO:
    """It may lie in a stranger's project: no pipe is waited for, no link followed.

    Raises OSError.
    """
    if file.is_symlink():
        raise OSError(errno.ELOOP, tr("it is a link, not a file"), str(file))
    return open_input(file, most_bytes=_MOST_BYTES)


def _parsed(text: bytes) -> Line | None:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _ends_a_line(file: Path) -> bool:
    with _open(file) as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
