"""A field that adds a label to a photo by typing: a class of the list, or a new one."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QWidget

from cdul_app.classes.class_list import name_key
from cdul_app.desktop.widgets.fields.suggestion_field import SuggestionField
from cdul_app.language import tr

_MOST = 50  # names offered at a time


class LabelField(SuggestionField):
    """What Enter takes is marked in the list below it, before it is pressed."""

    chosen = Signal(int)  # column
    new_wanted = Signal(str)  # a name that no class has
    left = Signal()  # with Esc, or when it is done: the focus belongs elsewhere

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Add a label: type its name"))
        self.setAccessibleName(tr("Add a label"))
        self._names: tuple[str, ...] = ()
        self._offered: list[int | None] = []  # columns; None for a new class
        self.completion.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.popup.clicked.connect(lambda index: self._take(index.row()))

    @property
    def offered(self) -> list[str]:
        return self._entries.stringList()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Of all classes, by their columns."""
        self._names = names

    def event(self, event: QEvent) -> bool:
        """No key of the page acts while one types here."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
            )  # fmt: skip
            if plain:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(max(0, self.popup.currentIndex().row()))
        elif key is Qt.Key.Key_Escape:
            self._finish()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.popup.isVisible():
            event.ignore()  # the list takes it
        else:
            super().keyPressEvent(event)

    def _offer(self) -> None:
        """Names that begin with what is typed, those that hold it, and last a new class."""
        typed = name_key(self.text())
        keys = [name_key(name) for name in self._names]
        starts = [column for column, key in enumerate(keys) if key.startswith(typed)]
        holds = [column for column, key in enumerate(keys) if typed in key[1:]]
        found = list(dict.fromkeys([*starts, *holds]))[:_MOST] if typed else []
        found.sort(key=lambda column: keys[column] != typed)
        self._offered = [*found]
        entries = [self._names[column] for column in found]
        if typed and typed not in keys:
            self._offered.append(None)
            entries.append(tr("New class “{name}”", name=" ".join(self.text().split())))
        self._entries.setStringList(entries)
        if not entries:
            self.popup.hide()
            return
        self.completion.complete()
        self.popup.setCurrentIndex(self._entries.index(0))

    def _take(self, place: int) -> None:
        if place < len(self._offered):
            column, name = self._offered[place], " ".join(self.text().split())
            self._finish()
            if column is None:
                self.new_wanted.emit(name)
            else:
                self.chosen.emit(column)

    def _finish(self) -> None:
        self.clear()
        self._offered = []
        self.popup.hide()
        self.left.emit()
