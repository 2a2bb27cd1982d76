"""Timers that gather many changes into one."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def single_shot(owner: QObject, milliseconds: int, act: Callable[[], object]) -> QTimer:
    """To be started; each start before its end begins the time anew."""
    timer = QTimer(owner, singleShot=True, interval=milliseconds)
    timer.timeout.connect(act)
    return timer
