"""In a class review: what the next Enter answers for a photo, a yes as plain as a no."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from cdul_app.desktop.look.painting import CENTER, paint_box, paint_text
from cdul_app.desktop.look.theme import RADIUS, current_theme, sized_font
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, YES

_HEIGHT = 24  # pixels
_WORDS = {YES: tr("✓ Yes"), NO: tr("✕ No")}
_CHANGED = {YES: tr("✓ Yes, by you"), NO: tr("✕ No, by you")}


def paint_verdict(painter: QPainter, image: QRect, answer: int, *, changed: bool) -> None:
    """answer : YES or NO; changed : by the person, so that it is not what the threshold says."""
    theme = current_theme()
    text = (_CHANGED if changed else _WORDS)[answer]
    color = theme.yes if answer == YES else theme.no
    frame = QRectF(image).adjusted(1, 1, -1, -1)
    paint_box(painter, frame, None, line=QPen(QColor(color), 3), radius=RADIUS)
    painter.setFont(sized_font(painter.font(), 13, bold=True))
    width = QFontMetrics(painter.font()).horizontalAdvance(text) + 20
    pill = QRectF(0, 0, min(width, image.width() - 8), _HEIGHT)
    pill.moveCenter(QRectF(image).center())
    pill.moveBottom(image.bottom() - 8)
    line = QPen(QColor(theme.panel), 1.5)
    paint_box(painter, pill, color, line=line, radius=_HEIGHT / 2)
    paint_text(painter, pill, text, theme.panel, align=CENTER)
