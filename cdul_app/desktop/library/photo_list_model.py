"""The photos that pass the filter, in their order: one array of rows, one reset a change."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.language import tr
from cdul_app.project.labels.label_states import photo_labels

_NONE = tr("no labels")


class PhotoRole(IntEnum):
    ROW = Qt.ItemDataRole.UserRole + 1  # row of the session's arrays


class PhotoListModel(QAbstractListModel):
    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self.rows: NDArray[np.int64] = np.arange(0)  # of the session's arrays, in the order shown
        self._photos: NDArray[np.int64] = np.arange(0)  # their identifiers

    def set_rows(self, rows: NDArray[np.int64]) -> bool:
        """Returns whether other photos are shown than before, or in another order.

        Where they are the same the view keeps its place and what is selected.
        """
        photos = self._project.photos.ids[rows]
        if np.array_equal(photos, self._photos):
            self.rows = rows
            self.repaint_rows()
            return False
        self.beginResetModel()
        self.rows, self._photos = rows, photos
        self.endResetModel()
        return True

    def add_rows(self, rows: NDArray[np.int64]) -> None:
        """Show more photos after the others."""
        if len(rows):
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows = np.concatenate([self.rows, rows])
            self._photos = self._project.photos.ids[self.rows]
            self.endInsertRows()

    def place_of(self, row: int) -> int | None:
        """Where a row of the session is shown, None where the filter hides it."""
        places = np.flatnonzero(self.rows == row)
        return int(places[0]) if places.size else None

    def photo_at(self, place: int) -> int:
        """The identifier of the photo shown there, also where the session has other rows since."""
        return int(self._photos[place])

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, project = int(self.rows[index.row()]), self._project
        if role == PhotoRole.ROW:
            return row
        path, error = project.photos.paths[row], project.photos.errors.get(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return path
        if role == Qt.ItemDataRole.ToolTipRole:
            labels = [label.describe() for label in photo_labels(project, row)]
            return plain_tip("\n".join([path, *([error] if error else []), *labels]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shown = photo_labels(project, row)
            told = ", ".join(f"{label.name} ({label.word or tr(label.state)})" for label in shown)
            return f"{path}: {told or _NONE}"
        return None

    def repaint_rows(self) -> None:
        """Labels or states changed; the list stays as it is."""
        if len(self.rows):
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))
