"""A line to type in, with a list below it of what it could become."""

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget


class SuggestionField(QLineEdit):
    """What is offered is worked out by `_offer`, after each letter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = QStringListModel(self)
        self.completion = QCompleter(self._entries, self)
        self.completion.setWidget(self)
        self.completion.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completion.setMaxVisibleItems(8)
        self.popup.setProperty("role", "words")
        self.textEdited.connect(lambda _: self._offer())

    @property
    def popup(self) -> QAbstractItemView:
        popup = self.completion.popup()
        assert popup is not None, "a completer makes one"
        return popup

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.popup.hide()

    def _offer(self) -> None:
        raise NotImplementedError
