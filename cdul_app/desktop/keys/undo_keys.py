"""Ctrl+Z undoes the last decision also while a text field has the focus."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


class UndoKeys(QObject):
    """A field keeps the key only while it has something of its own to undo or to do again."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            again = event.matches(QKeySequence.StandardKey.Redo)
            if (undoes and not _can(watched, "isUndoAvailable")) or (
                again and not _can(watched, "isRedoAvailable")
            ):
                event.ignore()
                return True  # the field does not see it, the window's shortcut does
        return super().eventFilter(watched, event)

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit):
            now.installEventFilter(self)


def _can(field: QObject, what: str) -> bool:
    owner = field.document() if isinstance(field, QPlainTextEdit | QTextEdit) else field
    return bool(getattr(owner, what)())
