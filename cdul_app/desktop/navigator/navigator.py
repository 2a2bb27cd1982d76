"""Beside the photos: the list of classes, where one chooses which class one is at."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QMenu,
    QWidget,
)

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.navigator.class_menu import ClassActs, class_menu
from cdul_app.desktop.navigator.class_rows import ClassOrder, ClassRow
from cdul_app.desktop.navigator.navigator_delegate import NavigatorDelegate
from cdul_app.desktop.navigator.navigator_model import EmptyClasses, NavigatorModel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.layouts import horizontal, paint_as, vertical
from cdul_app.language import tr

WIDTH = 232  # pixels at first
MINIMUM_WIDTH = 160
_RECOUNT_MS = 40  # many answers given at once are counted once


class Navigator(QWidget):
    """Shows and sets the session's current class; typing finds one, its menu changes it."""

    left = Signal()  # a class is chosen, or nothing is: the hand goes on at the photos
    list_wanted = Signal()  # the editor of the whole list

    def __init__(
        self, session: ProjectSession, undo: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        paint_as(self, "side")
        self.setProperty("side", "left")
        self.setAccessibleName(tr("Classes"))
        self.setMinimumWidth(MINIMUM_WIDTH)
        self._session = session
        self._project = session.project
        self.ways: dict[str, Callable[[], object]] = {}  # entries of the menu, see class_menu
        self.acts = ClassActs(session, undo, self)
        self.model = NavigatorModel(session, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(NavigatorDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("Classes"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.field = QLineEdit()
        self.field.setClearButtonEnabled(True)
        self.field.setPlaceholderText(tr("Find a class"))
        self.field.setAccessibleName(tr("Find a class by its name"))
        self.field.installEventFilter(self)
        self.order_button = tool_button("sort-down", tr("Order of the classes"))
        self.order_button.setMenu(self._make_orders())
        self.order_button.setPopupMode(self.order_button.ToolButtonPopupMode.InstantPopup)
        self.edit_button = tool_button("edit", tr("Edit the list of classes"), self.list_wanted)
        head = horizontal(
            (self.field, 1), self.order_button, self.edit_button,
            spacing=SPACING[0], margins=(SPACING[1], SPACING[1]),
        )  # fmt: skip
        vertical(head, (self.list, 1), on=self, spacing=0)
        self._recount_timer = single_shot(self, _RECOUNT_MS, self.model.recount)
        self._connect()
        self._reload()

    def focus_field(self) -> None:
        """Type a part of a name, then Enter."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def start_renaming(self) -> None:
        """The current class, in its row."""
        place = self.model.place_of(self._session.current_class.column)
        if place is not None and self._session.current_class.column is not None:
            self.list.edit(self.model.index(place))

    def remove_current(self) -> None:
        column = self._session.current_class.column
        if column is not None:
            self.acts.remove(column)

    def stop_waiting(self) -> None:
        """The project is about to be closed."""
        self._recount_timer.stop()

    def make_menu(self, column: int) -> QMenu:
        return class_menu(
            self.acts, self._session, column, self.ways, self.start_renaming, self.list
        )

    # ---- building ----

    def _make_orders(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        menu.setToolTipsVisible(True)
        for order in ClassOrder:
            action: QAction = group.addAction(menu.addAction(order.heading))
            action.setCheckable(True)
            action.setChecked(order is self.model.order)
            action.setToolTip(plain_tip(order.meaning))
            action.triggered.connect(lambda _=False, chosen=order: self._show(order=chosen))
        return menu

    def _connect(self) -> None:
        session = self._session
        session.classes_changed.connect(self._reload)
        for changed in (session.photos_changed, session.scores_changed):
            changed.connect(self._reload)
        for changed in (
            session.thresholds_changed,
            session.answers_changed,
            session.first_labels_came,
        ):
            changed.connect(lambda *_: self._recount_timer.start())
        session.current_class.changed.connect(self._mark_current)
        self.model.renamed.connect(self._on_renamed)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.clicked.connect(self._on_clicked)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.field.textChanged.connect(lambda text: self._show(text=text))
        self.field.returnPressed.connect(self._on_entered)
        for name, act in (
            ("rename_class", self.start_renaming),
            ("remove_class", self.remove_current),
        ):
            action = QAction(self.list)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            key_map().bind(action, name)
            self.list.addAction(action)

    # ---- reacting ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go from the field into the list, Esc back to the photos."""
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
        ):
            if event.key() == Qt.Key.Key_Escape:
                self.field.clear()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _reload(self) -> None:
        self._recount_timer.stop()
        self.model.reload()
        self._mark_current()

    def _show(self, *, order: ClassOrder | None = None, text: str | None = None) -> None:
        self.model.show(order=order, text=text)
        self._mark_current()

    def _mark_current(self) -> None:
        column = self._session.current_class.column
        place = self.model.place_of(column)
        if place is None and column is not None and not self.model.text:
            self.model.show(shows_empty=True)  # it is folded away
            place = self.model.place_of(column)
        selection = self.list.selectionModel()
        if place is None:
            selection.clear()
            return
        selection.setCurrentIndex(
            self.model.index(place), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.list.scrollTo(self.model.index(place))

    def _on_current(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row = self.model.rows[index.row()]
        if not isinstance(row, EmptyClasses):
            self._session.current_class.choose(row.column if isinstance(row, ClassRow) else None)

    def _on_clicked(self, index: QModelIndex) -> None:
        if isinstance(self.model.rows[index.row()], EmptyClasses):
            self.model.show(shows_empty=not self.model.shows_empty)
            self._mark_current()
        else:
            self._on_current(index)

    def _on_renamed(self, column: int, name: str) -> None:
        """The list that is shown anew takes the field away, and with it the keys."""
        field = QApplication.focusWidget()
        is_typing = field is not None and self.list.isAncestorOf(field)
        self.acts.rename(column, name)
        if is_typing:
            self.list.setFocus()

    def _on_entered(self) -> None:
        """The first class that was found."""
        row = next((row for row in self.model.rows if isinstance(row, ClassRow)), None)
        if row is not None:
            self._session.current_class.choose(row.column)
            self.field.clear()
            self.left.emit()

    def _on_menu(self, place: QPoint) -> None:
        column = self.model.column_at(self.list.indexAt(place))
        if column is not None:
            self._session.current_class.choose(column)
            self.make_menu(column).popup(self.list.viewport().mapToGlobal(place))
