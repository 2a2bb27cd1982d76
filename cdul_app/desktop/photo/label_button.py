"""A label on the photo page: its chip, and beside it what answers yes or no."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cdul_app.desktop.look.label_chip import chip_width, paint_chip
from cdul_app.desktop.look.painting import paint_box
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import current_theme, sized_font
from cdul_app.desktop.photo.class_table_delegate import paint_answer_button
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labels.label_states import LabelState, PhotoLabel

_HEIGHT, _SIGN, _GAP = 26, QSize(24, 20), 4  # pixels
_VALUES = {LabelState.CONFIRMED: YES, LabelState.REJECTED: NO}


class LabelButton(QAbstractButton):
    """A click on the name chooses the class, one on ✓ or ✕ answers; again takes it back."""

    answered = Signal(int)  # YES, NO or UNOBSERVED

    def __init__(
        self, label: PhotoLabel, color: QColor, *, current: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label, self._color, self._current = label, color, current
        self._under: int | None = None  # YES or NO, under the mouse
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFont(sized_font(self.font(), 13))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys answer the class in the table
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(label.describe())
        self.setToolTip(plain_tip(label.describe()))

    def sizeHint(self) -> QSize:
        width = chip_width(self.label, QFontMetrics(self.font()))
        return QSize(width + 2 * (_SIGN.width() + _GAP), _HEIGHT)

    def sign(self, value: int) -> QRect:
        """Where the button for YES or NO lies."""
        left = self.width() - _SIGN.width() - (_SIGN.width() + 2 if value == YES else 0)
        return QRect(QPoint(left, (self.height() - _SIGN.height()) // 2), _SIGN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        chip = QRect(0, 1, self.sign(YES).left() - _GAP, self.height() - 2)
        fits = chip.width() >= chip_width(self.label, QFontMetrics(self.font()))
        hovered = self.underMouse() and self._under is None
        paint_chip(painter, chip, self.label, self._color, with_word=fits, hovered=hovered)
        if self._current:
            line, radius = QPen(QColor(current_theme().accent), 2), chip.height() / 2
            paint_box(painter, chip.adjusted(1, 1, -1, -1), None, line=line, radius=radius)
        answer = _VALUES.get(self.label.state)
        for value in (YES, NO):
            pressed, under = answer == value, self._under == value
            paint_answer_button(painter, self.sign(value), value, pressed=pressed, hovered=under)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self._sign_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        value = self._sign_at(event.position().toPoint())
        if value is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self.setDown(False)
        taken_back = _VALUES.get(self.label.state) == value
        self.answered.emit(UNOBSERVED if taken_back else value)

    def _sign_at(self, point: QPoint) -> int | None:
        return next((value for value in (YES, NO) if self.sign(value).contains(point)), None)

    def _hover(self, value: int | None) -> None:
        if value != self._under:
            self._under = value
            name = self.label.name
            words = {YES: tr("Yes: {name}", name=name), NO: tr("No: {name}", name=name)}
            if value is not None and _VALUES.get(self.label.state) == value:
                words[value] = tr("Take the answer back: {name}", name=name)
            self.setToolTip(plain_tip(words.get(value, self.label.describe())))  # type: ignore[arg-type]
            self.update()
