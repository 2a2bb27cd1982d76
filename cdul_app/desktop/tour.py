"""The first-run tour: a few cards, each beside the part of the window that it tells about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from cdul_app.desktop.look.theme import RADIUS, SPACING, current_theme
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical

CARD_WIDTH = 340  # pixels
_SHADE = QColor(8, 9, 14, 120)
_MARGIN = 4  # pixels around what a card tells about
_STEPS_OF_KEYS = {
    **dict.fromkeys((Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter), 1),
    **dict.fromkeys((Qt.Key.Key_Left, Qt.Key.Key_Backspace), -1),
}


@dataclass(frozen=True)
class TourStep:
    title: str
    text: str
    target: Callable[[], QWidget]  # what the card stands beside, in the same window
    prepare: Callable[[], object] = lambda: None  # brings the target into sight


class Tour(QWidget):
    """Lies over the whole of `window` until its last card, or Esc."""

    finished = Signal()

    def __init__(self, steps: Sequence[TourStep], window: QWidget) -> None:
        """Raises ValueError for no step."""
        if not steps:
            raise ValueError("a tour needs a step")
        super().__init__(window)
        self._window = window
        self.steps, self.place = tuple(steps), 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Tour")
        self._make_card()
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.show_step(0)

    def go(self, by: int) -> None:
        """To the next card (1) or back (-1); after the last one it ends."""
        if self.place + by == len(self.steps):
            self.end()
        else:
            self.show_step(max(0, self.place + by))

    def end(self) -> None:
        """Say `finished` and go."""
        self._window.removeEventFilter(self)
        self.hide()
        self.finished.emit()
        self.deleteLater()

    # ---- events ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
            self._place_card()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the tour's while it lasts; those of the window wait."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif (step := _STEPS_OF_KEYS.get(Qt.Key(event.key()))) is not None:
            self.go(step)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        hole = QPainterPath()
        hole.addRoundedRect(QRectF(self._target()), RADIUS + 2, RADIUS + 2)
        painter.fillPath(shade.subtracted(hole), _SHADE)
        painter.setPen(QPen(QColor(current_theme().accent), 2))
        painter.drawPath(hole)

    # ---- the card ----

    def _make_card(self) -> None:
        self.card = QFrame(self)
        self.card.setProperty("role", "tour-card")
        self.card.setFixedWidth(CARD_WIDTH)
        self.title, self.text = label("", "title"), label(wrap=True)
        self.counter = label("", "muted")
        self.skip_button = push_button("Skip the tour", self.end, role="link")
        self.back_button = push_button("Back", lambda: self.go(-1))
        self.next_button = push_button("Next", lambda: self.go(1), role="primary")
        ways = (self.back_button, self.next_button)
        for button in (self.skip_button, *ways):
            button.setAutoDefault(True)
        buttons = horizontal(self.skip_button, STRETCH, *ways, spacing=SPACING[1])
        vertical(
            self.counter, self.title, self.text, SPACING[1], buttons,
            on=self.card, spacing=SPACING[1],
            margins=(SPACING[3], SPACING[3], SPACING[3], SPACING[2]),
        )  # fmt: skip

    def show_step(self, place: int) -> None:
        self.place = place
        step, count = self.steps[place], len(self.steps)
        step.prepare()
        last = place + 1 == count
        self.counter.setText(f"{place + 1} of {count}")
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.back_button.setVisible(place > 0)
        self.skip_button.setVisible(not last)
        self.next_button.setText("Start" if last else "Next")
        self._place_card()
        self.raise_()
        self.next_button.setFocus()

    def _place_card(self) -> None:
        layout = self.card.layout()
        assert layout is not None, "the card was laid out when it was made"
        layout.activate()
        size = QSize(CARD_WIDTH, self.card.heightForWidth(CARD_WIDTH))
        self.card.setGeometry(QRect(card_place(self._target(), size, self.rect()), size))
        self.update()

    def _target(self) -> QRect:
        widget = self.steps[self.place].target()
        shown = QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())
        around = shown.marginsAdded(QMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
        return around.intersected(self.rect().adjusted(2, 2, -2, -2))


def card_place(target: QRect, card: QSize, room: QRect) -> QPoint:
    """The top left corner of a card beside its target, where there is space: left of it, right,
    below, above, else in its middle; always inside `room`."""
    gap = SPACING[2]
    middle = target.center()
    centred = middle.x() - card.width() // 2
    for left, top in (
        (target.left() - gap - card.width(), target.top()),
        (target.right() + gap, target.top()),
        (centred, target.bottom() + gap),
        (centred, target.top() - gap - card.height()),
    ):
        inside = QPoint(
            min(max(left, room.left() + gap), room.right() - gap - card.width()),
            min(max(top, room.top() + gap), room.bottom() - gap - card.height()),
        )
        if not QRect(inside, card).intersects(target) and room.contains(QRect(inside, card)):
            return inside
    return middle - QPoint(card.width() // 2, card.height() // 2)
