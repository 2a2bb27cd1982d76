"""Choosing one class of many by typing a part of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from cdul_app.classes.class_list import name_key
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import body_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.language import tr

_KEYS_OF_THE_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ClassPicker(QDialog):
    """`column` is the chosen one once it is accepted."""

    def __init__(
        self,
        title: str,
        explanation: str,
        accept: str,
        classes: Sequence[tuple[int, str]],
        parent: QWidget | None = None,
    ) -> None:
        """accept : the button's text; classes : columns with their names."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self._classes = classes
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type a part of the name"))
        self.field.setAccessibleName(tr("Part of the class's name"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Classes"))
        self.list.setUniformItemSizes(True)
        self.accept_button = push_button(accept, self.accept, role="primary")
        self.accept_button.setDefault(True)
        buttons = horizontal(
            STRETCH, push_button(tr("Cancel"), self.reject), self.accept_button, spacing=SPACING[1]
        )
        vertical(
            body_label(explanation), self.field, (self.list, 1), buttons,
            on=self, spacing=SPACING[2], margins=SPACING[3],
        )  # fmt: skip
        self.resize(360, 420)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self._show("")
        self.field.setFocus()

    @property
    def column(self) -> int | None:
        item = self.list.currentItem()
        return None if item is None else int(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the list while one types."""
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in _KEYS_OF_THE_LIST
        ):
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _show(self, text: str) -> None:
        self.list.clear()
        for column, name in self._classes:
            if name_key(text) in name_key(name):
                item = QListWidgetItem(name)
                item.setData(Qt.ItemDataRole.UserRole, column)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.accept_button.setEnabled(self.list.count() > 0)
