"""The photo, and over it what each snippet says of the chosen class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.look.class_colors import class_colors
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.painting import paint_box, paint_text
from cdul_app.desktop.look.theme import RADIUS, SPACING, current_theme, sized_font
from cdul_app.desktop.photo.heat_overlay import heat_top, paint_heat, paint_heat_legend
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.photo.photo_zoom import STEP, PhotoZoom
from cdul_app.desktop.photo.snippet_overlay import CardLine, paint_card, paint_overlay
from cdul_app.desktop.timers import single_shot
from cdul_app.language import tr
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.method.heat_maps import heat_map
from cdul_app.method.view_plans import ViewPlan

CLASSES_IN_CARD = 4
_PATIENCE_MS = 150  # a photo that takes longer to decode is said to be loading
_MARGIN = SPACING[3]


class Overlay(StrEnum):
    """What lies over the photo."""

    SNIPPETS = "snippets"
    HEAT = "heat"
    NONE = "none"


@dataclass(frozen=True)
class _ShownClass:
    """What the snippets of the photo say, and the chosen class."""

    evidence: PhotoEvidence
    names: Sequence[str]  # of all classes
    column: int

    @property
    def scores(self) -> np.ndarray | None:
        """(n_snippets,), None for a class that was added since."""
        scores = self.evidence.local_similarities[:, self.column]
        return None if np.isnan(scores).any() else np.asarray(scores)

    def place_of(self, snippet: int) -> str:
        row, column = divmod(snippet, self.evidence.grid.columns)
        return tr("row {row}, column {column}", row=row + 1, column=column + 1)


class SnippetView(QWidget):
    """Shows one photo, fitted or enlarged; the wheel zooms, a drag moves it."""

    zoomed = Signal()
    full_wanted = Signal()  # it is enlarged beyond the pixels it was given

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo: LoadedPhoto | None = None
        self.error = ""
        self._shown: _ShownClass | None = None
        self.overlay = Overlay.SNIPPETS
        self.color_index: Callable[[int], int] = lambda column: column  # see ClassTable
        self.beside: tuple[int, ...] = ()  # classes with whose colours others must not be taken for
        self.zoom = PhotoZoom()
        self._drag: QPointF | None = None
        self._waiting = single_shot(self, _PATIENCE_MS, self._on_patience_ended)
        self._is_old = False  # the photo before is shown till the next one is there
        self.hovered: int | None = None  # the snippet under the mouse
        self._cursor = QPointF()
        self._scaled: tuple[QSize, QPixmap] | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setAccessibleName(tr("Photo with its snippets"))

    # ---- what is shown ----

    def show_photo(self, photo: LoadedPhoto | None, *, error: str = "") -> None:
        """None while it loads; `error` says why it will never be shown."""
        self.error = error or (photo.error if photo else "")
        self.hovered = None
        self._is_old = photo is None and not self.error and self._photo is not None
        if self._is_old:  # a moment of nothing would flash
            self._waiting.start()
        else:
            self._waiting.stop()
            self._photo = None if self.error else photo
            self._scaled = None
        self._describe()
        self.update()

    def fit(self) -> None:
        """The whole photo again, as each photo is shown at first."""
        self.zoom.reset()
        self._zoom_changed()

    def zoom_by(self, factor: float, point: QPointF | None = None) -> None:
        """Around `point`, or the middle."""
        if self._photo is not None:
            around = QPointF(self.rect().center()) if point is None else point
            self.zoom.scale_at(around, factor, self._photo.full_size, self._room())
            self._zoom_changed()

    def follow_zoom(self, other: PhotoZoom) -> None:
        """Show the same part as another view of the same photo."""
        self.zoom.copy_from(other)
        self._scaled = None
        self.update()

    def show_full(self, photo: LoadedPhoto) -> None:
        """The same photo with all of its pixels."""
        if self._photo is not None and photo.full_size == self._photo.full_size:
            self._photo = photo
            self.update()

    def show_evidence(
        self, evidence: PhotoEvidence | None, names: Sequence[str], column: int | None
    ) -> None:
        """`names` are those of all classes, `column` the chosen one."""
        self._shown = None
        if evidence is not None and column is not None:
            self._shown = _ShownClass(evidence, names, column)
        if self.hovered is not None:
            self.hovered = self._snippet_at(self._cursor)
        self._describe()
        self.update()

    def set_overlay(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.hovered = None
        self.update()

    @property
    def is_loading(self) -> bool:
        return (self._photo is None or self._is_old) and not self.error

    @property
    def snippet_scores(self) -> np.ndarray | None:
        """(n_snippets,) of the chosen class; None where there is nothing to show over the photo."""
        return None if self._shown is None or self._is_old else self._shown.scores

    def card_lines(self, snippet: int) -> list[CardLine]:
        """The classes a snippet looks most like, best first."""
        if self._shown is None:
            return []
        names, chosen = self._shown.names, self._shown.column
        scores = np.nan_to_num(self._shown.evidence.local_similarities[snippet], nan=-1.0)
        best = np.argsort(-scores, kind="stable")[:CLASSES_IN_CARD].tolist()
        colors = class_colors(self.color_index, [*self.beside, chosen, *best])
        return [
            CardLine(names[each], float(scores[each]), colors[each], each == chosen)
            for each in best
            if scores[each] >= 0
        ]

    # ---- places ----

    def photo_rect(self) -> QRectF:
        """Where the photo lies, partly outside the widget where it is enlarged; empty where there
        is none."""
        if self._photo is None:
            return QRectF()
        return self.zoom.rect(self._photo.full_size, self._room())

    def color(self, column: int) -> QColor:
        """Of a class, as it is shown here."""
        return class_colors(self.color_index, [*self.beside, column])[column]

    def _room(self) -> QRect:
        return self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def snippet_rects(self) -> list[QRectF]:
        """Where each snippet lies, exactly the pixels that the encoder was given."""
        if self._photo is None or self._shown is None:
            return []
        place, full = self.photo_rect(), self._photo.full_size
        boxes = ViewPlan((self._shown.evidence.grid,)).pixel_boxes(full.width(), full.height())
        to_place = QTransform.fromTranslate(place.left(), place.top()).scale(
            place.width() / full.width(), place.height() / full.height()
        )
        return [
            to_place.mapRect(QRectF(left, top, right - left, bottom - top))
            for left, top, right, bottom in boxes
        ]

    def _snippet_at(self, point: QPointF) -> int | None:
        boxes = enumerate(self.snippet_rects())
        return next((snippet for snippet, box in boxes if box.contains(point)), None)

    # ---- events ----

    def sizeHint(self) -> QSize:
        return QSize(760, 600)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and self._photo is not None:
            self.zoom.move(event.position() - self._drag, self._photo.full_size, self._room())
            self._drag = event.position()
            self._zoom_changed()
        self._cursor = event.position()
        with_snippets = self.overlay is Overlay.SNIPPETS
        self.hovered = self._snippet_at(self._cursor) if with_snippets else None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self.zoom.is_fitted:
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._photo is not None:
            self.zoom.toggle_full_size(
                event.position(), self._photo.full_size, self._room(), self.devicePixelRatioF()
            )
            self._zoom_changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom_by(STEP**steps, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = None
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.fillRect(self.rect(), QColor(current_theme().window))
        if self._photo is None:
            self._paint_message(painter)
            return
        place = self.photo_rect()
        if self.zoom.is_fitted:
            whole = place.toRect()
            painter.drawPixmap(whole, self._pixmap(self._photo, whole.size()))
        else:
            painter.setClipRect(self._room())
            painter.drawImage(place, self._photo.image)
        shown, scores = self._shown, self.snippet_scores
        if self.overlay is Overlay.NONE or scores is None or shown is None:
            return
        if self.overlay is Overlay.HEAT:
            seen = np.nan_to_num(shown.evidence.snippet_similarities[:, shown.column])
            heat = heat_map(shown.evidence.boxes, seen)
            paint_heat(painter, place, heat)
            painter.setClipping(False)
            paint_heat_legend(painter, QRectF(self.rect()), heat_top(heat))
            return
        color, boxes = self.color(shown.column), self.snippet_rects()
        paint_overlay(painter, boxes, scores, color, hovered=self.hovered)
        if self.hovered is not None:
            place_text = shown.place_of(self.hovered)
            title = place_text[:1].upper() + place_text[1:]
            paint_card(painter, self.rect(), self._cursor, title, self.card_lines(self.hovered))

    # ---- helpers ----

    def _zoom_changed(self) -> None:
        photo = self._photo
        if photo is not None and not self.zoom.is_fitted:
            shown = self.photo_rect().width() * self.devicePixelRatioF()
            wanted = min(shown, photo.full_size.width())
            if photo.image.width() < wanted and not photo.is_largest:
                self.full_wanted.emit()
        self._show_cursor()
        self.update()
        self.zoomed.emit()

    def _show_cursor(self) -> None:
        shapes = Qt.CursorShape
        self.setCursor(shapes.ArrowCursor if self.zoom.is_fitted else shapes.OpenHandCursor)

    def _on_patience_ended(self) -> None:
        self._photo, self._scaled, self._is_old = None, None, False
        self.update()

    def _pixmap(self, photo: LoadedPhoto, size: QSize) -> QPixmap:
        """The photo at the widget's device pixels, kept until either changes."""
        ratio = self.devicePixelRatioF()
        wanted = size * ratio
        if self._scaled is None or self._scaled[0] != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            as_wide = Qt.AspectRatioMode.IgnoreAspectRatio
            pixmap = QPixmap.fromImage(photo.image.scaled(wanted, as_wide, smooth))
            pixmap.setDevicePixelRatio(ratio)
            self._scaled = (wanted, pixmap)
        return self._scaled[1]

    def _describe(self) -> None:
        shown, scores, told = self._shown, self.snippet_scores, ""
        if self.error:
            told = tr("The photo cannot be shown. {why}", why=self.error)
        elif scores is not None and shown is not None:
            best = int(scores.argmax())
            told = tr(
                "{name}: highest in {place}, {share}",
                name=shown.names[shown.column],
                place=shown.place_of(best),
                share=percent(float(scores[best])),
            )
        self.setAccessibleDescription(told)

    def _paint_message(self, painter: QPainter) -> None:
        theme, middle = current_theme(), self.rect().center()
        box = QRect(0, 0, min(self.width() - 2 * _MARGIN, 420), 150)
        box.moveCenter(middle)
        name, color, title = "warning", theme.warning, tr("This photo cannot be shown")
        if not self.error:
            paint_box(painter, self._room(), theme.hover, radius=RADIUS)
            name, color, title = "photo", theme.text_muted, tr("Loading the photo…")
        icon(name, color=color).paint(painter, QRect(middle.x() - 16, box.top(), 32, 32))
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        below = box.adjusted(0, 44, 0, 0)
        paint_text(painter, below, title, theme.text, 16, bold=True, align=top)
        painter.setPen(QColor(theme.text_muted))
        painter.setFont(sized_font(self.font(), 13))
        flags = int(top) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box.adjusted(0, 72, 0, 0), flags, self.error)
