"""Naming a class that photos describe."""

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from cdul_app.classes.class_list import MAX_NAME_LENGTH
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import body_label, caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.progress import count_text

FEW = 5  # photos: more make a clearer class


class ClassLikeDialog(QDialog):
    """`name` is the class's once it is accepted, `alone` whether the name describes nothing."""

    def __init__(self, photos: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New class like these")
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.name.setPlaceholderText("Name of the class")
        self.name.setAccessibleName("Name of the class")
        self.alone = QCheckBox("The name says nothing: go by the photos alone")
        hint = caption_label(
            "For a name as “my cup” or “type B”. A name that describes what is to be seen helps "
            "more than a few photos do."
        )
        more = " Ten make a much clearer class than three." if photos < FEW else ""
        self.accept_button = push_button("Add class", self.accept, role="primary")
        self.accept_button.setDefault(True)
        buttons = horizontal(
            STRETCH, push_button("Cancel", self.reject), self.accept_button, spacing=SPACING[1]
        )
        vertical(
            body_label(f"{count_text(photos, 'photo')} will describe the class.{more}"),
            self.name, self.alone, hint, STRETCH, buttons,
            on=self, spacing=SPACING[2], margins=SPACING[3],
        )  # fmt: skip
        self.resize(400, self.sizeHint().height())
        self.name.textChanged.connect(self._check)
        self._check()
        self.name.setFocus()

    def _check(self) -> None:
        self.accept_button.setEnabled(bool(self.name.text().strip()))
