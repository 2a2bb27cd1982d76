"""The rows of the list of classes: all classes, each class, and the folded ones."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.navigator.class_rows import (
    ClassOrder,
    ClassRow,
    arranged,
    class_rows,
    found,
)
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import ROW_ROLE, AnyIndex
from cdul_app.language import ntr, tr


@dataclass(frozen=True)
class AllClasses:
    photos: int

    def spoken(self) -> str:
        return ntr("All classes; {n} photo", "All classes; {n} photos", self.photos)


@dataclass(frozen=True)
class EmptyClasses:
    """Those without a photo, folded away or not."""

    count: int
    is_open: bool

    def spoken(self) -> str:
        if self.is_open:
            return tr("{count} without photos, shown", count=self.count)
        return tr("{count} without photos, folded away", count=self.count)


NavigatorRow = AllClasses | ClassRow | EmptyClasses


class NavigatorModel(QAbstractListModel):
    """Counts are kept, and made again by `recount`."""

    renamed = Signal(int, str)  # column, what was typed

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self.order, self.text, self.shows_empty = ClassOrder.OWN, "", False
        self._classes: list[ClassRow] = []
        self.rows: list[NavigatorRow] = []
        self.reload()

    def reload(self) -> None:
        """Classes, counts or what is shown of them are others."""
        self._classes = class_rows(self._project)
        self._show()

    def recount(self) -> None:
        """Labels or answers changed: the rows stay where they are, under a person's hands."""
        self._classes = class_rows(self._project)
        by_column = {row.column: row for row in self._classes}
        fresh: list[NavigatorRow] = []
        for row in self.rows:
            if isinstance(row, ClassRow):
                fresh.append(by_column[row.column])
            elif isinstance(row, AllClasses):
                fresh.append(AllClasses(len(self._project.photos)))
            else:
                fresh.append(row)
        changed = [place for place, row in enumerate(fresh) if row != self.rows[place]]
        self.rows = fresh
        for place in changed:
            self.dataChanged.emit(self.index(place), self.index(place))

    def show(
        self,
        *,
        order: ClassOrder | None = None,
        text: str | None = None,
        shows_empty: bool | None = None,
    ) -> None:
        """What is not given stays as it is."""
        self.order = self.order if order is None else order
        self.text = self.text if text is None else text
        self.shows_empty = self.shows_empty if shows_empty is None else shows_empty
        self._show()

    def place_of(self, column: int | None) -> int | None:
        """Where a class, or all of them, is shown; None where it is not."""
        for place, row in enumerate(self.rows):
            if column is None and isinstance(row, AllClasses):
                return place
            if isinstance(row, ClassRow) and row.column == column:
                return place
        return None

    def column_at(self, index: AnyIndex) -> int | None:
        row = self.rows[index.row()] if index.isValid() else None
        return row.column if isinstance(row, ClassRow) else None

    def _show(self) -> None:
        self.beginResetModel()
        if self.text.strip():
            self.rows = list(found(self._classes, self.text))
        else:
            rows = arranged(self._classes, self.order)
            empty = [row for row in rows if row.is_empty]
            folds = 0 < len(empty) < len(rows)
            shown = [row for row in rows if not (folds and row.is_empty)]
            self.rows = [AllClasses(len(self._project.photos)), *shown]
            if folds:
                self.rows.append(EmptyClasses(len(empty), self.shows_empty))
                self.rows += empty if self.shows_empty else []
        self.endResetModel()

    # ---- Qt's questions ----

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.column_at(index) is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.EditRole, Qt.ItemDataRole.DisplayRole):
            return row.name if isinstance(row, ClassRow) else row.spoken()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.spoken())
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self.column_at(index)
        if column is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.renamed.emit(column, str(value))
        return True
