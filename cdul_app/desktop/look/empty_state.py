"""What a page shows where there is nothing to show: why, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager


class EmptyState(QWidget):
    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon_name = "photo"
        self._icon = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self.title.setProperty("role", "title")
        self.text = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.text.setProperty("role", "muted")
        self.text.setTextFormat(Qt.TextFormat.PlainText)  # a path may look like markup
        self.text.setMaximumWidth(420)
        self.button = QPushButton(self)
        self.button.clicked.connect(self.action_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACING[1])
        layout.addStretch()
        layout.addWidget(self._icon)
        layout.addWidget(self.title)
        # Stretches and no alignment: an aligned widget is not asked how high its text is.
        middle = QHBoxLayout()
        middle.addStretch()
        middle.addWidget(self.text, stretch=1)
        middle.addStretch()
        layout.addLayout(middle)
        layout.addSpacing(SPACING[1])
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        theme_manager().changed.connect(self._recolor)

    def show_state(self, icon_name: str, title: str, text: str, action: str = "") -> None:
        """`action` is the button's text; no button where it is empty."""
        self._icon_name = icon_name
        self.title.setText(title)
        self.text.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._recolor()

    def _recolor(self) -> None:
        picture = icon(self._icon_name, color=current_theme().text_muted)
        self._icon.setPixmap(picture.pixmap(48, 48))
