"""Named JSON values of a project: the last settings, the truth file, the classifier in use."""

import json
from typing import Any

from sqlite_utils import Database

from cdul_app.storage.transactions import writing


class ProjectSettings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        row = self._database.conn.execute(
            "SELECT value FROM settings WHERE name = ?", (name,)
        ).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, name: str, value: Any) -> None:
        with writing(self._database):
            self._database.conn.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value))
            )
