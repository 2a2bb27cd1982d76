"""The frame all side panels share: a heading, a body that scrolls, a footer that stays."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.widgets.labels import caption_label, panel_heading
from cdul_app.desktop.widgets.panel_style import panel_style


class Panel(QWidget):
    """`body` takes the content; `footer` the primary action, always in sight."""

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        *,
        scrolls: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._delayed: list[tuple[QTimer, Callable[[], object] | None]] = []
        self.setAccessibleName(title)
        self.setMinimumWidth(320)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)

        head = QWidget()
        head_layout = QVBoxLayout(head)
        head_layout.setContentsMargins(SPACING[3], SPACING[3], SPACING[3], SPACING[2])
        head_layout.setSpacing(SPACING[0])
        self.heading: QLabel = panel_heading(title)
        head_layout.addWidget(self.heading)
        self.subtitle: QLabel = caption_label(subtitle)
        head_layout.addWidget(self.subtitle)  # first: shown without a parent it would be a window
        self.subtitle.setVisible(bool(subtitle))
        outer.addWidget(head)

        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(SPACING[3], 0, SPACING[3], SPACING[3])
        self.body.setSpacing(SPACING[2])
        if scrolls:
            self.scroll_area = QScrollArea()
            self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
            self.scroll_area.setWidgetResizable(True)
            self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.scroll_area.viewport().setAutoFillBackground(False)
            content.setAutoFillBackground(False)
            self.scroll_area.setWidget(content)
            outer.addWidget(self.scroll_area, 1)
        else:
            outer.addWidget(content, 1)

        self._footer_widget = QWidget()
        footer_layout = QVBoxLayout(self._footer_widget)
        footer_layout.setContentsMargins(0, 0, 0, 0)
        footer_layout.setSpacing(0)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFixedHeight(1)
        line.setProperty("role", "separator")
        footer_layout.addWidget(line)
        inner = QWidget()
        self.footer = QVBoxLayout(inner)
        self.footer.setContentsMargins(SPACING[3], SPACING[2], SPACING[3], SPACING[3])
        self.footer.setSpacing(SPACING[1])
        footer_layout.addWidget(inner)
        self._footer_widget.hide()
        outer.addWidget(self._footer_widget)
        theme_manager().changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme in use."""
        self.setStyleSheet(panel_style(current_theme()))

    def delayed(
        self, milliseconds: int, act: Callable[[], object], *, even_on_release: bool = False
    ) -> QTimer:
        """A timer that gathers many changes into one `act`.

        even_on_release : `act` stores something, so it is not dropped when the panel is released.
        """
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        self._delayed.append((timer, act if even_on_release else None))
        return timer

    def release(self) -> None:
        """Store what is waiting and touch the session no more: it is about to be closed."""
        for timer, act in self._delayed:
            if timer.isActive() and act is not None:
                act()
        for timer, _ in self._delayed:
            timer.stop()

    def show_footer(self) -> None:
        self._footer_widget.show()
