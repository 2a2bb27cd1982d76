"""The row of digits above the letters, on keyboards where it types other signs.

A French keyboard types & and é there, a Czech one + and ě, and an American one ! and @ with Shift:
the keys are known by their place, which is what is printed on them.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_FIRST_SCAN_CODES = {"xcb": 10, "wayland": 10, "windows": 2}  # of the key 1; 2 to 9 and 0 follow
_MAC_KEYS = (18, 19, 20, 21, 23, 22, 26, 28, 25, 29)  # kVK_ANSI_1 to kVK_ANSI_9, kVK_ANSI_0


def place_in_row(platform: str, scan_code: int, virtual_key: int) -> int | None:
    """0 for the key 1 … 9 for the key 0, None for any other key or an unknown platform.

    `platform` is Qt's name of it; `scan_code` and `virtual_key` are those of the native event.
    """
    if platform == "cocoa":
        return _MAC_KEYS.index(virtual_key) if virtual_key in _MAC_KEYS else None
    place = scan_code - _FIRST_SCAN_CODES.get(platform, scan_code + 1)
    return place if 0 <= place <= 9 else None


class DigitRow(QObject):
    """Calls `slot` with the class, 0 to 9 or with Shift 10 to 19, while the focus is in `owner`.

    Digits that the layout types without Shift are left to the shortcuts; text fields keep theirs.
    """

    def __init__(
        self, owner: QWidget, slot: Callable[[int], object], platform: str | None = None
    ) -> None:
        super().__init__(owner)
        self._owner = owner
        self._slot = slot
        self._platform = QGuiApplication.platformName() if platform is None else platform
        self._taken: tuple[QObject, int] | None = None  # whose key press is still to come
        owner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and watched is self._owner:
                return self._read_key(event)
            if event.type() is QEvent.Type.KeyPress and self._taken == (watched, event.key()):
                self._forget()
                return True  # else a list would search for what the key types
        return False

    def _read_key(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers()
        if modifiers not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        place = place_in_row(self._platform, event.nativeScanCode(), event.nativeVirtualKey())
        shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        if place is None or (not shifted and event.key() == Qt.Key.Key_0 + (place + 1) % 10):
            return False
        self._forget()
        focused = QApplication.focusWidget() or self._owner
        focused.installEventFilter(self)
        self._taken = (focused, event.key())
        event.accept()
        self._slot(place + 10 * shifted)
        return True

    def _forget(self) -> None:
        if self._taken is not None and self._taken[0] is not self._owner:
            self._taken[0].removeEventFilter(self)
        self._taken = None
