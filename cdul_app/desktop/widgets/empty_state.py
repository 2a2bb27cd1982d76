"""What a page shows where there is nothing to show: why, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, paint_as, vertical


class EmptyState(QWidget):
    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "page")
        self._icon_name = "photo"
        centre = Qt.AlignmentFlag.AlignCenter
        self._icon = label()
        self.title, self.text = label("", "title"), label("", "muted", wrap=True)
        for each in (self._icon, self.title, self.text):
            each.setAlignment(centre)
        self.text.setMaximumWidth(420)
        self.button = push_button("", self.action_requested)
        # Stretches and no alignment: an aligned widget is not asked how high its text is.
        middle = horizontal(STRETCH, (self.text, 1), STRETCH)
        vertical(
            STRETCH, self._icon, self.title, middle, SPACING[1],
            (self.button, Qt.AlignmentFlag.AlignHCenter), STRETCH,
            on=self, spacing=SPACING[1], margins=None,
        )  # fmt: skip
        theme_manager().changed.connect(self._on_theme)

    def show_state(self, icon_name: str, title: str, text: str, action: str = "") -> None:
        """`action` is the button's text; no button where it is empty."""
        self._icon_name = icon_name
        self.title.setText(title)
        self.text.setText(text)
        self.button.setText(without_mnemonic(action))
        self.button.setVisible(bool(action))
        self._on_theme()

    def _on_theme(self) -> None:
        picture = icon(self._icon_name, color=current_theme().text_muted)
        self._icon.setPixmap(picture.pixmap(48, 48))
