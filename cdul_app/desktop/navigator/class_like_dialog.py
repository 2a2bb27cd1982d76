"""Naming a class that photos describe."""

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from cdul_app.classes.class_list import MAX_NAME_LENGTH
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import body_label, caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.language import ntr, tr

FEW = 5  # photos: more make a clearer class


class ClassLikeDialog(QDialog):
    """`name` is the class's once it is accepted, `alone` whether the name describes nothing."""

    def __init__(self, photos: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New class like these"))
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.name.setPlaceholderText(tr("Name of the class"))
        self.name.setAccessibleName(tr("Name of the class"))
        self.alone = QCheckBox(tr("The name says nothing: go by the photos alone"))
        hint = caption_label(
            tr(
                "For a name as “my cup” or “type B”. A name that describes what is to be seen "
                "helps more than a few photos do."
            )
        )
        told = [
            ntr("{n} photo will describe the class.", "{n} photos will describe the class.", photos)
        ]
        if photos < FEW:
            told.append(tr("Ten make a much clearer class than three."))
        self.accept_button = push_button(tr("Add class"), self.accept, role="primary")
        self.accept_button.setDefault(True)
        buttons = horizontal(
            STRETCH, push_button(tr("Cancel"), self.reject), self.accept_button, spacing=SPACING[1]
        )
        vertical(
            body_label(" ".join(told)),
            self.name, self.alone, hint, STRETCH, buttons,
            on=self, spacing=SPACING[2], margins=SPACING[3],
        )  # fmt: skip
        self.resize(400, self.sizeHint().height())
        self.name.textChanged.connect(self._check)
        self._check()
        self.name.setFocus()

    def _check(self) -> None:
        self.accept_button.setEnabled(bool(self.name.text().strip()))
