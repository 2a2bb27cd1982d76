"""The photo, and over it what each snippet says of the chosen class."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.painting import paint_box, paint_text
from cdul_app.desktop.look.theme import (
    RADIUS,
    SPACING,
    class_color,
    current_theme,
    sized_font,
)
from cdul_app.desktop.photo.heat_overlay import heat_top, paint_heat, paint_heat_legend
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.photo.photo_zoom import STEP, PhotoZoom
from cdul_app.desktop.photo.snippet_overlay import CardLine, paint_card, paint_overlay
from cdul_app.desktop.timers import single_shot
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


class SnippetView(QWidget):
    """Shows one photo, fitted or enlarged; the wheel zooms, a drag moves it."""

    zoomed = Signal()
    full_wanted = Signal()  # it is enlarged beyond the pixels it was given

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo: LoadedPhoto | None = None
        self._error = ""
        self._evidence: PhotoEvidence | None = None
        self._names: Sequence[str] = ()
        self._column: int | None = None
        self.overlay = Overlay.SNIPPETS
        self.color_index: Callable[[int], int] = lambda column: column  # see ProjectState
        self.zoom = PhotoZoom()
        self._drag: QPointF | None = None
        self._waiting = single_shot(self, _PATIENCE_MS, self._on_patience_ended)
        self._is_old = False  # the photo before is shown till the next one is there
        self._hovered: int | None = None
        self._cursor = QPointF()
        self._scaled: tuple[QSize, QPixmap] | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setAccessibleName("Photo with its snippets")

    # ---- what is shown ----

    def show_photo(self, photo: LoadedPhoto | None, *, error: str = "") -> None:
        """None while it loads; `error` says why it will never be shown."""
        self._error = error or (photo.error if photo else "")
        self._hovered = None
        self._is_old = photo is None and not self._error and self._photo is not None
        if self._is_old:  # a moment of nothing would flash
            self._waiting.start()
        else:
            self._waiting.stop()
            self._photo = None if self._error else photo
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
        self._evidence = evidence
        self._names = names
        self._column = column
        if self._hovered is not None:
            self._hovered = self.snippet_at(self._cursor.toPoint())
        self._describe()
        self.update()

    @property
    def grid_visible(self) -> bool:
        return self.overlay is Overlay.SNIPPETS

    def set_overlay(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self._hovered = None
        self.update()

    @property
    def error(self) -> str:
        return self._error

    @property
    def is_loading(self) -> bool:
        return (self._photo is None or self._is_old) and not self._error

    @property
    def snippet_scores(self) -> np.ndarray | None:
        """(n_snippets,) of the chosen class; None where there is nothing to show over the photo."""
        if self._evidence is None or self._column is None or self._is_old:
            return None
        scores = self._evidence.local_similarities[:, self._column]
        return None if np.isnan(scores).any() else np.asarray(scores)

    @property
    def hovered(self) -> int | None:
        """The snippet under the mouse."""
        return self._hovered

    def card_lines(self, snippet: int) -> list[CardLine]:
        """The classes a snippet looks most like, best first."""
        if self._evidence is None:
            return []
        scores = np.nan_to_num(self._evidence.local_similarities[snippet], nan=-1.0)
        best = np.argsort(-scores, kind="stable")[:CLASSES_IN_CARD]
        return [
            CardLine(
                self._names[column],
                float(scores[column]),
                class_color(self.color_index(int(column))),
                column == self._column,
            )
            for column in best
            if scores[column] >= 0
        ]

    # ---- places ----

    def photo_rect(self) -> QRectF:
        """Where the photo lies, partly outside the widget where it is enlarged; empty where there
        is none."""
        if self._photo is None:
            return QRectF()
        return self.zoom.rect(self._photo.full_size, self._room())

    def _room(self) -> QRect:
        return self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def snippet_rects(self) -> list[QRectF]:
        """Where each snippet lies, exactly the pixels that the encoder was given."""
        if self._photo is None or self._evidence is None:
            return []
        place, full = self.photo_rect(), self._photo.full_size
        across, down = place.width() / full.width(), place.height() / full.height()
        return [
            QRectF(
                place.left() + left * across,
                place.top() + top * down,
                (right - left) * across,
                (bottom - top) * down,
            )
            for left, top, right, bottom in ViewPlan((self._evidence.grid,)).pixel_boxes(
                full.width(), full.height()
            )
        ]

    def snippet_at(self, point: QPoint) -> int | None:
        for snippet, box in enumerate(self.snippet_rects()):
            if box.contains(QPointF(point)):
                return snippet
        return None

    # ---- events ----

    def sizeHint(self) -> QSize:
        return QSize(760, 600)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and self._photo is not None:
            self.zoom.move(event.position() - self._drag, self._photo.full_size, self._room())
            self._drag = event.position()
            self._zoom_changed()
        self._cursor = event.position()
        self._hovered = self.snippet_at(event.position().toPoint()) if self.grid_visible else None
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
        self._hovered = None
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
            painter.drawPixmap(whole, self._pixmap(self._photo.image, whole.size()))
        else:
            painter.setClipRect(self._room())
            painter.drawImage(place, self._photo.image)
        scores = self.snippet_scores
        if self.overlay is Overlay.NONE or scores is None or self._column is None:
            return
        if self.overlay is Overlay.HEAT:
            self._paint_heat(painter, place)
            return
        boxes = self.snippet_rects()
        color = class_color(self.color_index(self._column))
        paint_overlay(painter, boxes, scores, color, hovered=self._hovered)
        if self._hovered is not None and self._evidence is not None:
            columns = self._evidence.grid.columns
            title = f"Row {self._hovered // columns + 1}, column {self._hovered % columns + 1}"
            paint_card(painter, self.rect(), self._cursor, title, self.card_lines(self._hovered))

    # ---- helpers ----

    def _paint_heat(self, painter: QPainter, place: QRectF) -> None:
        if self._evidence is None or self._column is None:
            return
        scores = np.nan_to_num(self._evidence.snippet_similarities[:, self._column])
        heat = heat_map(self._evidence.boxes, scores)
        paint_heat(painter, place, heat)
        painter.setClipping(False)
        paint_heat_legend(painter, QRectF(self.rect()), heat_top(heat))

    def _zoom_changed(self) -> None:
        photo = self._photo
        if photo is not None and not self.zoom.is_fitted:
            shown = self.photo_rect().width() * self.devicePixelRatioF()
            if photo.image.width() < min(shown, photo.full_size.width()):
                self.full_wanted.emit()
        self._show_cursor()
        self.update()
        self.zoomed.emit()

    def _show_cursor(self) -> None:
        if self.zoom.is_fitted:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def _on_patience_ended(self) -> None:
        self._photo, self._scaled, self._is_old = None, None, False
        self.update()

    def _pixmap(self, image: QImage, size: QSize) -> QPixmap:
        """The photo at the widget's device pixels, kept until either changes."""
        ratio = self.devicePixelRatioF()
        wanted = size * ratio
        if self._scaled is None or self._scaled[0] != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = QPixmap.fromImage(
                image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            )
            pixmap.setDevicePixelRatio(ratio)
            self._scaled = (wanted, pixmap)
        return self._scaled[1]

    def _describe(self) -> None:
        scores = self.snippet_scores
        if self._error:
            self.setAccessibleDescription(f"The photo cannot be shown. {self._error}")
        elif scores is None or self._column is None or self._evidence is None:
            self.setAccessibleDescription("")
        else:
            best, columns = int(scores.argmax()), self._evidence.grid.columns
            self.setAccessibleDescription(
                f"{self._names[self._column]}: highest in row {best // columns + 1}, "
                f"column {best % columns + 1}, {percent(float(scores[best]))}"
            )

    def _paint_message(self, painter: QPainter) -> None:
        theme = current_theme()
        middle = self.rect().center()
        box = QRect(0, 0, min(self.width() - 2 * _MARGIN, 420), 150)
        box.moveCenter(middle)
        if not self._error:
            paint_box(painter, self._room(), theme.hover, radius=RADIUS)
        name, color = ("warning", theme.warning) if self._error else ("photo", theme.text_muted)
        icon(name, color=color).paint(painter, QRect(middle.x() - 16, box.top(), 32, 32))
        title = "This photo cannot be shown" if self._error else "Loading the photo…"
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        below = box.adjusted(0, 44, 0, 0)
        paint_text(painter, below, title, theme.text, 16, bold=True, align=top)
        painter.setPen(QColor(theme.text_muted))
        painter.setFont(sized_font(self.font(), 13))
        flags = int(top) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box.adjusted(0, 72, 0, 0), flags, self._error)
