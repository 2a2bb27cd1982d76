"""A heading that shows or hides what stands under it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, theme_manager


class Disclosure(QWidget):
    """Collapsed at first.  Add content to `content`."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setAccessibleName(title)
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setProperty("role", "disclosure")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(16, 16))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.toggled.connect(self._show_content)
        self._body = QWidget()
        self.content = QVBoxLayout(self._body)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(SPACING[2])
        self._body.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[1])
        layout.addWidget(self.button)
        layout.addWidget(self._body)
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

    def _show_content(self, shown: bool) -> None:
        self._show_arrow()
        self._body.setVisible(shown)
        self.toggled.emit(shown)

    def _show_arrow(self) -> None:
        self.button.setIcon(icon("chevron-down" if self.is_open else "chevron-right"))
