"""What can be taken back, and what was taken back and can be done again."""

from collections.abc import Iterable

from cdul_app.storage.journal.decision_log import LoggedStep, StepSource

MAX_STEPS = 200


class UndoStack:
    """Identifiers of steps of the log; read back from it, so that a restart changes nothing."""

    def __init__(self, log: Iterable[LoggedStep] = ()) -> None:
        """`log`, oldest first."""
        self._done: list[int] = []
        self._undone: list[int] = []
        for entry in log:
            step = entry.reverses
            if entry.source == StepSource.PERSON or step is None:
                self.add(entry.identifier)
            elif entry.source == StepSource.UNDO:
                self.mark_undone(step)
            else:
                self.mark_redone(step)

    @property
    def next_undo(self) -> int | None:
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> int | None:
        return self._undone[-1] if self._undone else None

    def add(self, step: int) -> None:
        self._done = [*self._done[-(MAX_STEPS - 1) :], step]
        self._undone.clear()

    def mark_undone(self, step: int) -> None:
        if step in self._done:  # else it lies before what was read back
            self._done.remove(step)
        self._undone.append(step)

    def mark_redone(self, step: int) -> None:
        if step in self._undone:
            self._undone.remove(step)
        self._done = [*self._done[-(MAX_STEPS - 1) :], step]
