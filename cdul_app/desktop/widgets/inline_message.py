"""A sentence on a tint, in the place it is about, instead of a box that interrupts."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, theme_manager
from cdul_app.desktop.widgets.restyle import restyle

_GLYPHS = {"info": "i", "success": "✓", "warning": "!", "error": "!"}


class Tone(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class InlineMessage(QFrame):
    """Hidden while it has nothing to say."""

    def __init__(self, *, dismissible: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.glyph = QLabel()
        self.glyph.setProperty("role", "message-glyph")
        self.glyph.setFixedWidth(12)
        self.glyph.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.label.setSizePolicy(policy)
        self.action_button = QPushButton()
        self.action_button.hide()
        self.dismiss_button = QToolButton()
        self.dismiss_button.setAutoRaise(True)
        self.dismiss_button.setProperty("role", "quiet")
        self.dismiss_button.setAccessibleName("Dismiss this message")
        self.dismiss_button.clicked.connect(self.clear)
        text = QVBoxLayout()
        text.setSpacing(SPACING[1])
        text.addWidget(self.label)
        text.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING[1], SPACING[1], SPACING[1], SPACING[1])
        layout.setSpacing(SPACING[1])
        layout.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        layout.addWidget(self.dismiss_button, 0, Qt.AlignmentFlag.AlignTop)
        # Last: shown without a parent it would be a window.
        self.dismiss_button.setVisible(dismissible)
        theme_manager().changed.connect(self._show_icon)
        self._show_icon()
        self.hide()

    @property
    def text(self) -> str:
        return self.label.text()

    def set_action(self, title: str, act: Callable[[], object]) -> None:
        """A button under the sentence.  To be called once."""
        self.action_button.setText(title)
        self.action_button.clicked.connect(lambda: act())
        self.action_button.show()

    def show_action(self, shown: bool) -> None:
        self.action_button.setVisible(shown)

    def show_message(self, sentence: str, tone: Tone) -> None:
        """An empty sentence hides it."""
        if not sentence:
            self.clear()
            return
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        self.glyph.setText(_GLYPHS[tone])
        for widget in (self, self.glyph):
            widget.setProperty("tone", tone.value)
            restyle(widget)
        self.show()

    def _show_icon(self) -> None:
        self.dismiss_button.setIcon(icon("close"))

    def clear(self) -> None:
        self.label.setText("")
        self.hide()
