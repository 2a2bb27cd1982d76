"""What delegates and drawn widgets paint again and again: grounds, dots, and texts in a box."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cdul_app.desktop.look.theme import sized_font

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignCenter
Color = str | QColor  # "#rrggbb"
Box = QRect | QRectF


def paint_box(
    painter: QPainter,
    box: Box,
    ground: Color | None,
    *,
    line: Color | QPen | None = None,
    radius: float = 0,
) -> None:
    """A rectangle, rounded by `radius` pixels; None for no ground or no line around it."""
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(line if isinstance(line, QPen) else QPen(QColor(line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if ground is None else QColor(ground))
    painter.drawRoundedRect(QRectF(box), radius, radius)


def paint_dot(painter: QPainter, left: float, top: float, size: float, color: Color) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QRectF(left, top, size, size))


def paint_bar(
    painter: QPainter, track: QRectF, share: float, color: Color, ground: Color, *, least: float
) -> None:
    """A share, in [0, 1], of a rounded track; `least` pixels where it is not 0."""
    radius = track.height() / 2
    paint_box(painter, track, ground, radius=radius)
    if share > 0:
        filled = QRectF(track)
        filled.setWidth(max(least, min(1.0, share) * track.width()))
        paint_box(painter, filled, color, radius=radius)


def paint_text(
    painter: QPainter,
    box: Box,
    text: str,
    color: Color,
    pixels: int | None = None,
    *,
    bold: bool = False,
    align: Qt.AlignmentFlag = LEFT,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideNone,
) -> None:
    """pixels : of the type scale, that of the painter where it is not given."""
    if pixels is not None:
        painter.setFont(sized_font(painter.font(), pixels, bold=bold))
    painter.setPen(QColor(color))
    if elide is not Qt.TextElideMode.ElideNone:
        text = painter.fontMetrics().elidedText(text, elide, round(box.width()))
    painter.drawText(QRectF(box), align, text)
