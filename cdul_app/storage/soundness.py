"""Whether what a database holds can be read back."""

import sqlite3

from cdul_app.errors import in_words
from cdul_app.language import tr

# What a person made, and what it hangs on.
DECISION_TABLES = ("settings", "photos", "classes", "steps", "observed_labels", "flags")


def fault_of_decisions(connection: sqlite3.Connection) -> str:
    """What is wrong with a person's decisions, empty where nothing is."""
    try:
        for table in DECISION_TABLES:
            found = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()[0]
            if found != "ok":
                return f"{table}: {found}"
        for table in ("observed_labels", "flags"):
            if connection.execute(f"PRAGMA foreign_key_check('{table}')").fetchone() is not None:
                return tr(
                    "{table}: it names photos, classes or steps that are not there", table=table
                )
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return in_words(error)
    return ""


def fault_of_database(connection: sqlite3.Connection) -> str:
    """What is wrong anywhere; reads the whole file."""
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return in_words(error)
    if found != "ok":
        return str(found)
    return (
        "" if broken is None else tr("{broken}: it names rows that are not there", broken=broken[0])
    )
