"""Which part of a photo a view shows: fitted, or enlarged around a point."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt

LARGEST_PIXEL = 8.0  # device pixels that a pixel of the photo may fill
MOST_ENLARGED_FIT = 3  # small photos are fitted no larger than this
STEP = 1.25


class PhotoZoom:
    """Plain geometry; the view asks it for the photo's rectangle."""

    def __init__(self) -> None:
        self.factor = 1.0  # of the fitted size
        self._centre = QPointF(0.5, 0.5)  # of what is shown, as a fraction of the photo

    @property
    def is_fitted(self) -> bool:
        return self.factor <= 1.0

    def reset(self) -> None:
        self.factor, self._centre = 1.0, QPointF(0.5, 0.5)

    def copy_from(self, other: "PhotoZoom") -> None:
        self.factor, self._centre = other.factor, QPointF(other._centre)

    def fitted_size(self, full: QSize, room: QRect) -> QSizeF:
        size = full.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > full.width() * MOST_ENLARGED_FIT:
            size = full * MOST_ENLARGED_FIT
        return QSizeF(size.expandedTo(QSize(1, 1)))

    def rect(self, full: QSize, room: QRect) -> QRectF:
        """Where the whole photo lies, partly outside `room` where it is enlarged."""
        size, middle = self.fitted_size(full, room) * self.factor, QRectF(room).center()
        left = middle.x() - self._centre.x() * size.width()
        top = middle.y() - self._centre.y() * size.height()
        corner = QPointF(
            _kept_inside(left, size.width(), room.left(), room.width()),
            _kept_inside(top, size.height(), room.top(), room.height()),
        )
        return QRectF(corner, size)

    def scale_at(self, point: QPointF, factor: float, full: QSize, room: QRect) -> None:
        """Enlarge by `factor`; what is under `point` stays there."""
        seen = _share(point, self.rect(full, room))
        fitted = self.fitted_size(full, room)
        largest = max(1.0, LARGEST_PIXEL * full.width() / fitted.width())
        self.factor = min(max(self.factor * factor, 1.0), largest)
        size, middle = fitted * self.factor, QRectF(room).center()
        self._centre = QPointF(
            seen.x() - (point.x() - middle.x()) / size.width(),
            seen.y() - (point.y() - middle.y()) / size.height(),
        )
        self._settle(full, room)

    def toggle_full_size(self, point: QPointF, full: QSize, room: QRect, ratio: float) -> None:
        """From fitted to one pixel of the photo for one of the screen, and back."""
        if self.is_fitted:
            wanted = full.width() / ratio / self.fitted_size(full, room).width()
            self.scale_at(point, max(wanted, 2.0), full, room)
        else:
            self.reset()

    def move(self, by: QPointF, full: QSize, room: QRect) -> None:
        """Drag the photo by so many pixels."""
        size = self.fitted_size(full, room) * self.factor
        self._centre -= QPointF(by.x() / size.width(), by.y() / size.height())
        self._settle(full, room)

    def _settle(self, full: QSize, room: QRect) -> None:
        """The centre of what is really shown, so that a drag against the edge is not remembered."""
        self._centre = _share(QRectF(room).center(), self.rect(full, room))


def _share(point: QPointF, box: QRectF) -> QPointF:
    """Where a point lies in a box, as fractions of its sides."""
    return QPointF((point.x() - box.left()) / box.width(), (point.y() - box.top()) / box.height())


def _kept_inside(start: float, length: float, room_start: float, room: float) -> float:
    """A photo smaller than the room is in its middle, a larger one leaves no gap."""
    if length <= room:
        return room_start + (room - length) / 2
    return min(room_start, max(start, room_start + room - length))
