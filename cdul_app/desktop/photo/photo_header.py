"""The bar over the photo page: back, which photo, the way to its neighbours."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.photo.snippet_view import Overlay
from cdul_app.desktop.widgets.elided_label import ElidedLabel


class PhotoHeader(QWidget):
    back_clicked = Signal()
    previous_clicked = Signal()
    next_clicked = Signal()
    overlay_chosen = Signal(object)  # Overlay
    comparison_toggled = Signal()
    flag_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons: dict[QToolButton, str] = {}
        self.back = self._button("back", "Back to all photos (Esc)")
        self.back.setText("Photos")
        self.back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle, parent=self)
        self.name.setProperty("role", "title")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.snippets = self._switch("grid", "Snippets", "Show what each snippet says (G)")
        self.heat = self._switch("heat", "Heat map", "Show where the chosen class scores high (H)")
        self.compare = self._switch("columns", "Compare", "Up to three classes side by side (V)")
        self.snippets.setChecked(True)
        self.flag = self._button("flag", "Flag this photo, to come back to it")
        self.flag.setCheckable(True)
        self.position = QLabel(self)
        self.position.setProperty("role", "muted")
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.position.setAccessibleName("Position among the photos shown")
        self.previous = self._button("back", "Previous photo (←)")
        self.next = self._button("forward", "Next photo (→ or Space)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING[2], SPACING[1], SPACING[2], SPACING[1])
        layout.setSpacing(SPACING[1])
        layout.addWidget(self.back)
        layout.addSpacing(SPACING[1])
        layout.addWidget(self.name, stretch=1)
        layout.addWidget(self.flag)
        layout.addWidget(self.snippets)
        layout.addWidget(self.heat)
        layout.addWidget(self.compare)
        layout.addSpacing(SPACING[2])
        layout.addWidget(self.position)
        layout.addWidget(self.previous)
        layout.addWidget(self.next)
        self.back.clicked.connect(self.back_clicked)
        self.previous.clicked.connect(self.previous_clicked)
        self.next.clicked.connect(self.next_clicked)
        self.flag.clicked.connect(lambda _: self.flag_toggled.emit())
        self.snippets.clicked.connect(lambda on: self._choose(Overlay.SNIPPETS, on))
        self.heat.clicked.connect(lambda on: self._choose(Overlay.HEAT, on))
        self.compare.clicked.connect(lambda _: self.comparison_toggled.emit())
        theme_manager().changed.connect(self._recolor)
        self._recolor()

    def show_photo(self, path: str, full_path: str, place: int, count: int) -> None:
        """`path` as in the project; `place` counts from 0 among the `count` photos shown."""
        self.name.set_text(path.rsplit("/", 1)[-1].replace("\n", "⏎"))
        self.name.setToolTip(full_path)
        self.position.setText(f"{place + 1:,} / {count:,}")
        # As wide as the last position, so that the buttons stay under the mouse.
        widest = self.position.fontMetrics().horizontalAdvance(f"{count:,} / {count:,}")
        self.position.setMinimumWidth(widest + SPACING[0])
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place < count - 1)

    def show_overlay(self, overlay: Overlay) -> None:
        self.snippets.setChecked(overlay is Overlay.SNIPPETS)
        self.heat.setChecked(overlay is Overlay.HEAT)

    def _choose(self, overlay: Overlay, on: bool) -> None:
        self.overlay_chosen.emit(overlay if on else Overlay.NONE)

    def show_flag(self, flagged: bool) -> None:
        self.flag.setChecked(flagged)

    def _switch(self, icon_name: str, title: str, text: str) -> QToolButton:
        button = self._button(icon_name, text)
        button.setText(title)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        return button

    def _button(self, icon_name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        self._icons[button] = icon_name
        return button

    def _recolor(self) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name, color=current_theme().text))
