"""A heading that shows or hides what stands under it."""

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

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
        self.button.toggled.connect(lambda shown: reveal(self) if shown else None)
        vertical(self.button, body, on=self, spacing=SPACING[1])

    def set_open(self, is_open: bool) -> None:
        self.button.setChecked(is_open)

    def set_title(self, title: str) -> None:
        self.button.setText(without_mnemonic(title))
        self.button.setAccessibleName(title)


def reveal(unfolded: QWidget) -> None:
    """Scroll what has grown or come into view, its top at the least, once it is laid out."""
    QTimer.singleShot(0, unfolded, lambda: _scroll_to(unfolded))


def _scroll_to(unfolded: QWidget) -> None:
    area: QWidget | None = unfolded.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    content = area.widget() if area is not None else None
    if area is None or content is None or not unfolded.isVisible():
        return
    top = unfolded.mapTo(content, QPoint()).y()
    room, bar = area.viewport().height(), area.verticalScrollBar()
    below = top + unfolded.height() - room
    if below > bar.value():
        bar.setValue(min(below, top))
