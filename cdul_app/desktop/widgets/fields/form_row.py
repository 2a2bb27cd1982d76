"""One setting: its name, its field, a line of help, and the sentence when it is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label, label, wrapped_label
from cdul_app.desktop.widgets.layouts import Item, Stretch, horizontal, stack, vertical


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
    ) -> None:
        super().__init__()
        self.title = label(title)
        self.title.setBuddy(field)
        self.field = field
        if not field.accessibleName():
            field.setAccessibleName(title)
        if help_text:
            field.setAccessibleDescription(help_text)
        self.setToolTip(plain_tip(tooltip))
        self._error = wrapped_label("", "field-error")
        self.help = caption_label(help_text)
        right = Qt.AlignmentFlag.AlignRight
        above: tuple[Item, ...] = (self.title, field)
        if not stacked:
            above = (horizontal(self.title, Stretch(1), (field, right), spacing=SPACING[1]),)
        # One room for both, a line at least: an error moves nothing.
        self._below = stack(self.help, self._error)
        self._error.setMinimumHeight(1)  # its text at its width counts, not Qt's first guess
        self._below.setMinimumHeight(self.help.fontMetrics().height())
        self._below.setSizePolicy(self.help.sizePolicy())
        vertical(*above, self._below, on=self, spacing=SPACING[0])

    def set_help(self, text: str) -> None:
        self.help.setText(text)

    @property
    def error(self) -> str:
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """An empty sentence takes the error away."""
        self._error.setText(sentence)
        self._below.setCurrentWidget(self._error if sentence else self.help)
        mark(self.field.focusProxy() or self.field, "invalid", bool(sentence))
