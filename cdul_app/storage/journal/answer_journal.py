"""The record of what a person decided, beside the database: a line of JSON a step.

It is there for the day the database is lost, damaged, or replaced by an older copy: the database
is then made again, or completed, from it.  Photos and classes stand in it by name, so that a person
can read it.  A line says what holds after its step; read in order, the last one about a photo and a
class is the answer.

    {"step": 12, "when": "2026-01-02T03:04:05.678+00:00", "what": "yes for “dog” on 1 photo",
     "source": "person", "shown": {...}, "answers": {"dog": [["a/b.jpg", "<digest>", 1, 0.42]]}}

In place of "answers" a line may hold "flags" ([path, digest, 0 or 1]) or "classes", the whole list
with its thresholds, and with it "renamed", the names that classes had before: what stands in lines
before it is of those.  The file begins with
a line about the project; further such lines say that what stands before them no longer holds.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlite_utils import Database

from cdul_app.input_files import open_input
from cdul_app.language import tr
from cdul_app.paths import is_there
from cdul_app.storage.journal.journal_lines import JournalEnd, JournalLines, MadeLine
from cdul_app.storage.transactions import reading, writing
from cdul_app.written_files import sync_folder

_TAIL_BYTES = 1 << 16
_MOST_BYTES = 1_000_000_000  # ten million answers
_NO_STEP = JournalEnd(-1, "")
Line = dict[str, Any]


class AnswerJournal:
    """Written by whichever process has just decided something: the database's own lock orders them.

    The database is written first, so that a kill in between costs nothing: the next step, or the
    next start, writes down what is missing.
    """

    def __init__(self, database: Database, file: Path) -> None:
        self.file = file
        self._database = database
        self._made = JournalLines(database)
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
            is_new = self._append(self._made.state())
        self._sync(is_new)

    def is_of_project(self) -> bool:
        """Whether the record, where there is one, is about this project."""
        first = next(iter(_lines(self.file)), None) if is_there(self.file) else None
        return first is None or first.get("project") == self._made.project()

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

    def _missing(self) -> tuple[JournalEnd | None, list[MadeLine]]:
        """Where the record ends, and the lines that come next."""
        end = self.end()
        if end is None:
            return None, self._made.state()
        return end, self._made.after(end) if self._holds(end.step, end.when) else []

    def _holds(self, step: int, when: str) -> bool:
        """Whether a step is in the database; step 0 is what stood there before the first."""
        if step == 0:
            return True
        row = self._database.conn.execute(
            "SELECT decided FROM steps WHERE id = ?", (step,)
        ).fetchone()
        return row is not None and row[0] == when

    def _append(self, lines: Sequence[MadeLine]) -> bool:
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
