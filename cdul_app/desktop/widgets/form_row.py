"""One setting: its name, its field, a line of help, and the sentence when it is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label, error_label
from cdul_app.desktop.widgets.restyle import restyle


class FormRow(QWidget):
    """Label and field side by side, or the field below where it needs the whole width."""

    def __init__(
        self,
        title: str,
        field: QWidget,
        *,
        help_text: str = "",
        tooltip: str = "",
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setBuddy(field)
        self.field = field
        if not field.accessibleName():
            field.setAccessibleName(title)
        if help_text:
            field.setAccessibleDescription(help_text)
        self.setToolTip(tooltip)
        self._error = error_label()
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[0])
        if stacked:
            layout.addWidget(self.title)
            layout.addWidget(field)
        else:
            line = QHBoxLayout()
            line.setSpacing(SPACING[1])
            line.addWidget(self.title)
            line.addStretch(1)
            line.addWidget(field, 0, Qt.AlignmentFlag.AlignRight)
            layout.addLayout(line)
        self.help = caption_label(help_text)
        layout.addWidget(self.help)  # first: shown without a parent it would be a window
        self.help.setVisible(bool(help_text))
        layout.addWidget(self._error)

    def set_help(self, text: str) -> None:
        self.help.setText(text)
        self.help.setVisible(bool(text))

    @property
    def error(self) -> str:
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """An empty sentence takes the error away."""
        if sentence == self._error.text():
            return
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        marked = self.field.focusProxy() or self.field
        marked.setProperty("invalid", bool(sentence))
        restyle(marked)
