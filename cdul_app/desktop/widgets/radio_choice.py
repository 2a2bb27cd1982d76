"""One of several choices, with a line that says what it means."""

from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from cdul_app.desktop.widgets.labels import caption_label

TEXT_INDENT = 24  # the radio button's circle and its gap


class RadioChoice(QWidget):
    def __init__(self, title: str, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.radio = QRadioButton(title)
        self.radio.setAccessibleDescription(help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.radio)
        if help_text:
            label = caption_label(help_text)
            label.setContentsMargins(TEXT_INDENT, 0, 0, 0)
            layout.addWidget(label)
