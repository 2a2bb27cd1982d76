"""How a heat map is painted over a photo, and the legend that says what its colours mean."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from cdul_app.desktop.look.painting import CENTER, RIGHT, paint_box, paint_text
from cdul_app.desktop.look.theme import current_theme
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray

# Stops of "inferno" (N. Smith and S. van der Walt, CC0): even steps for the eye, also for one that
# confuses red and green, and from dark to light in print.
_STOPS = ("#000004", "#320a5e", "#781c6d", "#bc3754", "#ed6925", "#fbb61a", "#fcffa4")
_OPACITY = 0.62
_LEAST_TOP = 0.2  # a class that is nowhere on the photo stays dark
_LEGEND = (190, 44)  # pixels
_SOURCE = tr("from its parts")


def heat_top(heat: FloatArray) -> float:
    """What the lightest colour stands for: the highest score on the photo, but a fifth at least."""
    return max(float(heat.max()), _LEAST_TOP)


def paint_heat(painter: QPainter, place: QRectF, heat: FloatArray) -> None:
    """heat : (rows, columns), in [0, 1]; `heat_top` gets the lightest colour."""
    stops = np.array([QColor(stop).getRgb() for stop in _STOPS], dtype=float)  # (n, 4)
    places, shares = np.linspace(0, 1, len(stops)), heat / heat_top(heat)
    channels = [np.interp(shares, places, stops[:, channel]) for channel in range(4)]
    pixels = np.stack(channels, axis=-1).round().astype(np.uint8)  # (rows, columns, 4)
    rows, columns = heat.shape
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    painter.save()
    painter.setOpacity(_OPACITY)
    painter.drawImage(place, image)
    painter.restore()


def paint_heat_legend(painter: QPainter, room: QRectF, highest: float) -> None:
    """In the lower left corner: from 0 to what the lightest colour stands for."""
    theme = current_theme()
    width, height = _LEGEND
    box = QRectF(room.left() + 24, room.bottom() - height - 24, width, height)
    paint_box(painter, box, theme.panel, line=theme.border, radius=6)
    bar = QRectF(box.left() + 10, box.top() + 10, box.width() - 20, 8)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for place, stop in zip(np.linspace(0, 1, len(_STOPS)), _STOPS, strict=True):
        gradient.setColorAt(float(place), QColor(stop))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(bar, 2, 2)
    text = bar.adjusted(0, 10, 0, 20)
    paint_text(painter, text, percent(0), theme.text, 11)
    paint_text(painter, text, percent(highest), theme.text, align=RIGHT)
    paint_text(painter, text, _SOURCE, theme.text_muted, align=CENTER)
