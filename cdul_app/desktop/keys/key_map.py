"""Which keys each action has now: those of the table, or what the person chose instead."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cdul_app.classes.class_list import KEYED_CLASSES
from cdul_app.desktop.keys.digit_row import DigitRow
from cdul_app.desktop.keys.shortcuts import ALL_SHORTCUTS, class_key, shortcut
from cdul_app.desktop.settings import WindowSettings
from cdul_app.language import tr

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class KeyMap(QObject):
    """One for the application; actions follow `changed`."""

    changed = Signal(str)  # name of a shortcut

    def keys(self, name: str) -> tuple[str, ...]:
        """In Qt's portable form, perhaps none.  Raises KeyError for an unknown name."""
        default = shortcut(name).keys
        chosen = WindowSettings().keys_of(name)
        return default if chosen is None else chosen

    def shown(self, name: str) -> str:
        """As the person's system writes them: “Y or A”."""
        native = QKeySequence.SequenceFormat.NativeText
        return tr(" or ").join(QKeySequence(key).toString(native) for key in self.keys(name))

    def choose(self, name: str, keys: Iterable[str]) -> None:
        """Give an action these keys.  Raises ValueError where one is another action's."""
        wanted = normal_keys(keys)
        for key in wanted:
            owner = self.owner_of(key)
            if owner not in (None, name):
                raise ValueError(owner)
        default = normal_keys(shortcut(name).keys)
        WindowSettings().set_keys_of(name, None if wanted == default else wanted)
        self.changed.emit(name)

    def reset(self) -> None:
        """All actions have the keys of the table again."""
        for name in filter(self.is_changed, ALL_SHORTCUTS):
            WindowSettings().set_keys_of(name, None)
            self.changed.emit(name)

    def is_changed(self, name: str) -> bool:
        return WindowSettings().keys_of(name) is not None

    def first_shown(self, name: str) -> str:
        """The first of its keys, as the person's system writes it; empty where it has none."""
        keys = self.keys(name)
        return (
            QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        )

    @property
    def is_default(self) -> bool:
        return not any(map(self.is_changed, ALL_SHORTCUTS))

    def owner_of(self, key: str) -> str | None:
        """The action that has the key, "class" for those of classes; None where it is free."""
        (wanted,) = normal_keys([key])
        if wanted in normal_keys(class_key(place) for place in range(KEYED_CLASSES)):
            return "class"
        owners = (name for name in ALL_SHORTCUTS if wanted in normal_keys(self.keys(name)))
        return next(owners, None)

    def bind(self, action: QAction, name: str) -> None:
        """Give the action its keys, now and whenever they change."""
        _BoundKeys(action, name)


class _BoundKeys(QObject):
    """Goes with its action."""

    def __init__(self, action: QAction, name: str) -> None:
        super().__init__(action)
        self._action, self._name = action, name
        key_map().changed.connect(self._on_changed)
        self._on_changed(name)

    def _on_changed(self, name: str) -> None:
        if name == self._name:
            self._action.setShortcuts([QKeySequence(key) for key in key_map().keys(name)])


@cache
def key_map() -> KeyMap:
    """The one map; made when first asked for."""
    return KeyMap()


def normal_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """One spelling for each key, whatever it was written as; each once."""
    portable = QKeySequence.SequenceFormat.PortableText
    return tuple(dict.fromkeys(QKeySequence(key).toString(portable) for key in keys if key))


def page_action(name: str, owner: QWidget, slot: Callable[[], object]) -> QAction:
    """An action of the table whose keys work while the focus is in `owner`."""
    action = _local_action(shortcut(name).text, owner, slot)
    key_map().bind(action, name)
    return action


def class_actions(owner: QWidget, project: "Project", slot: Callable[[int], object]) -> None:
    """The keys of classes: `slot` is called with the column of the one that has the key."""

    def act(place: int) -> None:
        column = project.classes.column_of_key(place)
        if column is not None:
            slot(column)

    for place in range(KEYED_CLASSES):
        action = _local_action(tr("Class {number}", number=place + 1), owner, partial(act, place))
        action.setShortcut(QKeySequence(class_key(place)))
    DigitRow(owner, act)


def _local_action(text: str, owner: QWidget, slot: Callable[[], object]) -> QAction:
    action = QAction(text, owner)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: slot())
    owner.addAction(action)
    return action
