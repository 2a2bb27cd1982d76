"""What hides photos now, each with a cross that takes it away."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.desktop.widgets.layouts import FlowLayout

_LONGEST = 40  # letters


class FilterChips(QWidget):
    """Hidden while nothing is restricted."""

    def __init__(self, clear: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: list[QPushButton] = []
        self._texts: list[str] = []
        self._flow = FlowLayout(self, spacing=6)
        self._clear_button = push_button("Clear filters", clear, role="link", parent=self)
        self._flow.addWidget(self._clear_button)
        self.hide()

    def show_restrictions(self, restrictions: Mapping[str, Callable[[], object]]) -> None:
        """Texts, each with what takes it away."""
        if list(restrictions) == self._texts:
            return
        self._texts = list(restrictions)
        had_focus = any(chip.hasFocus() for chip in self.chips)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self._clear_button)
        self.chips = [self._make_chip(text, remove) for text, remove in restrictions.items()]
        for widget in (*self.chips, self._clear_button):
            self._flow.addWidget(widget)
            widget.show()
        self.setVisible(bool(restrictions))
        self.updateGeometry()
        if had_focus and self.chips:
            self.chips[0].setFocus()

    def _make_chip(self, text: str, remove: Callable[[], object]) -> QPushButton:
        chip = push_button(
            shortened(text, _LONGEST),
            role="removable",
            name=f"Take away: {text}",
            tip=f"{text}\nClick to take this away",
            icon_name="close",
            parent=self,
        )
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross at the end
        # Later: the chip that was clicked is replaced meanwhile.
        chip.clicked.connect(lambda: remove(), Qt.ConnectionType.QueuedConnection)
        return chip
