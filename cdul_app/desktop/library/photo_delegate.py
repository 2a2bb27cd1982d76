"""A photo in the grid: thumbnail, name, labels, and what is to be done about it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cdul_app.desktop.images.image_loader import ImageLoader
from cdul_app.desktop.library.class_review import ClassReview
from cdul_app.desktop.library.class_verdict import paint_verdict
from cdul_app.desktop.library.photo_list_model import PhotoRole
from cdul_app.desktop.look.class_colors import class_colors
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.label_chip import GAP, PlacedChip, more_text, paint_chip, place_chips
from cdul_app.desktop.look.painting import CENTER, RIGHT, paint_box, paint_dot, paint_text
from cdul_app.desktop.look.theme import RADIUS, Theme, current_theme, sized_font
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.language import tr
from cdul_app.measures.reviews import ReviewState
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.project.labels.label_states import PhotoLabel, photo_labels

PADDING = 8
NAME_HEIGHT = 18
CHIP_HEIGHT = 20
UNLABELLED = tr("Not labelled yet")
_NOT_SHOWN = tr("This photo cannot be shown.")
_ELSEWHERE = tr("This photo lies elsewhere.")
TEXT_GAP = 6
DECODED_STEP = 64  # device pixels: cells that grow a little show what is decoded already


@dataclass(frozen=True)
class ChipPlace:
    """What lies under the mouse: one label, or those that are counted behind the others."""

    row: int
    labels: tuple[PhotoLabel, ...]
    box: QRect
    counted: bool = False


class PhotoDelegate(QStyledItemDelegate):
    def __init__(
        self, session: ProjectSession, thumbnails: ImageLoader, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = session.project
        self._thumbnails = thumbnails
        self.side = 200  # pixels of the thumbnail's longer side
        self.column: int | None = None  # the current class, first among the chips
        # Row and class of the chip under the mouse; None as class: those that are counted.
        self.hovered: tuple[int, int | None] | None = None
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
        error = self._project.photos.errors.get(row)
        if error:
            _paint_message(painter, image, error, theme)
        else:
            self._paint_photo(painter, image, row, theme)
        name = QRect(left, image.bottom() + TEXT_GAP, self.side, NAME_HEIGHT)
        self._paint_name(painter, name, row, theme)
        self._paint_labels(painter, option.rect, row, theme)
        self._paint_state(painter, image, row, theme)
        if self._project.flags[row]:
            mark = QRect(image.left() + 5, image.top() + 5, 20, 20)
            paint_dot(painter, mark.left(), mark.top(), 20, theme.panel)
            _badge_icon("flag", theme.warning).paint(painter, mark.adjusted(3, 3, -3, -3))
        if self.review is not None and self.review.is_active and self.review.on_page(row):
            answer = self.review.will_be(row)
            if answer is not None:
                changed = self.review.is_exception(row)
                paint_verdict(painter, image, answer, changed=changed)
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
        if pixmap.isNull() and isinstance(path, DistantPhoto) and not path.may_be_read:
            _paint_message(painter, target, _ELSEWHERE, theme)
            return
        if pixmap.isNull():
            _paint_message(painter, target, _NOT_SHOWN, theme)
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

    def labels(self, row: int) -> list[PhotoLabel]:
        """In the order of their chips."""
        return photo_labels(self._project, row, current=self._current())

    def chip_at(self, cell: QRect, row: int, font: QFont, point: QPoint) -> ChipPlace | None:
        """What lies at a point of the cell, whose text is in this font."""
        room = self._chip_room(cell)
        if not room.adjusted(0, -1, 1, 1).contains(point):
            return None
        metrics, labels = QFontMetrics(sized_font(font, 11)), self.labels(row)
        placed = place_chips(labels, room, metrics, current=self._current())
        for chip in placed:
            if chip.box.contains(point):
                return ChipPlace(row, (chip.label,), chip.box)
        counted = _left_out(labels, placed)
        box = _counted_box(room, placed)
        if counted and box.contains(point):
            return ChipPlace(row, tuple(counted), box, counted=True)
        return None

    def _current(self) -> int | None:
        column = self.column
        return column if column is not None and column < len(self._project.classes) else None

    def _chip_room(self, cell: QRect) -> QRect:
        top = cell.top() + PADDING + self._image_height() + TEXT_GAP + NAME_HEIGHT + 1
        return QRect(cell.left() + PADDING, top, self.side, CHIP_HEIGHT - 2)

    def _paint_labels(self, painter: QPainter, cell: QRect, row: int, theme: Theme) -> None:
        font = sized_font(painter.font(), 11)
        painter.setFont(font)
        room, labels, classes = self._chip_room(cell), self.labels(row), self._project.classes
        placed = place_chips(labels, room, QFontMetrics(font), current=self._current())
        colors = class_colors(classes.color_index, sorted(label.column for label in labels))
        for chip in placed:
            column = chip.label.column
            paint_chip(
                painter, chip.box, chip.label, colors[column],
                with_word=chip.with_word, hovered=self.hovered == (row, column),
            )  # fmt: skip
        if counted := _left_out(labels, placed):
            under = self.hovered == (row, None)
            ink = theme.text if under else theme.text_muted
            paint_text(painter, _counted_box(room, placed), more_text(len(counted)), ink)

    def _paint_name(self, painter: QPainter, target: QRect, row: int, theme: Theme) -> None:
        """The file's name, and at its end the score of the current class, which is no label."""
        name = self._project.photos.paths[row].rsplit("/", 1)[-1].replace("\n", "⏎")
        column, kind = self._current(), self._project.display_kind
        scores = None if kind is None or column is None else self._project.scores(kind)
        number = "" if scores is None else percent(float(scores[row, column]))
        painter.setFont(sized_font(painter.font(), 11))
        if number:
            paint_text(painter, target, number, theme.text_muted, align=RIGHT)
            target = target.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(number) - 8, 0)
        middle = Qt.TextElideMode.ElideMiddle
        paint_text(painter, target, name, theme.text_muted, elide=middle)

    def _paint_state(self, painter: QPainter, image: QRect, row: int, theme: Theme) -> None:
        states = self._project.facts.states_of(row)
        badge = QRect(image.right() - 24, image.top() + 5, 20, 20)
        if ReviewState.DISAGREEMENT in states:
            paint_dot(painter, badge.left(), badge.top(), 20, theme.panel)
            paint_text(painter, badge, "≠", theme.warning, 12, bold=True, align=CENTER)
        elif ReviewState.ANSWERED in states:  # yes or no: a tick would say yes
            paint_dot(painter, badge.left(), badge.top(), 20, theme.panel)
            _badge_icon("edit", theme.text_muted).paint(painter, badge.adjusted(4, 4, -4, -4))
        if ReviewState.UNLABELLED in states and self._project.display_kind is not None:
            font = sized_font(painter.font(), 11)
            width = QFontMetrics(font).horizontalAdvance(UNLABELLED) + 14
            box = QRect(image.left() + 5, image.bottom() - 24, width, 19)
            paint_box(painter, box, theme.panel, line=theme.border, radius=9)
            paint_text(painter, box, UNLABELLED, theme.text_muted, 11, align=CENTER)


def _left_out(labels: Sequence[PhotoLabel], placed: Sequence[PlacedChip]) -> list[PhotoLabel]:
    shown = {chip.label.column for chip in placed}
    return [label for label in labels if label.column not in shown]


def _counted_box(room: QRect, placed: Sequence[PlacedChip]) -> QRect:
    left = placed[-1].box.right() + 1 + GAP if placed else room.left()
    return QRect(left, room.top(), max(0, room.right() - left), room.height())


@cache
def _badge_icon(name: str, color: str) -> QIcon:
    return icon(name, color=color)


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
