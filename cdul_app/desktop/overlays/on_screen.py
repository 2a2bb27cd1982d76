"""Windows and lists that lie wholly on the screen, with what the system puts around them."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(12, 44)  # pixels, of a title bar and borders where the system has not told yet


def first_size(window: QWidget, wanted: QSize) -> QSize:
    """As wanted, or as large as the screen has room for with the window's frame."""
    return wanted.boundedTo(window.screen().availableSize() - _FRAME)


def keep_on_screen(window: QWidget) -> None:
    """For a window that was just shown: its frame is known now, and none of it is off the screen.

    One that fills the screen is left alone.
    """
    if window.isMaximized() or window.isFullScreen():
        return
    frame, inside = window.frameGeometry(), window.geometry()
    placed = moved_inside(frame, window.screen().availableGeometry())
    if placed != frame:
        borders = frame.size() - inside.size()
        window.resize(placed.size() - borders)
        window.move(placed.topLeft())


def open_below(popup: QWidget, widget: QWidget, *, to_the_left: bool = False) -> None:
    """Show a popup below a widget; to_the_left : both end on the right at the same place."""
    popup.adjustSize()
    left = widget.width() - popup.width() if to_the_left else 0
    corner = widget.mapToGlobal(QPoint(left, widget.height() + 2))
    room = widget.screen().availableGeometry()
    popup.move(moved_inside(QRect(corner, popup.size()), room).topLeft())
    popup.show()


def moved_inside(place: QRect, room: QRect) -> QRect:
    """Moved, and made smaller where it has to be, so that it lies in `room`.

    >>> moved_inside(QRect(90, 10, 30, 20), QRect(0, 0, 100, 100))
    PySide6.QtCore.QRect(70, 10, 30, 20)
    """
    inside = QRect(place)
    inside.setSize(place.size().boundedTo(room.size()))
    inside.moveLeft(min(max(inside.left(), room.left()), room.right() + 1 - inside.width()))
    inside.moveTop(min(max(inside.top(), room.top()), room.bottom() + 1 - inside.height()))
    return inside
