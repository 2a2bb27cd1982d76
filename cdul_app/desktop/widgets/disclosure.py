"""A heading that shows or hides what stands under it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, theme_manager
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.layouts import box, vertical


class Disclosure(QWidget):
    """Collapsed at first.  Add content to `content`."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = tool_button("", title, text=title, role="disclosure", tip="")
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(16, 16))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.toggled.connect(self._on_toggled)
        self.content = vertical(spacing=SPACING[2])
        self._body = box(self.content)
        self._body.hide()
        vertical(self.button, self._body, on=self, spacing=SPACING[1])
        theme_manager().changed.connect(self._show_arrow)
        self._show_arrow()

    @property
    def is_open(self) -> bool:
        return self.button.isChecked()

    def set_open(self, is_open: bool) -> None:
        self.button.setChecked(is_open)

    def set_title(self, title: str) -> None:
        self.button.setText(title)
        self.button.setAccessibleName(title)

    def _on_toggled(self, shown: bool) -> None:
        self._show_arrow()
        self._body.setVisible(shown)
        self.toggled.emit(shown)

    def _show_arrow(self) -> None:
        self.button.setIcon(icon("chevron-down" if self.is_open else "chevron-right"))
