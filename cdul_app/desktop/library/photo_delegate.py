"""A photo in the grid: thumbnail, name, labels with scores, review state."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cdul_app.desktop.images.image_loader import ImageLoader
from cdul_app.desktop.library.class_review import ClassReview
from cdul_app.desktop.library.photo_list_model import PhotoRole
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.painting import CENTER, paint_box, paint_dot, paint_text
from cdul_app.desktop.look.theme import RADIUS, Theme, class_color, current_theme, sized_font
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState

PADDING = 8
NAME_HEIGHT = 18
CHIP_HEIGHT = 20
TEXT_GAP = 6
DECODED_STEP = 64  # device pixels: cells that grow a little show what is decoded already


@dataclass(frozen=True)
class _Chip:
    text: str
    color: QColor
    answered: bool


class PhotoDelegate(QStyledItemDelegate):
    def __init__(
        self, session: ProjectSession, thumbnails: ImageLoader, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = session.project
        self._thumbnails = thumbnails
        self.side = 200  # pixels of the thumbnail's longer side
        self.column: int | None = None  # the chosen class, always among the chips
        self.review: ClassReview | None = None  # asked what Enter would answer

    def cell_size(self) -> QSize:
        text = TEXT_GAP + NAME_HEIGHT + CHIP_HEIGHT + 4
        return QSize(self.side + 2 * PADDING, self._image_height() + text + 2 * PADDING)

    def decoded_side(self, ratio: float) -> int:
        """Device pixels of a thumbnail's longer side on a screen of that pixel ratio."""
        return math.ceil(self.side * ratio / DECODED_STEP) * DECODED_STEP

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return self.cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(PhotoRole.ROW)
        if row is None or row >= len(self._project.photos):
            return
        theme = current_theme()
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        cell = option.rect.adjusted(3, 3, -3, -3)
        _paint_ground(painter, cell, option.state, theme)
        left, top = option.rect.left() + PADDING, option.rect.top() + PADDING
        image = QRect(left, top, self.side, self._image_height())
        error = self._project.photos.errors[row]
        if error:
            _paint_message(painter, image, error, theme)
        else:
            self._paint_photo(painter, image, row, theme)
        name = QRect(left, image.bottom() + TEXT_GAP, self.side, NAME_HEIGHT)
        _paint_name(painter, name, self._project.photos.paths[row], theme)
        chips = QRect(left, name.bottom() + 3, self.side, CHIP_HEIGHT)
        self._paint_labels(painter, chips, row, theme)
        self._paint_state(painter, image, row, theme)
        if self._project.flags[row]:
            mark = QRect(image.left() + 5, image.top() + 5, 20, 20)
            paint_dot(painter, mark.left(), mark.top(), 20, theme.panel)
            _flag_icon(theme.warning).paint(painter, mark.adjusted(3, 3, -3, -3))
        if self.review is not None and self.review.is_active and self.review.on_page(row):
            _paint_verdict(painter, image, self.review, row, theme)
        painter.restore()

    def _image_height(self) -> int:
        return round(self.side * 0.75)

    def _paint_photo(self, painter: QPainter, target: QRect, row: int, theme: Theme) -> None:
        ratio = painter.device().devicePixelRatio() if painter.device() else 1.0
        path = self._project.photos.absolute(row)
        pixmap = self._thumbnails.pixmap(path, self.decoded_side(ratio))
        if pixmap is None:
            paint_box(painter, target, theme.hover, radius=RADIUS)
            return
        if pixmap.isNull():
            _paint_message(painter, target, "This photo cannot be shown.", theme)
            return
        # Whole, centred, never larger than its pixels fill well.
        size = pixmap.size().scaled(target.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(), size)
        place.moveCenter(target.center())
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(place), RADIUS, RADIUS)
        painter.save()
        painter.setClipPath(clip)
        painter.drawPixmap(place, pixmap)
        painter.restore()

    def _chips(self, row: int) -> list[_Chip]:
        """Labels by score, the chosen class first; a no is shown for the chosen class only."""
        project, classes = self._project, self._project.classes
        answers = project.answers[row]
        kind = project.display_kind
        all_scores = project.scores(kind) if kind else None
        scores = np.full(len(classes), np.nan) if all_scores is None else all_scores[row]
        known = np.nan_to_num(scores).tolist()
        columns = np.flatnonzero(project.facts.predicted_row(row)).tolist()
        chosen = self.column if self.column is not None and self.column < len(classes) else None
        if chosen is not None and (answers[chosen] != UNOBSERVED or not np.isnan(scores[chosen])):
            columns.append(chosen)
        columns = sorted(set(columns), key=lambda each: (each != chosen, -known[each], each))
        chips = []
        for column in columns:
            name, answer = classes[column].name, int(answers[column])
            text = f"{name} {100 * known[column]:.0f}"
            if answer != UNOBSERVED:
                text = f"✓ {name}" if answer == YES else f"✕ {name}"
            color = class_color(classes.color_index(column))
            chips.append(_Chip(text, color, answer != UNOBSERVED))
        return chips

    def _paint_labels(self, painter: QPainter, target: QRect, row: int, theme: Theme) -> None:
        font = sized_font(painter.font(), 11)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        left = target.left()
        chips = self._chips(row)
        for place, chip in enumerate(chips):
            more = f"+{len(chips) - place}"
            is_last = chip is chips[-1]
            more_width = 0 if is_last else metrics.horizontalAdvance(more) + 6
            width = metrics.horizontalAdvance(chip.text) + 20
            room = target.right() - left - more_width
            if width > room:
                if place or room < 50:
                    target.setLeft(left)
                    paint_text(painter, target, more, theme.text_muted)
                    return
                width = room
            box = QRect(left, target.top(), width, CHIP_HEIGHT - 2)
            _paint_chip(painter, box, chip, metrics, theme)
            left += width + 4

    def _paint_state(self, painter: QPainter, image: QRect, row: int, theme: Theme) -> None:
        if ReviewState.DISAGREEMENT in self._project.facts.states_of(row):
            glyph, color = "≠", theme.warning
            box = QRectF(image.right() - 24, image.top() + 5, 20, 20)
            paint_dot(painter, box.left(), box.top(), 20, theme.panel)
            paint_text(painter, box, glyph, color, 12, bold=True, align=CENTER)


@cache
def _flag_icon(color: str) -> QIcon:
    return icon("flag", color=color)


def _paint_verdict(
    painter: QPainter, image: QRect, review: ClassReview, row: int, theme: Theme
) -> None:
    """What Enter would answer; photos that would get a no are dimmed."""
    answer = review.will_be(row)
    if answer is None:
        return
    if answer == NO:
        veil = QColor(theme.window)
        veil.setAlpha(150)
        painter.fillRect(image, veil)
    glyph, color = ("✓", theme.yes) if answer == YES else ("✕", theme.no)
    box = QRectF(image.center().x() - 17, image.bottom() - 44, 34, 34)
    ring = QPen(QColor(color), 3 if review.is_exception(row) else 1.5)
    paint_box(painter, box, theme.panel, line=ring, radius=17)
    paint_text(painter, box, glyph, color, 16, bold=True, align=CENTER)


def _paint_ground(painter: QPainter, cell: QRect, state: QStyle.StateFlag, theme: Theme) -> None:
    radius = RADIUS + 2
    if state & QStyle.StateFlag.State_Selected:
        frame = QPen(QColor(theme.accent), 2)
        paint_box(painter, cell, theme.selection, line=frame, radius=radius)
    elif state & QStyle.StateFlag.State_MouseOver:
        paint_box(painter, cell, theme.hover, radius=radius)
    if state & QStyle.StateFlag.State_HasFocus and not state & QStyle.StateFlag.State_Selected:
        dashes = QPen(QColor(theme.accent), 1.5, Qt.PenStyle.DashLine)
        paint_box(painter, cell, None, line=dashes, radius=radius)


def _paint_name(painter: QPainter, target: QRect, path: str, theme: Theme) -> None:
    name = path.rsplit("/", 1)[-1].replace("\n", "⏎")
    middle = Qt.TextElideMode.ElideMiddle
    paint_text(painter, target, name, theme.text_muted, 11, elide=middle)


def _paint_message(painter: QPainter, target: QRect, message: str, theme: Theme) -> None:
    dashes = QPen(QColor(theme.border), 1, Qt.PenStyle.DashLine)
    paint_box(painter, target, theme.panel, line=dashes, radius=RADIUS)
    upper = target.adjusted(0, 0, 0, -target.height() // 2)
    foot = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
    paint_text(painter, upper, "⚠", theme.warning, 18, align=foot)
    painter.setFont(sized_font(painter.font(), 11))
    painter.setPen(QColor(theme.text))
    lower = target.adjusted(8, target.height() // 2 + 4, -8, -4)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(lower, int(flags), message)


def _paint_chip(
    painter: QPainter, box: QRect, chip: _Chip, metrics: QFontMetrics, theme: Theme
) -> None:
    ground = QColor(chip.color)
    ground.setAlpha(90 if theme.dark else 46)
    inside = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    line = QPen(chip.color, 1.5) if chip.answered else None
    paint_box(painter, inside, ground, line=line, radius=9)
    paint_dot(painter, box.left() + 6, box.center().y() - 2.5, 6, chip.color)
    text = metrics.elidedText(chip.text, Qt.TextElideMode.ElideRight, box.width() - 18)
    paint_text(painter, box.adjusted(15, 0, -3, 0), text, theme.text)
