"""One line at the top of the window, where other programs open a box."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager


class MessageTone(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class MessageBar(QWidget):
    """Shows the last message until it is dismissed or replaced."""

    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tone = MessageTone.INFO
        self.label = QLabel(self, wordWrap=True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)  # a path may look like markup
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(self)
        self.button.clicked.connect(self.action_requested)
        self.dismiss_button = QToolButton(self)
        self.dismiss_button.setProperty("role", "quiet")
        self.dismiss_button.setAccessibleName("Dismiss this message")
        self.dismiss_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING[3], SPACING[1], SPACING[1], SPACING[1])
        layout.setSpacing(SPACING[2])
        layout.addWidget(self.label, stretch=1)
        layout.addWidget(self.button)
        layout.addWidget(self.dismiss_button)
        theme_manager().changed.connect(self._recolor)
        self.hide()

    def show_message(
        self, text: str, tone: MessageTone = MessageTone.INFO, *, action: str = ""
    ) -> None:
        self._tone = tone
        self.label.setText(text)
        self.label.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._recolor()
        self.show()

    def _recolor(self) -> None:
        theme = current_theme()
        color = {
            MessageTone.INFO: theme.accent,
            MessageTone.SUCCESS: theme.yes,
            MessageTone.WARNING: theme.warning,
            MessageTone.ERROR: theme.no,
        }[self._tone]
        self.setStyleSheet(
            f"#messageBar {{ background: {theme.panel}; border-left: 4px solid {color}; "
            f"border-bottom: 1px solid {theme.border}; }}"
        )
        self.dismiss_button.setIcon(icon("close"))
