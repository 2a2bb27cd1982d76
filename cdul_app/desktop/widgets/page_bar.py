"""The bar over a page that one came to from the photos: the way back, and what the page is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import Item, horizontal, paint_as
from cdul_app.language import tr


class PageBar(QWidget):
    left = Signal()

    def __init__(self, title: str, *beside: Item, parent: QWidget | None = None) -> None:
        """`beside` stands after the title, which takes the room where there is nothing."""
        super().__init__(parent)
        paint_as(self, "bar")
        self.back = push_button(
            tr("Photos"), self.left, tip=tr("Back to all photos (Esc)"), icon_name="back"
        )
        self.title = label(title, "title")
        horizontal(
            self.back, (self.title, 0 if beside else 1), *beside,
            on=self, spacing=SPACING[2], margins=(SPACING[2], SPACING[1], SPACING[3], SPACING[1]),
        )  # fmt: skip
