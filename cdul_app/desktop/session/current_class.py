"""The class a person is at: one for the whole window."""

from PySide6.QtCore import QObject, Signal

from cdul_app.project.project import Project


class CurrentClass(QObject):
    """Kept by its identifier, so that an edited list of classes does not change what is current.

    What the list of classes marks, what Y and N answer, and what threshold, review, wall and
    collection are about.  None: all classes.
    """

    changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._identifier: int | None = None

    @property
    def column(self) -> int | None:
        """Where the class stands now, None where all are looked at or it is gone."""
        ids = self._project.classes.ids
        return ids.index(self._identifier) if self._identifier in ids else None

    @property
    def name(self) -> str:
        """Empty where there is none."""
        column = self.column
        return "" if column is None else self._project.classes[column].name

    def choose(self, column: int | None) -> None:
        """Raises IndexError where there is no such column."""
        identifier = None if column is None else self._project.classes[column].identifier
        if identifier != self._identifier:
            self._identifier = identifier
            self.changed.emit()
