"""A project database, by what it holds.  Used by the thread that opened it, and no other."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from cdul_app.errors import DamagedProjectError
from cdul_app.paths import beside_database
from cdul_app.storage.database import open_database
from cdul_app.storage.file_watch import FileWatch
from cdul_app.storage.journal.answer_journal import AnswerJournal
from cdul_app.storage.journal.decision_log import DecisionLog
from cdul_app.storage.records.answer_records import AnswerRecords
from cdul_app.storage.records.class_records import ClassRecords
from cdul_app.storage.records.embedding_records import EmbeddingRecords
from cdul_app.storage.records.flag_records import FlagRecords
from cdul_app.storage.records.label_records import LabelRecords
from cdul_app.storage.records.photo_records import PhotoRecords
from cdul_app.storage.records.project_settings import ProjectSettings
from cdul_app.storage.records.run_records import RunRecords
from cdul_app.storage.records.sample_records import SampleRecords
from cdul_app.storage.records.view_files import ViewFiles
from cdul_app.storage.soundness import fault_of_database, fault_of_decisions
from cdul_app.storage.transactions import damage_sentence, sentences_for_failures


class ProjectStore:
    """Raises ProjectError where the database cannot be opened."""

    def __init__(self, file: Path, *, create: bool = False, durable: bool = True) -> None:
        """durable : see `open_database`; machine output can be computed again."""
        opened = open_database(file, create=create, durable=durable)
        self.file = file
        self.read_only = opened.read_only  # why nothing can be written, empty where it can
        self.opening_note = ""  # what a person should know of how the project was opened
        self._database = opened.database
        self.settings = ProjectSettings(self._database)
        self.photos = PhotoRecords(self._database)
        self._view_files = ViewFiles(beside_database(file, "views"))
        self.embeddings = EmbeddingRecords(self._database, self._view_files)
        self.labels = LabelRecords(self._database)
        self.decisions = DecisionLog(self._database)
        self.answers = AnswerRecords(self._database, self.decisions)
        self.classes = ClassRecords(self._database, self.decisions, self.answers)
        self.flags = FlagRecords(self._database, self.decisions)
        self.samples = SampleRecords(self._database)
        self.runs = RunRecords(self._database)
        self._watch: FileWatch | None = None
        self.journal = AnswerJournal(self._database, beside_database(file, "answers.jsonl"))

    def wait_for_locks(self, seconds: float) -> None:
        """How long from now on another program's lock is waited for."""
        self._database.conn.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    @property
    def version(self) -> int:
        """Another number once another connection has written, of this or another process."""
        with sentences_for_failures():
            return int(self._database.conn.execute("PRAGMA data_version").fetchone()[0])

    def checkpoint(self) -> None:
        """Bring the log into the file, as far as nobody reads it: a copy of it alone is whole."""
        with sentences_for_failures():
            self._database.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def check_decisions(self) -> None:
        """Raises DamagedProjectError where what a person decided cannot be read back."""
        with sentences_for_failures():
            self._refuse(fault_of_decisions(self._database.conn))

    def check_all(self) -> None:
        """As `check_decisions`, of all that is stored: it reads the whole file."""
        with sentences_for_failures():
            self._refuse(fault_of_database(self._database.conn))

    def _refuse(self, fault: str) -> None:
        if fault:
            raise DamagedProjectError(damage_sentence(self.file, fault))

    def check_in_place(self) -> None:
        """Raises ProjectError where the database was replaced or deleted since it was opened."""
        if self._watch is None:
            self._watch = FileWatch(self.file)
        self._watch.check()

    def close(self) -> None:
        self._view_files.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            with sentences_for_failures():
                raise error
