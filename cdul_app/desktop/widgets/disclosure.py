"""A heading that shows or hides what stands under it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.layouts import box, vertical


class Disclosure(QWidget):
    """Collapsed at first.  Add content to `content`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = tool_button(
            "chevron-right",
            title,
            text=title,
            role="disclosure",
            tip="",
            checked_icon="chevron-down",
        )
        self.button.setIconSize(QSize(16, 16))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.content = vertical(spacing=SPACING[2])
        body = box(self.content)
        body.hide()
        self.button.toggled.connect(body.setVisible)
        vertical(self.button, body, on=self, spacing=SPACING[1])

    def set_open(self, is_open: bool) -> None:
        self.button.setChecked(is_open)

    def set_title(self, title: str) -> None:
        self.button.setText(without_mnemonic(title))
        self.button.setAccessibleName(title)
