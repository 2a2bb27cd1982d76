"""The one place where the window tells what happened: the line at its bottom.

As desktop apps with a status line do (Blender, Dolphin, Krita): a toast over the page, as phones
have it, would lie over the photos that one works on.
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLayout, QSizePolicy, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label, make_selectable, show_linked, show_plain
from cdul_app.desktop.widgets.layouts import horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Notice, Tone
from cdul_app.language import tr

LINE_HEIGHT = 32  # pixels
_SHORTEST_MS, _MS_A_LETTER = 4_000, 60  # how long it stays, by how long it takes to read
_WIDEST_TEXT = 720  # pixels of one that has several lines
_LASTING = (Tone.WARNING, Tone.ERROR)


class NoticeOverlay(Message):
    """One notice at a time, which moves nothing of the page.

    What does not fit ends in an ellipsis, and a button unfolds it; a warning, or what went wrong,
    is unfolded at once.  Unfolded it rises above its line.  What is good news and asks nothing goes
    by itself, but not under the mouse or the keys.
    """

    width_taken = Signal(int)  # pixels of the line, 0 where nothing is told

    def __init__(self, host: QWidget, line: Callable[[], QRect]) -> None:
        """host : what it lies over.  line : where in that it lies, asked anew."""
        super().__init__(dismissible=True, parent=host)
        self._host, self._line = host, line
        self._notice = Notice("")
        self._unfolded = False  # by its button
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
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        for each in (self.label, self.details):
            each.setSizePolicy(policy)
        self.glyph.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # A click leaves the focus where the hands are; Tab comes here all the same.
        for button in (self.details_button, self.action_button, self.dismiss_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = horizontal(
            self.glyph, (self.label, 1), self.details_button, self.action_button,
            self.dismiss_button, spacing=SPACING[1],
        )  # fmt: skip
        vertical(line, self.details, on=self, spacing=SPACING[1], margins=(SPACING[2], 0, 0, 0))
        self.details_button.hide()
        self.details.hide()

    @property
    def entry(self) -> QWidget:
        """The button that one comes to by a key."""
        return self.dismiss_button if self._act is None else self.action_button

    def show_notice(self, notice: Notice) -> None:
        self._act = None
        self._notice, self._unfolded = notice, False
        self.details.setText(notice.details)
        self.details.hide()
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

    def clear_passing(self) -> None:
        """What one did since, or where one is by now, is another thing."""
        if self._notice.passing:
            self.clear()

    def clear(self) -> None:
        """The focus goes back to where it came from."""
        self._notice = Notice("")
        came_from, self._came_from = self._came_from, None
        has_focus = self.isAncestorOf(QApplication.focusWidget() or self._host)
        super().clear()
        self.width_taken.emit(0)
        if has_focus and came_from is not None and shiboken6.isValid(came_from):
            came_from.setFocus()

    def place(self) -> None:
        """In its line, or from there up."""
        line = self._line()
        place = QRect(line.topLeft(), self._size(line.size()))
        if place.height() <= line.height():
            place.moveCenter(line.center())
            place.moveLeft(line.left())
        else:
            place.moveBottom(line.bottom())
        self.setGeometry(place)
        self.width_taken.emit(place.width())

    def _size(self, most: QSize) -> QSize:
        """Measured once for what is shown: to measure lays the host out anew, which asks again."""
        shown = most, self.fontMetrics().height(), self._unfolded, self._notice
        if shown != self._measured:
            self._fitting, self._measured = self._measure(most), shown
        return self._fitting

    def _measure(self, most: QSize) -> QSize:
        """In one line where that fits, or where it is not to be shown whole."""
        notice, is_whole = self._notice, self._unfolded or self._notice.tone in _LASTING
        text_width = self.label.fontMetrics().horizontalAdvance(notice.text) + 1
        self.details_button.setVisible(bool(notice.details))
        fits = self._width_beside() + text_width <= most.width()
        if not fits:
            self.details_button.setVisible(bool(notice.details) or notice.tone not in _LASTING)
        beside, is_wrapped = self._width_beside(), is_whole and not fits
        self.label.setWordWrap(is_wrapped)
        if fits or is_wrapped:
            show_linked(self.label, notice.text)
        else:
            room, right = most.width() - beside, Qt.TextElideMode.ElideRight
            show_plain(self.label, self.label.fontMetrics().elidedText(notice.text, right, room))
        layout = self._laid_out()
        if not is_wrapped and self.details.isHidden():
            height = min(most.height(), layout.totalMinimumSize().height())
            return QSize(min(most.width(), beside + text_width), height)
        width = min(most.width(), beside + _WIDEST_TEXT)
        return QSize(width, layout.totalHeightForWidth(width))

    def _width_beside(self) -> int:
        """Of all but the sentence, which gives way."""
        return self._laid_out().totalMinimumSize().width()

    def _laid_out(self) -> QLayout:
        layout = self.layout()
        assert layout is not None, "it was laid out when it was made"
        layout.activate()
        return layout

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
        self._unfolded = not self._unfolded
        self.details.setVisible(self._unfolded and bool(self._notice.details))
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
