"""What is told about one widget, over what is below it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.overlays.on_screen import moved_inside
from cdul_app.desktop.widgets.layouts import vertical

_FOLLOWED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest)


class Popover(QFrame):
    """Lies over the page that its anchor is on, as wide as that or as its content needs."""

    def __init__(self, anchor: QWidget, content: QWidget, *, above: bool = False) -> None:
        """above : its anchor, where what is below that is to stay in reach."""
        super().__init__(anchor)
        self.setProperty("role", "popover")
        self._anchor, self._above = anchor, above
        vertical(content, on=self, margins=SPACING[1])
        anchor.installEventFilter(self)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        self.place()
        super().showEvent(event)

    def setVisible(self, visible: bool) -> None:
        """On the page from the first time on: before that the anchor may not be there itself."""
        page = _page(self._anchor)
        if visible and self.parentWidget() is not page:
            self.setParent(page)
        super().setVisible(visible)
        if visible:
            self.raise_()

    def place(self) -> None:
        page = self.parentWidget()
        if page is None:
            return
        corner = self._anchor.mapTo(page, QPoint(0, self._anchor.height() + SPACING[0]))
        width = min(page.width(), max(self._anchor.width(), self.minimumSizeHint().width()))
        height = (
            self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        )
        place = QRect(corner.x(), corner.y(), width, height)
        if self._above:
            place.moveBottom(self._anchor.mapTo(page, QPoint()).y() - SPACING[0])
        self.setGeometry(moved_inside(place, page.rect()) if page.height() > height else place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # it has more or less to say
            self.place()
        return super().event(event)


def _page(widget: QWidget) -> QWidget:
    """What it may lie over, and goes with."""
    around = widget.parentWidget()
    while around is not None and around.property("role") != "page" and not around.isWindow():
        around = around.parentWidget()
    return around or widget
