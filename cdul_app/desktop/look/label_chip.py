"""The one look of a label on a photo: suggested, confirmed or rejected."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from cdul_app.desktop.look.painting import CENTER, paint_box, paint_dot, paint_text
from cdul_app.desktop.look.theme import current_theme
from cdul_app.measures.certainty import LIKELY, SURE, UNSURE
from cdul_app.project.labels.label_states import LabelState, PhotoLabel

GAP = 4  # pixels between two chips
_MARK, _END, _WORD_GAP = 18, 8, 5  # pixels: before the name, after it, before the word
_LEAST = 52  # pixels of a chip whose name is shortened: some letters of it
# Alpha of the ground in the class's colour, on light and dark grounds.
_GROUNDS = {UNSURE: (14, 26), LIKELY: (34, 60), SURE: (58, 96)}
_CONFIRMED = (84, 120)


@dataclass(frozen=True)
class PlacedChip:
    label: PhotoLabel
    box: QRect
    with_word: bool


def chip_width(label: PhotoLabel, metrics: QFontMetrics, *, with_word: bool = True) -> int:
    width = _MARK + metrics.horizontalAdvance(label.name) + _END
    return width + _word_width(label, metrics) if with_word else width


def _word_width(label: PhotoLabel, metrics: QFontMetrics) -> int:
    return _WORD_GAP + metrics.horizontalAdvance(label.word) if label.word else 0


def more_text(count: int) -> str:
    return f"+{count}"


def place_chips(
    labels: Sequence[PhotoLabel], room: QRect, metrics: QFontMetrics, *, current: int | None = None
) -> list[PlacedChip]:
    """As many as fit on one line, from the first on; what is left is to be counted behind them.

    Words give way before names, and suggestions before what a person answered and before the
    `current` class: for those names are shortened, down to a few letters.
    """
    if not labels:
        return []
    # No more can fit, however short their names: the others need not be measured.
    count = min(len(labels), max(1, room.width() // (_MARK + _END)))
    widths = [chip_width(each, metrics, with_word=False) for each in labels[:count]]
    kept = sum(each.answered or each.column == current for each in labels)  # they come first
    while count > max(1, kept) and _total(widths[:count]) > _room(room, metrics, count, labels):
        count -= 1
    least = [min(width, _LEAST) for width in widths]
    while count > 1 and _total(least[:count]) > _room(room, metrics, count, labels):
        count -= 1
    space, widths = _room(room, metrics, count, labels), widths[:count]
    widths = _shortened(widths, space)
    placed, left, spare = [], room.left(), space - _total(widths)
    for label, width in zip(labels, widths, strict=False):
        word = _word_width(label, metrics)
        with_word = 0 < word <= spare
        if with_word:
            spare -= word
            width += word
        placed.append(PlacedChip(label, QRect(left, room.top(), width, room.height()), with_word))
        left += width + GAP
    return placed


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * max(0, len(widths) - 1)


def _room(room: QRect, metrics: QFontMetrics, shown: int, labels: Sequence[PhotoLabel]) -> int:
    """Pixels for the chips, where those that are left out are counted behind them."""
    if shown == len(labels):
        return room.width()
    return room.width() - GAP - metrics.horizontalAdvance(more_text(len(labels) - shown)) - 2


def _shortened(widths: Sequence[int], space: int) -> list[int]:
    """The longest first, all to one width, where they do not fit as they are."""
    left, places = space - GAP * (len(widths) - 1), len(widths)
    for width in sorted(widths):
        if width > left / places:
            break
        left, places = left - width, places - 1
    return [min(width, left // places) for width in widths] if places else list(widths)


def paint_chip(
    painter: QPainter,
    box: QRect | QRectF,
    label: PhotoLabel,
    color: QColor,
    *,
    with_word: bool = True,
    hovered: bool = False,
) -> None:
    """In the painter's font.  `color` of the class; the name is shortened where it must be."""
    theme, place = current_theme(), QRectF(box)
    inside = place.adjusted(0.75, 0.75, -0.75, -0.75)
    radius = inside.height() / 2
    rejected = label.state is LabelState.REJECTED
    paint_box(painter, inside, _ground(label, color), line=_line(label, color), radius=radius)
    if hovered:
        paint_box(painter, inside, None, line=QPen(QColor(theme.text), 1), radius=radius)
    mark = QRectF(place.left() + 3, place.top(), _MARK - 4, place.height())
    font = QFont(painter.font())
    if label.state is LabelState.SUGGESTED:
        paint_dot(painter, mark.center().x() - 3, mark.center().y() - 3, 6, color)
    else:
        glyph, ink = ("✕", theme.no) if rejected else ("✓", theme.yes)
        paint_text(painter, mark, glyph, ink, font.pixelSize(), bold=True, align=CENTER)
    painter.setFont(font)
    metrics = QFontMetrics(font)
    word = label.word if with_word else ""
    word_room = _WORD_GAP + metrics.horizontalAdvance(word) if word else 0
    text = place.adjusted(_MARK, 0, -_END - word_room, 0)
    name = metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, round(text.width()) + 1)
    if rejected:
        struck = QFont(font)
        struck.setStrikeOut(True)
        painter.setFont(struck)
    ink = theme.text_muted if rejected else theme.text
    paint_text(painter, text.adjusted(0, 0, 2, 0), name, ink)
    painter.setFont(font)
    if word:
        beside = QRectF(text.right() + _WORD_GAP, place.top(), word_room, place.height())
        paint_text(painter, beside, word, theme.text_muted)


def _ground(label: PhotoLabel, color: QColor) -> QColor | None:
    if label.state is LabelState.REJECTED:
        return None
    confirmed = label.state is LabelState.CONFIRMED
    alphas = _CONFIRMED if confirmed else _GROUNDS.get(label.certainty, (0, 0))
    ground = QColor(color)
    ground.setAlpha(alphas[current_theme().dark])
    return ground


def _line(label: PhotoLabel, color: QColor) -> QPen | None:
    if label.state is LabelState.CONFIRMED:
        return QPen(color, 1.5)
    if label.state is LabelState.REJECTED:
        return QPen(QColor(current_theme().border), 1)
    if label.certainty == UNSURE:
        return QPen(color, 1, Qt.PenStyle.DashLine)
    return None
