"""F1: all keys of the app, and the place where a person changes them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.shortcuts import (
    EDIT,
    FILE,
    FIXED_KEYS,
    HELP,
    PAGE_SHORTCUTS,
    PHOTO,
    REVIEW,
    SHORTCUTS,
    VIEW,
    shortcut,
)
from cdul_app.desktop.look.restyle import restyle
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical

_HINT = (
    "Click a key, or Tab to it and press Enter, then press another. Backspace takes it away, "
    "Ctrl+Backspace gives back the first. Changed keys are bold."
)
_GIVE_BACK = Qt.KeyboardModifier.ControlModifier | Qt.Key.Key_Backspace
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class KeyButton(QPushButton):
    """Shows the keys of an action; once pressed it waits for another key."""

    key_pressed = Signal(str)  # portable form, "" for none
    first_wanted = Signal()  # the keys of the table again

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.is_waiting = False
        self.setProperty("role", "key")
        self.setAutoDefault(False)
        self.clicked.connect(self.wait)
        self.refresh()

    def refresh(self) -> None:
        self.is_waiting = False
        keys = key_map().shown(self.name)
        self.setText(keys or "none")
        changed = key_map().is_changed(self.name)
        spoken = f"{keys or 'no key'}{', chosen by you' if changed else ''}"
        self.setAccessibleName(f"{shortcut(self.name).text}: {spoken}; change")
        if bool(self.property("changed")) != changed:
            self.setProperty("changed", changed)
            restyle(self)

    def wait(self) -> None:
        self.is_waiting = True
        self.setText("Press a key…")

    def event(self, event: QEvent) -> bool:
        if self.is_waiting and event.type() in (
            QEvent.Type.ShortcutOverride,
            QEvent.Type.KeyPress,  # Tab comes here, not to keyPressEvent
        ):
            event.accept()
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                self._read_key(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.refresh()
        super().focusOutEvent(event)

    def _read_key(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        if event.key() == Qt.Key.Key_Escape and self.name != "leave":
            self.refresh()
            return
        if event.keyCombination() == _GIVE_BACK:
            self.first_wanted.emit()
            return
        is_removal = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if is_removal and self.name != "take_back":
            self.key_pressed.emit("")
            return
        sequence = QKeySequence(event.keyCombination())
        self.key_pressed.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))


class KeyReference(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self.buttons: dict[str, KeyButton] = {}
        columns = [
            vertical(*(self._group(group) for group in groups), STRETCH, spacing=SPACING[1])
            for groups in ((REVIEW,), (PHOTO, VIEW), (FILE, EDIT, HELP))
        ]
        self.message = label(_HINT, "muted", wrap=True)
        self.reset_button = push_button("Reset all", self._on_reset)
        close = push_button("Close", self.reject)
        for button in (self.reset_button, close):
            button.setAutoDefault(False)
        vertical(
            horizontal(*columns, spacing=SPACING[4]),
            horizontal((self.message, 1), self.reset_button, close),
            on=self, spacing=SPACING[3],
            margins=(SPACING[4], SPACING[3]),
        )  # fmt: skip
        key_map().changed.connect(self._on_keys_changed)
        self._on_keys_changed()

    def _group(self, group: str) -> QVBoxLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACING[2])
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(0, 1)
        place = 0
        for entry in (*PAGE_SHORTCUTS, *SHORTCUTS):
            if entry.group == group:
                button = KeyButton(entry.name, self)
                button.key_pressed.connect(
                    lambda key, name=entry.name: self._change(name, [key] if key else [])
                )
                button.first_wanted.connect(
                    lambda name=entry.name: self._change(name, shortcut(name).keys)
                )
                self.buttons[entry.name] = button
                rows.addWidget(label(entry.text.removesuffix("…")), place, 0)
                rows.addWidget(button, place, 1, Qt.AlignmentFlag.AlignRight)
                place += 1
        for owner, text, keys in FIXED_KEYS:
            if owner == group:
                fixed = label(keys, "muted")
                fixed.setAlignment(Qt.AlignmentFlag.AlignRight)
                rows.addWidget(label(text), place, 0)
                rows.addWidget(fixed, place, 1)
                place += 1
        return vertical(label(group, "title"), rows, SPACING[1])

    def _change(self, name: str, keys: Sequence[str]) -> None:
        try:
            key_map().choose(name, keys)
        except ValueError as error:
            owner = str(error)
            taken = "the keys of classes" if owner == "class" else f"“{shortcut(owner).text}”"
            self.message.setText(f"That key belongs to {taken} already: choose another.")
        else:
            self.message.setText(_HINT)
        self.buttons[name].refresh()

    def _on_reset(self) -> None:
        key_map().reset()
        self.message.setText(_HINT)

    def _on_keys_changed(self, _: str = "") -> None:
        for button in self.buttons.values():
            button.refresh()
        self.reset_button.setEnabled(not key_map().is_default)
