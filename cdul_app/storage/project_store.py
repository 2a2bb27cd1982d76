"""A project database, by what it holds.  Used by the thread that opened it, and no other."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from cdul_app.storage.answer_records import AnswerRecords
from cdul_app.storage.class_records import ClassRecords
from cdul_app.storage.database import open_database, sentences_for_failures
from cdul_app.storage.decision_log import DecisionLog
from cdul_app.storage.embedding_records import EmbeddingRecords
from cdul_app.storage.flag_records import FlagRecords
from cdul_app.storage.label_records import LabelRecords
from cdul_app.storage.photo_records import PhotoRecords
from cdul_app.storage.project_settings import ProjectSettings
from cdul_app.storage.run_records import RunRecords
from cdul_app.storage.sample_records import SampleRecords


class ProjectStore:
    """Raises ProjectError where the database cannot be opened, or written though it is asked to."""

    def __init__(self, file: Path, *, create: bool = False, read_only: bool = False) -> None:
        self._database = open_database(file, create=create, read_only=read_only)
        self.settings = ProjectSettings(self._database)
        self.photos = PhotoRecords(self._database)
        self.embeddings = EmbeddingRecords(self._database)
        self.labels = LabelRecords(self._database)
        self.decisions = DecisionLog(self._database)
        self.classes = ClassRecords(self._database, self.decisions)
        self.answers = AnswerRecords(self._database, self.decisions)
        self.flags = FlagRecords(self._database, self.decisions)
        self.samples = SampleRecords(self._database)
        self.runs = RunRecords(self._database)

    def close(self) -> None:
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
