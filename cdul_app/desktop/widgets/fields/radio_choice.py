"""One of several choices, with a line that says what it means."""

from PySide6.QtWidgets import QRadioButton, QWidget

from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import vertical

TEXT_INDENT = 24  # the radio button's circle and its gap


class RadioChoice(QWidget):
    def __init__(self, title: str, help_text: str = "") -> None:
        super().__init__()
        self.radio = QRadioButton(without_mnemonic(title))
        self.radio.setAccessibleDescription(help_text)
        help_label = caption_label(help_text)
        help_label.setContentsMargins(TEXT_INDENT, 0, 0, 0)
        vertical(self.radio, *([help_label] if help_text else []), on=self, spacing=2)
