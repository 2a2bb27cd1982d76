"""A person at the window: real clicks and keys on what can be seen, and a count of decisions."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.widgets.disclosure import Disclosure

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
_HANDS = {
    QEvent.Type.MouseButtonPress: "mouse",
    QEvent.Type.MouseButtonDblClick: "mouse",
    QEvent.Type.KeyPress: "keys",
}


class Person(QObject):
    def __init__(self, qtbot, window: MainWindow) -> None:
        super().__init__(window)
        self.qtbot, self.window = qtbot, window
        self.decisions: list[str] = []
        self.advanced: list[str] = []  # titles of what was unfolded
        self.hands: set[str] = set()  # that were used: "mouse", "keys"
        QApplication.instance().installEventFilter(self)

    def decides(self, what: str) -> None:
        """Everything that is chosen, written or started counts as one."""
        self.decisions.append(what)

    def leaves(self) -> None:
        QApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS and event.spontaneous():
            self.hands.add(_HANDS[event.type()])
        if event.type() is QEvent.Type.Show and isinstance(watched.parent(), Disclosure):
            disclosure = watched.parent()
            if watched is not disclosure.button and disclosure.button.isChecked():
                self.advanced.append(disclosure.button.text())
        return False

    def comes_to(self, wanted: Callable[[], object], *, within_s: int = 60) -> None:
        self.qtbot.waitUntil(lambda: bool(wanted()), timeout=within_s * 1000)

    # ---- mouse ----

    def clicks(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Only where it can be seen and nothing lies over it."""
        self._sees(widget, at)
        QTest.mouseClick(widget, LEFT, NO_KEY, at if at is not None else widget.rect().center())

    def clicks_row(self, view: QAbstractItemView, place: int) -> None:
        self.clicks(view.viewport(), self._place(view, place))

    def asks_for_menu(self, view: QAbstractItemView, place: int) -> QMenu:
        """The right button, on a row."""
        at = self._place(view, place)
        self._sees(view.viewport(), at)
        QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, NO_KEY, at)
        # No platform is here that would make it of the press.
        asked = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at)
        )
        QApplication.sendEvent(view.viewport(), asked)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "no menu came"
        return menu

    def chooses(self, menu: QMenu, beginning: str) -> None:
        """An entry of a menu that is open, by how its text begins."""
        self.comes_to(menu.isVisible)
        entry = next(each for each in menu.actions() if each.text().startswith(beginning))
        QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(entry).center())

    def _place(self, view: QAbstractItemView, place: int) -> QPoint:
        index = view.model().index(place, 0)
        view.scrollTo(index)
        return view.visualRect(index).center()

    def _sees(self, widget: QWidget, at: QPoint | None) -> None:
        what = widget.accessibleName() or widget.objectName()
        assert widget.isVisible(), what
        assert widget.isEnabled(), what
        window = widget.window()

        def met_there() -> QWidget | None:
            place = at if at is not None else widget.rect().center()
            return window.childAt(widget.mapTo(window, place))

        self.comes_to(met_there)  # once it is laid out
        met = met_there()
        assert met is not None, f"{what} is outside the window"
        assert met is widget or widget.isAncestorOf(met), f"{met} lies over {what}"

    # ---- keys ----

    def presses(self, key: Qt.Key, modifiers=NO_KEY) -> None:
        """To whatever has the focus; what popped up comes first."""
        QTest.keyClick(_focused(), key, modifiers)

    def writes(self, text: str) -> None:
        QTest.keyClicks(_focused(), text)

    def walks_to(self, widget: QWidget) -> None:
        """By Tab, and by F6 from one part of the window to the next."""
        assert widget.isVisible(), widget.accessibleName()
        for _ in range(10):
            for _ in range(30):
                focused = QApplication.focusWidget()
                if focused is widget or widget.isAncestorOf(focused):
                    return
                part = focused.parentWidget()
                self.presses(Qt.Key.Key_Tab)
                if QApplication.focusWidget() is focused or part is None:
                    break
            self.presses(Qt.Key.Key_F6)
        raise AssertionError(f"no key leads to {widget.accessibleName()}")


def _focused() -> QWidget:
    return QApplication.activePopupWidget() or QApplication.focusWidget()
