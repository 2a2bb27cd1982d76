"""Noticing that the file of an open database was replaced, overwritten or deleted."""

import sqlite3
import time
from pathlib import Path
from typing import NamedTuple

from cdul_app.errors import ProjectError
from cdul_app.language import tr
from cdul_app.paths import beside_database
from cdul_app.storage.project_file import address_of

_ATTEMPTS = 10  # another thread may be writing the file at that moment


class _Content(NamedTuple):
    project: str
    last_step: int


class FileWatch:
    """What a database writes after its file was taken from under it is lost, without an error."""

    def __init__(self, file: Path) -> None:
        """Raises ProjectError where it is gone already."""
        self._file = file
        self._identity = self._stat()[:2]
        self._seen: tuple[int, ...] = ()
        self._content = _Content("", 0)
        self.check()

    def check(self) -> None:
        """Costs a look at the file's date, and more only after it has changed.

        Raises ProjectError.
        """
        state = self._stat()
        if state == self._seen:
            return
        if state[:2] != self._identity:
            raise self._replaced()
        content = self._read()
        known = self._content
        if known.project and content.project != known.project:
            raise self._replaced()
        if content.last_step < known.last_step:  # steps are never deleted
            raise self._replaced()
        self._content, self._seen = content, state

    @property
    def _record(self) -> str:
        return beside_database(self._file, "answers.jsonl").name

    def _stat(self) -> tuple[int, ...]:
        try:
            found = self._file.stat()
        except OSError as error:
            raise ProjectError(
                tr(
                    "The project database {file} is gone: connect its disk again, or put the file "
                    "back, then open the folder anew. Your answers so far stand in the file "
                    "“{record}” where that is still there.",
                    file=self._file,
                    record=self._record,
                )
            ) from error
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def _read(self) -> _Content:
        """Of the file alone, without its log."""
        address = address_of(self._file, "mode=ro&immutable=1")
        for attempt in range(_ATTEMPTS):
            try:
                connection = sqlite3.connect(address, uri=True)
                try:
                    steps = connection.execute("SELECT coalesce(max(id), 0) FROM steps").fetchone()
                    project = connection.execute(
                        "SELECT value FROM settings WHERE name = 'project_id'"
                    ).fetchone()
                    return _Content("" if project is None else project[0], steps[0])
                finally:
                    connection.close()
            except sqlite3.DatabaseError as error:
                if attempt == _ATTEMPTS - 1:
                    raise self._replaced() from error
                time.sleep(0.01)
        raise AssertionError("the last attempt returns or raises")

    def _replaced(self) -> ProjectError:
        return ProjectError(
            tr(
                "The project database {file} was replaced by another file while it was open, so "
                "nothing more is written to it: open the folder anew. What was decided so far "
                "stands in “{record}” beside it, and is brought in where that is the same project.",
                file=self._file,
                record=self._record,
            )
        )
