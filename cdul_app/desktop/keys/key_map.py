"""Which keys each action has now: those of the table, or what the person chose instead."""

import weakref
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from cdul_app.desktop.keys.digit_row import DigitRow
from cdul_app.desktop.keys.shortcuts import (
    KEYED_CLASSES,
    PAGE_SHORTCUTS,
    SHORTCUTS,
    class_key,
    shortcut,
)
from cdul_app.desktop.settings import WindowSettings


class KeyMap(QObject):
    """One for the application; actions follow `changed`."""

    changed = Signal(str)  # name of a shortcut

    def __init__(self) -> None:
        super().__init__()
        self._bound: list[tuple[weakref.ref[QAction], str]] = []

    def keys(self, name: str) -> tuple[str, ...]:
        """In Qt's portable form, perhaps none.  Raises KeyError for an unknown name."""
        default = shortcut(name).keys
        chosen = WindowSettings().keys_of(name)
        return default if chosen is None else chosen

    def shown(self, name: str) -> str:
        """As the person's system writes them: “Y or A”."""
        native = QKeySequence.SequenceFormat.NativeText
        return " or ".join(QKeySequence(key).toString(native) for key in self.keys(name))

    def choose(self, name: str, keys: Sequence[str]) -> None:
        """Give an action these keys.  Raises ValueError where one is another action's."""
        wanted = tuple(dict.fromkeys(normal_key(key) for key in keys if key))
        for key in wanted:
            owner = self.owner_of(key)
            if owner not in (None, name):
                raise ValueError(owner)
        default = tuple(normal_key(key) for key in shortcut(name).keys)
        WindowSettings().set_keys_of(name, None if wanted == default else wanted)
        self._apply(name)

    def reset(self) -> None:
        """All actions have the keys of the table again."""
        for entry in (*SHORTCUTS, *PAGE_SHORTCUTS):
            if self.is_changed(entry.name):
                WindowSettings().set_keys_of(entry.name, None)
                self._apply(entry.name)

    def is_changed(self, name: str) -> bool:
        """Whether a person chose the keys of this action."""
        return WindowSettings().keys_of(name) is not None

    @property
    def is_default(self) -> bool:
        names = [entry.name for entry in (*SHORTCUTS, *PAGE_SHORTCUTS)]
        return not any(self.is_changed(name) for name in names)

    def owner_of(self, key: str) -> str | None:
        """The action that has the key, "class" for those of classes; None where it is free."""
        wanted = normal_key(key)
        if wanted in {normal_key(class_key(column)) for column in range(KEYED_CLASSES)}:
            return "class"
        for entry in (*SHORTCUTS, *PAGE_SHORTCUTS):
            if wanted in {normal_key(each) for each in self.keys(entry.name)}:
                return entry.name
        return None

    def bind(self, action: QAction, name: str) -> None:
        """Give the action its keys, now and whenever they change."""
        self._bound = [each for each in self._bound if _is_alive(each[0]())]
        self._bound.append((weakref.ref(action), name))
        action.setShortcuts([QKeySequence(key) for key in self.keys(name)])

    def _apply(self, name: str) -> None:
        for reference, bound in self._bound:
            action = reference()
            if bound == name and action is not None and _is_alive(action):
                action.setShortcuts([QKeySequence(key) for key in self.keys(name)])
        self.changed.emit(name)


def _is_alive(action: QAction | None) -> bool:
    return action is not None and isValid(action)


_map: KeyMap | None = None


def key_map() -> KeyMap:
    """The one map; made when first asked for."""
    global _map
    if _map is None:
        _map = KeyMap()
    return _map


def normal_key(key: str) -> str:
    """One spelling for each key, whatever it was written as."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def page_action(name: str, owner: QWidget, slot: Callable[[], object]) -> QAction:
    """An action of the table whose keys work while the focus is in `owner`."""
    action = QAction(shortcut(name).text, owner)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: slot())
    key_map().bind(action, name)
    owner.addAction(action)
    return action


def class_actions(owner: QWidget, slot: Callable[[int], object]) -> None:
    """The keys of the first classes: `slot` is called with the column."""
    for column in range(KEYED_CLASSES):
        action = QAction(f"Class {column + 1}", owner)
        action.setShortcut(QKeySequence(class_key(column)))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False, chosen=column: slot(chosen))
        owner.addAction(action)
    DigitRow(owner, slot)
