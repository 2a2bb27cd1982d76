"""Scrolling a panel must not change the settings the pointer passes over."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class _WheelFilter(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()  # so that the scroll area around it gets the event
            return True
        return False


def ignore_wheel_unless_focused(field: QWidget) -> None:
    """For combo boxes, spin boxes and sliders that stand in a scroll area."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelFilter(field))
