"""How snippets are painted over a photo: tint, number, the best one's frame, and the card."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from cdul_app.desktop.look.painting import CENTER, RIGHT, paint_box, paint_dot, paint_text
from cdul_app.desktop.look.theme import RADIUS, current_theme, sized_font
from cdul_app.desktop.photo.photo_explanation import percent

_MAX_TINT = 95  # alpha of 255: the photo stays visible under a certain snippet
_PILL = QColor(18, 19, 22, 205)  # dark in both themes: photos are neither light nor dark
_PILL_TEXT = QColor("#ffffff")
_CARD_WIDTH = 216.0


@dataclass(frozen=True)
class CardLine:
    name: str
    score: float  # [0, 1]
    color: QColor
    chosen: bool


def paint_overlay(
    painter: QPainter,
    boxes: Sequence[QRectF],
    scores: np.ndarray,
    color: QColor,
    *,
    hovered: int | None,
) -> None:
    """scores : (n_snippets,) in [0, 1], one per box."""
    painter.save()
    for box, score in zip(boxes, scores, strict=True):
        tint = QColor(color)
        tint.setAlpha(round(_MAX_TINT * float(np.clip(score, 0, 1))))
        painter.fillRect(box, tint)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(boxes) > 1:
        # A light line inside a dark one is seen on any photo.
        for pen in (QPen(QColor(0, 0, 0, 70), 2.5), QPen(QColor(255, 255, 255, 130), 1)):
            painter.setPen(pen)
            for box in boxes:
                painter.drawRect(box)
    best = int(np.argmax(scores))
    _frame(painter, boxes[best], color, width=3)
    if hovered is not None:
        _frame(painter, boxes[hovered], QColor("#ffffff"), width=1.5)
    painter.setFont(sized_font(painter.font(), 12, bold=True))
    metrics = QFontMetricsF(painter.font())
    for snippet, (box, score) in enumerate(zip(boxes, scores, strict=True)):
        _paint_pill(painter, box, percent(float(score)), metrics, ring=color, best=snippet == best)
    painter.restore()


def _frame(painter: QPainter, box: QRectF, color: QColor, *, width: float) -> None:
    inside = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    for pen in (QPen(QColor(255, 255, 255, 220), width + 2), QPen(color, width)):
        paint_box(painter, inside, None, line=pen)


def _paint_pill(
    painter: QPainter, box: QRectF, text: str, metrics: QFontMetricsF, *, ring: QColor, best: bool
) -> None:
    size = QSizeF(metrics.horizontalAdvance(text) + 14, metrics.height() + 5)
    if size.width() > box.width() - 4 or size.height() > box.height() - 4:
        return  # the card still tells it
    pill = QRectF(box.left() + 8, box.top() + 8, size.width(), size.height())
    if pill.right() > box.right() - 2 or pill.bottom() > box.bottom() - 2:
        pill.moveCenter(box.center())
    line = QPen(ring.lighter(150), 1.5) if best else None
    paint_box(painter, pill, _PILL, line=line, radius=pill.height() / 2)
    paint_text(painter, pill, text, _PILL_TEXT, align=CENTER)


def paint_card(
    painter: QPainter, bounds: QRect, cursor: QPointF, title: str, lines: Sequence[CardLine]
) -> None:
    """A small card beside the cursor, kept inside `bounds`."""
    theme = current_theme()
    card = QRectF(cursor.x() + 16, cursor.y() + 18, _CARD_WIDTH, 36 + 24 * len(lines))
    if card.right() > bounds.right() - 4:
        card.moveRight(min(cursor.x() - 12, bounds.right() - 4.0))
    if card.bottom() > bounds.bottom() - 4:
        card.moveBottom(min(cursor.y() - 12, bounds.bottom() - 4.0))
    card.moveLeft(max(card.left(), bounds.left() + 4.0))
    card.moveTop(max(card.top(), bounds.top() + 4.0))
    for spread, alpha in ((4, 12), (2, 22)):  # a soft shadow
        shadow = card.adjusted(-spread, -spread + 2, spread, spread + 2)
        paint_box(painter, shadow, QColor(0, 0, 0, alpha), radius=RADIUS + 2)
    paint_box(painter, card, theme.panel, line=theme.border, radius=RADIUS)
    top = Qt.AlignmentFlag.AlignTop
    paint_text(painter, card.adjusted(12, 8, -12, 0), title, theme.text_muted, 11, align=top)
    for place, line in enumerate(lines):
        top_line = QRectF(card.left() + 12, card.top() + 28 + 24 * place, card.width() - 24, 22)
        _paint_card_line(painter, top_line, line)


def _paint_card_line(painter: QPainter, box: QRectF, line: CardLine) -> None:
    theme = current_theme()
    paint_dot(painter, box.left(), box.center().y() - 4, 8, line.color)
    painter.save()
    painter.setFont(sized_font(painter.font(), 13, bold=line.chosen))
    number = percent(line.score)
    room = QFontMetricsF(painter.font()).horizontalAdvance(number) + 10
    end = Qt.TextElideMode.ElideRight
    paint_text(painter, box.adjusted(16, 0, -room, 0), line.name, theme.text, elide=end)
    paint_text(painter, box, number, theme.text, align=RIGHT)
    painter.restore()
    bar = QRectF(box.left() + 16, box.bottom() - 1.5, box.width() - 16, 2)
    paint_box(painter, bar, theme.hover)
    bar.setWidth(bar.width() * min(1, line.score))
    paint_box(painter, bar, line.color)
