"""Undo and redo of answers."""

from dataclasses import dataclass

from cdul_app.storage.answer_records import AnswerChange

MAX_STEPS = 200


@dataclass(frozen=True)
class AnswerStep:
    """Cells that one action changed, and what the action was called."""

    description: str  # "yes for “dog” on 3 photos"
    changes: tuple[AnswerChange, ...]

    def reversed_changes(self) -> tuple[AnswerChange, ...]:
        return tuple(
            AnswerChange(change.photo_id, change.class_id, change.after, change.before)
            for change in self.changes
        )


class AnswerHistory:
    """What can be taken back, and what was taken back and can be done again."""

    def __init__(self) -> None:
        self._done: list[AnswerStep] = []
        self._undone: list[AnswerStep] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def add(self, step: AnswerStep) -> None:
        self._done = [*self._done[-(MAX_STEPS - 1) :], step]
        self._undone.clear()

    @property
    def next_undo(self) -> AnswerStep:
        """Raises IndexError where there is nothing to undo."""
        return self._done[-1]

    @property
    def next_redo(self) -> AnswerStep:
        """Raises IndexError where there is nothing to redo."""
        return self._undone[-1]

    def mark_undone(self) -> None:
        """The next undo has been written."""
        self._undone.append(self._done.pop())

    def mark_redone(self) -> None:
        """The next redo has been written."""
        self._done.append(self._undone.pop())
