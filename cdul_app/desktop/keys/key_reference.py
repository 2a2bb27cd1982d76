"""F1: all keys of the app, and the place where a person changes them."""

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.shortcuts import (
    ALL_SHORTCUTS,
    EDIT,
    FILE,
    FIXED_KEYS,
    HELP,
    PHOTO,
    REVIEW,
    VIEW,
    shortcut,
)
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, box, horizontal, scroll_area, vertical
from cdul_app.language import tr

_HINT = tr(
    "Click a key, or Tab to it and press Enter, then press another. Backspace takes it away, "
    "Ctrl+Backspace gives back the first. Changed keys are bold."
)
_GIVE_BACK = Qt.KeyboardModifier.ControlModifier | Qt.Key.Key_Backspace
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class KeyButton(QPushButton):
    """Shows the keys of an action; once pressed it waits for another key."""

    chosen = Signal(object)  # keys in their portable form, a tuple

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
        self.setText(without_mnemonic(keys or tr("none")))
        changed = key_map().is_changed(self.name)
        spoken = keys or tr("no key")
        if changed:
            spoken = tr("{keys}, chosen by you", keys=spoken)
        self.setAccessibleName(
            tr("{action}: {keys}; change", action=shortcut(self.name).text, keys=spoken)
        )
        mark(self, "changed", changed)

    def wait(self) -> None:
        self.is_waiting = True
        self.setText(tr("Press a key…"))

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
        is_removal = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if event.key() in _MODIFIERS:
            return
        if event.key() == Qt.Key.Key_Escape and self.name != "leave":
            self.refresh()
        elif event.keyCombination() == _GIVE_BACK:
            self.chosen.emit(shortcut(self.name).keys)
        elif is_removal and self.name != "take_back":
            self.chosen.emit(())
        else:
            self.chosen.emit((QKeySequence(event.keyCombination()).toString(),))


class KeyReference(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard"))
        self.buttons: dict[str, KeyButton] = {}
        columns = [
            vertical(*(self._group(group) for group in groups), STRETCH, spacing=SPACING[1])
            for groups in ((REVIEW,), (PHOTO, VIEW), (FILE, EDIT, HELP))
        ]
        self.message = label(_HINT, "muted", wrap=True)
        self.reset_button = push_button(tr("Reset all"), lambda: key_map().reset())
        close = push_button(tr("Close"), self.reject)
        for button in (self.reset_button, close):
            button.setAutoDefault(False)
        keys = box(horizontal(*columns, spacing=SPACING[4]))
        scrolled = scroll_area(keys, sideways=True)
        vertical(
            (scrolled, 1),
            horizontal((self.message, 1), self.reset_button, close),
            on=self, spacing=SPACING[3],
            margins=(SPACING[4], SPACING[3]),
        )  # fmt: skip
        key_map().changed.connect(self._on_keys_changed)
        self._on_keys_changed()
        self._fit(keys, scrolled)

    def _fit(self, keys: QWidget, scrolled: QScrollArea) -> None:
        """As large as all keys, where the screen is."""
        whole = self.sizeHint() - scrolled.sizeHint() + keys.sizeHint()
        whole.setWidth(keys.sizeHint().width() + 2 * SPACING[4])
        self.resize(whole.boundedTo(self.screen().availableSize()))

    def _group(self, group: str) -> QVBoxLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACING[2])
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(0, 1)
        shown: list[tuple[str, QWidget]] = []
        for entry in ALL_SHORTCUTS.values():
            if entry.group == group:
                button = self.buttons[entry.name] = KeyButton(entry.name, self)
                button.chosen.connect(partial(self._change, entry.name))
                shown.append((entry.text.rstrip("…\N{NO-BREAK SPACE}"), button))
        shown += [
            (text, label(keys, "muted")) for owner, text, keys in FIXED_KEYS if owner == group
        ]
        for place, (text, keys) in enumerate(shown):
            rows.addWidget(label(text), place, 0)
            rows.addWidget(keys, place, 1, Qt.AlignmentFlag.AlignRight)
        return vertical(label(tr(group), "title"), rows, SPACING[1])

    def _change(self, name: str, keys: tuple[str, ...]) -> None:
        try:
            key_map().choose(name, keys)
        except ValueError as error:
            owner = str(error)
            if owner == "class":
                text = tr("That key belongs to the keys of classes already: choose another.")
            else:
                text = tr(
                    "That key belongs to “{action}” already: choose another.",
                    action=shortcut(owner).text,
                )
            self.message.setText(text)
            self.buttons[name].refresh()

    def _on_keys_changed(self, _: str = "") -> None:
        self.message.setText(_HINT)
        for button in self.buttons.values():
            button.refresh()
        self.reset_button.setEnabled(not key_map().is_default)
