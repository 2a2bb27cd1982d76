"""What the database took of answers and flags, brought into the memory of an open project."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.project.photo_table import RowsById
from cdul_app.storage.records.answer_records import CellChanges
from cdul_app.storage.records.followed_threshold import FollowedThreshold

if TYPE_CHECKING:
    from cdul_app.project.project import Project


def show_answers(
    project: "Project", cells: CellChanges, followed: FollowedThreshold | None
) -> tuple[NDArray[np.int64], int | None]:
    """Returns the rows that are shown, and the column where all are of one class."""
    rows, columns = _places(project, cells)
    shown = (rows >= 0) & (columns >= 0)
    rows, columns = rows[shown], columns[shown]
    project.answers[rows, columns] = cells["after"][shown]
    column = int(columns[0]) if len(columns) and (columns == columns[0]).all() else None
    project.facts.update(rows, column)  # before anyone who shows them
    if followed is not None:
        project.reload_thresholds()
    project.changes.answers(rows)
    return rows, column


def show_flags(project: "Project", cells: CellChanges) -> NDArray[np.int64]:
    """Returns the rows that are shown."""
    rows, _ = _places(project, cells)
    shown = rows >= 0
    project.flags[rows[shown]] = (cells["after"] == 1)[shown]
    project.changes.flags(rows[shown])
    return rows[shown]


def _places(project: "Project", cells: CellChanges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of each cell, -1 where it is not shown."""
    columns = RowsById(np.asarray(project.classes.ids, dtype=np.int64))
    return project.photos.rows_by_id.find(cells["photo"]), columns.find(cells["class"])
