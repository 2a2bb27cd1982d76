"""A framed group; the chosen one of several stands out."""

from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.restyle import restyle


class Card(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setProperty("chosen", False)

    def set_chosen(self, chosen: bool) -> None:
        self.setProperty("chosen", chosen)
        restyle(self)
