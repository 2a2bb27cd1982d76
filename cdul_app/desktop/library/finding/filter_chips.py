"""What hides photos now, each with a cross that takes it away."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.desktop.widgets.layouts import STRETCH, fill
from cdul_app.desktop.widgets.one_line import OneLine
from cdul_app.language import tr

_LONGEST = 40  # letters


class FilterChips(OneLine):
    """Hidden while nothing is restricted."""

    def __init__(self, clear: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.chips: list[QPushButton] = []
        self._texts: list[str] = []
        self._clear_button = push_button(tr("Clear filters"), clear, role="link")
        fill(self.line, self._clear_button, STRETCH)
        self.hide()

    def show_restrictions(self, restrictions: Mapping[str, Callable[[], object]]) -> None:
        """Texts, each with what takes it away."""
        if list(restrictions) == self._texts:
            return
        self._texts = list(restrictions)
        had_focus = any(chip.hasFocus() for chip in self.chips)
        for chip in self.chips:
            self.line.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._make_chip(text, remove) for text, remove in restrictions.items()]
        for place, chip in enumerate(self.chips):
            self.line.insertWidget(place, chip)
            chip.show()
        self.setVisible(bool(restrictions))
        if had_focus and self.chips:
            self.chips[0].setFocus()

    def _make_chip(self, text: str, remove: Callable[[], object]) -> QPushButton:
        chip = push_button(
            shortened(text, _LONGEST),
            role="removable",
            name=tr("Take away: {filter}", filter=text),
            tip="\n".join([text, tr("Click to take this away")]),
            icon_name="close",
            parent=self.widget(),
        )
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross at the end
        # Later: the chip that was clicked is replaced meanwhile.
        chip.clicked.connect(lambda: remove(), Qt.ConnectionType.QueuedConnection)
        return chip
