"""The frame all side panels share: a heading, a body that scrolls, a footer that stays."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.labels import caption_label, label, show_text
from cdul_app.desktop.widgets.layouts import Item, Stretch, box, fill, scroll_area, vertical


class Panel(QWidget):
    """`body` takes the content; `footer` the primary action, always in sight."""

    def __init__(
        self, title: str, subtitle: str = "", *, scrolls: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._delayed: list[tuple[QTimer, Callable[[], object] | None]] = []
        self.setAccessibleName(title)
        self.setMinimumWidth(320)
        self.heading = label(title, "title")
        self.subtitle = caption_label(subtitle)
        head = vertical(
            self.heading, self.subtitle,
            spacing=SPACING[0], margins=(SPACING[3], SPACING[3], SPACING[3], SPACING[2]),
        )  # fmt: skip
        self.body = vertical(spacing=SPACING[2], margins=(SPACING[3], 0, SPACING[3], SPACING[3]))
        content = box(self.body)
        if scrolls:
            self.scroll_area = scroll_area(content)
            # Its room is kept: what is told below would else push all aside.
            always = Qt.ScrollBarPolicy.ScrollBarAlwaysOn
            self.scroll_area.setVerticalScrollBarPolicy(always)
            self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.scroll_area.viewport().setAutoFillBackground(False)
            content.setAutoFillBackground(False)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFixedHeight(1)
        line.setProperty("role", "separator")
        self.footer = vertical(
            spacing=SPACING[1], margins=(SPACING[3], SPACING[2], SPACING[3], SPACING[3])
        )
        self._footer_widget = box(vertical(line, box(self.footer), spacing=0))
        self._footer_widget.hide()
        self.parts = (content, self._footer_widget)  # below the heading; the first may be scrolled
        vertical(
            box(head), (self.scroll_area if scrolls else content, 1), self._footer_widget,
            on=self, spacing=0,
        )  # fmt: skip
        show_text(self.subtitle, subtitle)  # last: shown without a parent it would be a window

    def delayed(
        self, milliseconds: int, act: Callable[[], object], *, even_on_release: bool = False
    ) -> QTimer:
        """A timer that gathers many changes into one `act`.

        even_on_release : `act` stores something, so it is not dropped when the panel is released.
        """
        timer = single_shot(self, milliseconds, act)
        self._delayed.append((timer, act if even_on_release else None))
        return timer

    def release(self) -> None:
        """Store what is waiting and touch the session no more: it is about to be closed."""
        for timer, act in self._delayed:
            if timer.isActive() and act is not None:
                act()
        for timer, _ in self._delayed:
            timer.stop()

    def show_body(self, *items: Item) -> None:
        """Add what stands below the heading, from its top."""
        fill(self.body, *items, Stretch(1))

    def show_footer(self, *items: Item) -> None:
        """Add parts below the body, always in sight."""
        fill(self.footer, *items)
        self._footer_widget.show()
