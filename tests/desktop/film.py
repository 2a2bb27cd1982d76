"""A film of the real window: a hand that is seen to move, click, drag and press keys."""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFont,
    QImage,
    QPainter,
    QPixmap,
    QPolygonF,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from cdul_app.desktop.look.class_colors import CLASS_COLORS
from cdul_app.desktop.look.theme import class_color
from tests.desktop.conftest import settle

WIDTH = 880  # pixels
FRAME_MS = 60
_COLORS = 255  # one is left for what did not change
_DENSITY = 2  # pixels of a grab to one of the window: text stays sharp when it is made smaller
_INK, _PAPER, _GLOW = QColor("#101418"), QColor("#ffffff"), QColor("#2f7de1")
# Of an arrow whose tip is at the origin, in pixels of the window.
_ARROW = [(0, 0), (0, 24), (5.6, 18.6), (9.6, 27.6), (13.6, 25.8), (9.8, 17), (17.4, 17)]
_INSIDE = QPointF(4, 13)  # a place in it that is all ink


class Film:
    """What the window shows is grabbed anew for each frame; the hand is painted on it."""

    def __init__(self, window: QMainWindow, start: QPoint) -> None:
        self.window = window
        self.hand = QPointF(start)
        self.frames: list[Image.Image] = []
        self.durations_ms: list[int] = []
        self.inked: list[tuple[int, int]] = []  # of each frame, a pixel that is the hand's
        self.carried = ""  # name of the folder that is dragged
        self._key_cap = ""
        self._ripple: float | None = None  # how far it has come, in [0, 1]

    @property
    def length_s(self) -> float:
        return sum(self.durations_ms) / 1000

    # ---- what the hand does ----

    def move_to(self, target: QWidget, at: QPoint | None = None, *, seconds: float = 0.6) -> None:
        place = at if at is not None else target.rect().center()
        start, end = self.hand, QPointF(target.mapTo(self.window, place))
        steps = max(2, round(1000 * seconds / FRAME_MS))
        for step in range(1, steps + 1):
            share = step / steps
            self.hand = start + (end - start) * (0.5 - 0.5 * math.cos(math.pi * share))
            self.show()

    def click(self, target: QWidget, at: QPoint | None = None, *, seconds: float = 0.6) -> None:
        """Go there and press; what follows is seen under the ripple."""
        self.move_to(target, at, seconds=seconds)
        self.hold(0.15)
        place = at if at is not None else target.rect().center()
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self.ripple()

    def drop(self, folder: Path, target: QWidget, at: QPoint) -> None:
        """A folder that another program's window was the start of."""
        urls = QMimeData()
        urls.setUrls([QUrl.fromLocalFile(str(folder))])
        self.carried = folder.name
        buttons, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        copied = Qt.DropAction.CopyAction
        entered = QDragEnterEvent(self.hand.toPoint(), copied, urls, buttons, no_key)
        QApplication.sendEvent(self.window, entered)
        assert entered.isAccepted()
        self.move_to(target, at, seconds=1.2)
        self.hold(0.2)
        self.carried = ""
        QApplication.sendEvent(self.window, QDropEvent(self.hand, copied, urls, buttons, no_key))
        self.ripple()

    def write(self, text: str, *, letter_s: float = 0.07) -> None:
        """To whatever has the focus; a line break is the key Enter."""
        for letter in text:
            focused = QApplication.focusWidget()
            if letter == "\n":
                QTest.keyClick(focused, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(focused, letter)
            self.show(letter_s)

    def press(self, key: Qt.Key, cap: str) -> None:
        """A key, which is seen beside the hand before anything happens and a while after."""
        self._key_cap = cap
        self.show(0.6)
        QTest.keyClick(QApplication.focusWidget(), key)
        settle(self.window)
        self.show(0.7)
        self._key_cap = ""

    def ripple(self, frames: int = 5) -> None:
        for step in range(frames):
            self._ripple = step / (frames - 1)
            self.show()
        self._ripple = None

    def hold(self, seconds: float) -> None:
        settle(self.window)
        self.show(seconds)

    def watch(
        self, is_over: Callable[[], bool], seen: Callable[[], object], *, seconds: float
    ) -> None:
        """What happens by itself: a frame where what is seen is another than before.

        seconds : how long it takes in the film, however fast the machine is.
        """
        before, first = None, len(self.frames)
        while not is_over():
            QTest.qWait(FRAME_MS // 2)
            if (now := seen()) != before:
                self.show()
            before = now
        count = len(self.frames) - first
        if count:
            self.durations_ms[first:] = [10 * round(100 * seconds / count)] * count

    # ---- the pictures ----

    def show(self, seconds: float = FRAME_MS / 1000) -> None:
        """One frame of what there is now."""
        QApplication.processEvents()
        grabbed = QPixmap(self.window.size() * _DENSITY)
        grabbed.setDevicePixelRatio(_DENSITY)
        self.window.render(grabbed)
        painter = QPainter(grabbed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()
        pixels = grabbed.toImage().convertToFormat(QImage.Format.Format_RGBX8888)
        size = (pixels.width(), pixels.height())
        image = Image.frombuffer("RGBX", size, pixels.constBits(), "raw", "RGBX", 0, 1)
        height = round(size[1] * WIDTH / size[0])
        small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
        self.frames.append(small)
        self.durations_ms.append(10 * round(100 * seconds))  # a GIF counts in hundredths
        inside = (self.hand + _INSIDE) * (WIDTH / self.window.width())
        self.inked.append((int(inside.x()), int(inside.y())))

    def save(self, file: Path) -> None:
        """All frames with one palette: only what changes from one to the next is written."""
        height = self.frames[0].height
        chosen = self.frames[:: max(1, len(self.frames) // 12)]
        sheet = Image.new("RGB", (WIDTH, height * len(chosen)))
        for place, frame in enumerate(chosen):
            sheet.paste(frame, (0, place * height))
        # Small dots would be lost among the photos' colours.
        dots = [class_color(index) for index in range(CLASS_COLORS)]
        most = sheet.quantize(_COLORS - len(dots), method=Image.Quantize.MEDIANCUT, kmeans=1)
        palette = Image.new("P", (1, 1))
        palette.putpalette(
            most.getpalette() + [value for dot in dots for value in dot.getRgb()[:3]]
        )
        small = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames]
        small[0].save(
            file, save_all=True, append_images=small[1:], duration=self.durations_ms, loop=0
        )

    def _paint(self, painter: QPainter) -> None:
        painter.translate(self.hand)
        if self._ripple is not None:
            color = QColor(_GLOW)
            color.setAlphaF(0.45 * (1 - self._ripple))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            radius = 8 + 22 * self._ripple
            painter.drawEllipse(QPointF(0, 0), radius, radius)
        if self.carried:
            self._paint_folder(painter)
        if self._key_cap:
            self._paint_key(painter)
        painter.setPen(QColor(_PAPER))
        painter.setBrush(_INK)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in _ARROW]))

    def _paint_folder(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#c98a1b"))
        painter.drawRoundedRect(QRectF(14, 14, 26, 14), 4, 4)
        painter.setBrush(QColor("#f0b440"))
        painter.drawRoundedRect(QRectF(14, 20, 60, 40), 4, 4)
        self._paint_text(painter, QRectF(4, 63, 80, 20), self.carried, 13)

    def _paint_key(self, painter: QPainter) -> None:
        cap = QRectF(26, 14, 42, 42)
        painter.setPen(QColor("#5b6570"))
        painter.setBrush(QColor("#c9cfd6"))
        painter.drawRoundedRect(cap.translated(0, 4), 7, 7)
        painter.setBrush(_PAPER)
        painter.drawRoundedRect(cap, 7, 7)
        self._paint_text(painter, cap, self._key_cap, 22, plate=False)

    def _paint_text(
        self, painter: QPainter, room: QRectF, text: str, pixels: int, *, plate: bool = True
    ) -> None:
        font = QFont(self.window.font())
        font.setPixelSize(pixels)
        font.setBold(True)
        painter.setFont(font)
        if plate:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_GLOW)
            width = painter.fontMetrics().horizontalAdvance(text) + 12
            painter.drawRoundedRect(
                QRectF(room.center().x() - width / 2, room.y(), width, room.height()), 4, 4
            )
        painter.setPen(_PAPER if plate else _INK)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
