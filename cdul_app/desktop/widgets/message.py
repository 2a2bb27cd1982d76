"""A sentence in the place it is about, or over the whole window, instead of a box that stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.restyle import restyle
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.labels import label, make_selectable, show_linked
from cdul_app.desktop.widgets.layouts import FlowLayout, horizontal, vertical
from cdul_app.errors import UserError
from cdul_app.language import tr

_GLYPHS = {"info": "i", "success": "✓", "warning": "!", "error": "!"}


class Tone(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """A sentence with a button beside it, as “85 photos: bed yes.  [Undo]”."""

    text: str
    tone: Tone = Tone.INFO
    action: str = ""  # the button's title; empty for none
    act: Callable[[], object] | None = None
    details: str = ""  # what is technical: unfolded by a button
    stays: bool = False  # till another one, or till it is dismissed
    passing: bool = False  # over with the next decision, and on another page


class Message(QFrame):
    """Hidden while it has nothing to say; the last sentence counts."""

    def __init__(self, *, dismissible: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._act: Callable[[], object] | None = None
        self.setProperty("role", "message")
        self.glyph = label("", "message-glyph", parent=self)
        self.glyph.setFixedWidth(12)
        self.glyph.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.label = label(wrap=True)
        make_selectable(self.label)
        self.action_button = push_button("", self._on_action)
        self.dismiss_button = tool_button(
            "close", tr("Dismiss this message"), self.clear, role="quiet", tip=""
        )
        self._arrange()
        # Last: shown without a parent it would be a window.
        self.action_button.hide()
        self.dismiss_button.setVisible(dismissible)
        self.hide()

    def _arrange(self) -> None:
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.label.setSizePolicy(policy)
        top = Qt.AlignmentFlag.AlignTop
        self.buttons = FlowLayout(spacing=SPACING[1])
        self.buttons.addWidget(self.action_button)
        text = vertical(self.label, self.buttons, spacing=SPACING[1])
        horizontal(
            (self.glyph, top), (text, 1), (self.dismiss_button, top),
            on=self, spacing=SPACING[1], margins=SPACING[1],
        )  # fmt: skip

    @property
    def text(self) -> str:
        return self._text

    def set_action(self, title: str, act: Callable[[], object]) -> None:
        """A button beside the sentence."""
        self.action_button.setText(without_mnemonic(title))
        self._act = act
        self.action_button.show()

    def show_action(self, shown: bool) -> None:
        self.action_button.setVisible(shown)

    def show_message(self, sentence: str, tone: Tone = Tone.INFO) -> None:
        """An empty sentence hides it."""
        if not sentence:
            self.clear()
            return
        self._text = sentence
        show_linked(self.label, sentence)
        self.label.setAccessibleName(sentence)
        self.setAccessibleName(sentence)
        self.glyph.setText(_GLYPHS[tone])
        for widget in (self, self.glyph):
            widget.setProperty("tone", tone.value)
            restyle(widget)
        self.show()

    def show_notice(self, notice: Notice) -> None:
        """Within a panel without its details."""
        self.show_message(notice.text, notice.tone)

    def clear(self) -> None:
        self._text = ""
        self.label.setText("")
        self.hide()

    @contextmanager
    def telling_errors(
        self, tone: Tone = Tone.ERROR, *, but: type[UserError] | None = None
    ) -> Iterator[None]:
        """What a person can mend is told here and ends the block, but for one kind of it."""
        try:
            yield
        except UserError as error:
            if but is not None and isinstance(error, but):
                raise
            self.show_notice(Notice(str(error), tone, details=error.details))

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()
