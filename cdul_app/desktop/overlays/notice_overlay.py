"""The one place where the window tells what happened: over the page, below in its middle."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QPushButton, QSizePolicy, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label, make_selectable
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Notice, Tone
from cdul_app.language import tr

WIDEST = 640  # pixels
_SHORTEST_MS, _MS_A_LETTER = 4_000, 60  # how long it stays, by how long it takes to read
_GAP = SPACING[3]  # pixels from what is around it
_LASTING = (Tone.WARNING, Tone.ERROR)


class NoticeOverlay(Message):
    """One notice at a time; it lies over the page and moves nothing.

    What is good news and asks nothing goes by itself, but not under the mouse or the keys.
    """

    def __init__(self, host: QWidget, room: Callable[[], QWidget]) -> None:
        """host : what it lies over.  room : the part of that in which it may lie, asked anew."""
        super().__init__(dismissible=True, parent=host)
        self._host, self._room = host, room
        self._came_from: QWidget | None = None  # had the focus before the notice got it
        self._going = single_shot(self, _SHORTEST_MS, self._on_time)
        self._placing = single_shot(self, 0, self.place)
        self._measured: tuple[object, ...] = ()  # what `_fitting` was found for
        self._fitting = QSize()
        host.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def _arrange(self) -> None:
        self.setProperty("role", "notice")
        self.details_button = push_button(tr("Details"), self._on_details, role="link")
        self.details = label("", "code", wrap=True, name=tr("Details"))
        make_selectable(self.details)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        for each in (self.label, self.details):
            each.setSizePolicy(policy)
        self.glyph.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # A click leaves the focus where the hands are; Tab comes here all the same.
        for button in (self.details_button, self.action_button, self.dismiss_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        buttons = horizontal(STRETCH, self.details_button, self.action_button, spacing=SPACING[1])
        self._body = horizontal((self.label, 1), buttons, spacing=SPACING[1])
        line = horizontal(self.glyph, (self._body, 1), self.dismiss_button, spacing=SPACING[1])
        sides = (SPACING[2], SPACING[1], SPACING[1], SPACING[1])
        vertical(line, self.details, on=self, spacing=SPACING[1], margins=sides)
        self.details_button.hide()
        self.details.hide()

    @property
    def entry(self) -> QWidget:
        """The button that one comes to by a key."""
        return self.dismiss_button if self._act is None else self.action_button

    def show_notice(self, notice: Notice) -> None:
        self._act = None
        self.details.setText(notice.details)
        self.details.hide()
        self.details_button.setVisible(bool(notice.details))
        if notice.action and notice.act is not None:
            self.set_action(notice.action, notice.act)
        else:
            self.show_action(False)
        super().show_message(notice.text, notice.tone)
        self._going.stop()
        if not notice.text:
            return
        self.place()
        self.raise_()
        announcement = QAccessibleAnnouncementEvent(self, notice.text)
        if notice.tone in _LASTING:
            announcement.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(announcement)
        if not (notice.stays or notice.tone in _LASTING or self._act is not None):
            self._going.start(_SHORTEST_MS + _MS_A_LETTER * len(notice.text))

    def show_message(self, sentence: str, tone: Tone = Tone.INFO) -> None:
        self.show_notice(Notice(sentence, tone))

    def clear(self) -> None:
        """The focus goes back to where it came from."""
        came_from, self._came_from = self._came_from, None
        has_focus = self.isAncestorOf(QApplication.focusWidget() or self._host)
        super().clear()
        if has_focus and came_from is not None and shiboken6.isValid(came_from):
            came_from.setFocus()

    def place(self) -> None:
        """Below in the middle of its room, above what is the next act there."""
        room = _within(self._host, self._room())
        widest = max(1, min(WIDEST, room.width() - 2 * _GAP))
        size = self._size(widest)
        left = room.center().x() - size.width() // 2
        place = QRect(QPoint(left, room.bottom() - _GAP - size.height()), size)
        for button in self._host.findChildren(QPushButton):
            if button.property("role") == "primary" and button.isVisible():
                taken = _within(self._host, button)
                if taken.intersects(place):
                    place.moveBottom(taken.top() - _GAP)
        self.setGeometry(place)

    def _size(self, widest: int) -> QSize:
        """Measured once for what is shown: to measure lays the host out anew, which asks again."""
        parts = (self.label, self.details, self.details_button, self.action_button)
        shown = (widest, self.fontMetrics().height(), *((p.isHidden(), p.text()) for p in parts))
        if shown != self._measured:
            self._fitting, self._measured = self._measure(widest), shown
        return self._fitting

    def _measure(self, widest: int) -> QSize:
        """In one line where that fits, else as wide as may be, the buttons below the text."""
        layout = self.layout()
        assert layout is not None, "it was laid out when it was made"
        self._body.setDirection(QBoxLayout.Direction.LeftToRight)
        self.label.setWordWrap(False)
        layout.activate()
        one_line = layout.totalSizeHint()
        self.label.setWordWrap(True)
        fits = one_line.width() <= widest
        if not fits:
            self._body.setDirection(QBoxLayout.Direction.TopToBottom)
        layout.activate()
        if fits and self.details.isHidden():
            return one_line
        return QSize(widest, layout.totalHeightForWidth(widest))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is under it has another size or shows other parts."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and not self.isHidden():
            self._placing.start()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """In its place before it is seen: else the mouse would seem to be over it."""
        self.place()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _on_action(self) -> None:
        act = self._act
        self.clear()  # first: what is done may have something to say itself
        if act is not None:
            act()

    def _on_details(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self._going.stop()
        self.place()

    def _on_time(self) -> None:
        if self.underMouse() or self.isAncestorOf(QApplication.focusWidget() or self._host):
            self._going.start(_SHORTEST_MS)
        else:
            self.clear()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new) and not (old and self.isAncestorOf(old)):
            self._came_from = old


def _within(host: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(host, QPoint(0, 0)), widget.size())
