"""One setting: its name, its field, a line of help, and the sentence when it is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import caption_label, label, show_text, wrapped_label
from cdul_app.desktop.widgets.layouts import Item, Stretch, horizontal, vertical


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
        self._error.hide()
        self.help = caption_label(help_text)
        right = Qt.AlignmentFlag.AlignRight
        above: tuple[Item, ...] = (self.title, field)
        if not stacked:
            above = (horizontal(self.title, Stretch(1), (field, right), spacing=SPACING[1]),)
        vertical(*above, self.help, self._error, on=self, spacing=SPACING[0])
        show_text(self.help, help_text)  # last: shown without a parent it would be a window

    def set_help(self, text: str) -> None:
        show_text(self.help, text)

    @property
    def error(self) -> str:
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """An empty sentence takes the error away."""
        show_text(self._error, sentence)
        mark(self.field.focusProxy() or self.field, "invalid", bool(sentence))
