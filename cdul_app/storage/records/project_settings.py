"""Named JSON values of a project: the last settings, the truth file, the classifier in use."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from sqlite_utils import Database

from cdul_app.language import tr
from cdul_app.storage.records.json_cells import reading_cells
from cdul_app.storage.transactions import writing

Converted = TypeVar("Converted")


class ProjectSettings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        row = self._database.conn.execute(
            "SELECT value FROM settings WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            return default
        with reading_cells(tr("the setting “{name}”", name=name)):
            return json.loads(row[0])

    def read(self, name: str, convert: Callable[[Any], Converted]) -> Converted | None:
        """What `convert` makes of a setting, None where there is none; its ValueError, TypeError
        and the like say that the setting is damaged, which is a ProjectError."""
        value = self.get(name)
        if value is None:
            return None
        with reading_cells(tr("the setting “{name}”", name=name)):
            return convert(value)

    def set(self, name: str, value: Any) -> None:
        with writing(self._database):
            self._database.conn.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value))
            )
