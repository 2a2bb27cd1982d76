"""What is written in cells of the database, read so that a damaged one is told as such."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from cdul_app.errors import ClassListError, DamagedProjectError
from cdul_app.language import tr

Kind = TypeVar("Kind", dict[str, Any], list[Any])


@contextmanager
def reading_cells(what: str) -> Iterator[None]:
    """Around what turns a cell into a value.

    Raises DamagedProjectError, naming `what` is damaged, where the cell holds something else than
    the app has written.
    """
    try:
        yield
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
        RecursionError,
        ClassListError,
    ) as error:
        raise DamagedProjectError(
            tr(
                "The project database is damaged: {what} cannot be read. Your photos are "
                "untouched: restore a backup with your answers (Project > Backups, or cdul-app "
                "restore FOLDER).",
                what=what,
            )
        ) from error


def cell_of(kind: type[Kind], cell: str | bytes) -> Kind:
    """The JSON of a cell, which must be of that kind; within `reading_cells`."""
    value = json.loads(cell)
    if not isinstance(value, kind):
        raise TypeError(f"not a {kind.__name__}")
    return value
