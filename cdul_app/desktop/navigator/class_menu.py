"""What can be done with a class, by the right mouse button and by its keys."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from cdul_app.classes.class_list import KEYED_CLASSES
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.shortcuts import class_key, class_key_mark
from cdul_app.desktop.look.painting import paint_dot
from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.theme import CLASS_COLORS, class_color
from cdul_app.desktop.navigator.class_like_dialog import ClassLikeDialog
from cdul_app.desktop.navigator.class_picker import ClassPicker
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.errors import UserError
from cdul_app.language import ntr, tr
from cdul_app.project.classes.class_edits import (
    add_class_like,
    describe_by_photos,
    merge_classes,
    move_class,
    remove_classes,
    rename_class,
    set_class_color,
    set_class_key,
)


class ClassActs(QObject):
    """Changes of the list, each confirmed in a line with Undo, or refused with the reason."""

    notice = Signal(object)  # Notice

    def __init__(
        self, session: ProjectSession, undo: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._project = session.project
        self._current = session.current_class
        self._undo = undo
        self._window = parent

    def rename(self, column: int, name: str) -> None:
        """A name that another class has is refused, and merging the two is offered."""
        words = tr("“{old}” is “{new}” now.", old=self._name(column), new=name)
        other, merge = self._project.classes.find(name), None
        if other is not None and other != column:
            pair = self._project.classes.ids[column], self._project.classes.ids[other]
            merge = partial(self._merge_found, *pair)
        self._act(lambda: rename_class(self._project, column, name), words, merge)

    def remove(self, column: int) -> None:
        words = tr("“{name}” is out of the list; its answers are kept.", name=self._name(column))
        self._act(lambda: remove_classes(self._project, [column]), words)

    def merge(self, column: int, into: int) -> None:
        words = tr(
            "“{name}” is part of “{other}” now.", name=self._name(column), other=self._name(into)
        )
        target = self._project.classes[into].identifier
        if self._act(lambda: merge_classes(self._project, column, into), words):
            self._current.choose(self._project.classes.ids.index(target))

    def _merge_found(self, part: int, whole: int) -> None:
        """By their identifiers: the list may be another since it was offered."""
        ids = self._project.classes.ids
        if part in ids and whole in ids:
            self.merge(ids.index(part), ids.index(whole))

    def choose_merge(self, column: int) -> None:
        """Ask into which class."""
        name = self._name(column)
        others = [
            (other, record.name)
            for other, record in enumerate(self._project.classes)
            if other != column
        ]
        picker = ClassPicker(
            tr("Merge classes"),
            tr(
                "“{name}” becomes part of the class that you choose: photos you said yes to for it "
                "count as a yes there, and it leaves the list. This can be undone.",
                name=shortened(name, 60),
            ),
            tr("Merge"),
            others,
            self._window,
        )
        if picker.exec() and picker.column is not None:
            self.merge(column, picker.column)
        picker.deleteLater()

    def describe_by(self, column: int, rows: Sequence[int]) -> None:
        """Let photos describe the class, beside its words."""
        words = ntr(
            "“{name}” is described by this photo as well. Label again to see it.",
            "“{name}” is described by these {n} photos as well. Label again to see it.",
            len(rows),
            name=self._name(column),
        )
        self._act(lambda: describe_by_photos(self._project, column, rows), words)

    def choose_class_like(self, rows: Sequence[int]) -> None:
        """Ask for the name of a class that photos describe."""
        dialog = ClassLikeDialog(len(rows), self._window)
        if dialog.exec():
            self.add_like(dialog.name.text(), rows, alone=dialog.alone.isChecked())
        dialog.deleteLater()

    def add_like(self, name: str, rows: Sequence[int], *, alone: bool) -> None:
        words = tr("“{name}” is in the list. Label again to see it.", name=name.strip())
        if self._act(lambda: add_class_like(self._project, name, rows, alone=alone), words):
            self._current.choose(len(self._project.classes) - 1)

    def set_color(self, column: int, color: int | None) -> None:
        self._act(lambda: set_class_color(self._project, column, color))

    def set_key(self, column: int, key: int | None) -> None:
        self._act(lambda: set_class_key(self._project, column, key))

    def move(self, column: int, by: int) -> None:
        place = column + by
        if 0 <= place < len(self._project.classes):
            self._act(lambda: move_class(self._project, column, place))

    def _name(self, column: int) -> str:
        return shortened(self._project.classes[column].name)

    def _act(
        self,
        act: Callable[[], object],
        words: str = "",
        merge: Callable[[], object] | None = None,
    ) -> bool:
        """merge : offered where it is refused."""
        before = self._project.classes
        try:
            act()
        except UserError as error:
            offer = "" if merge is None else tr("Merge")
            self.notice.emit(Notice(str(error), Tone.ERROR, offer, merge))
            return False
        if words and self._project.classes != before:
            self.notice.emit(Notice(words, Tone.SUCCESS, tr("Undo"), self._undo, passing=True))
        return True


def class_menu(
    acts: ClassActs,
    session: ProjectSession,
    column: int,
    ways: dict[str, Callable[[], object]],
    rename: Callable[[], object],
    parent: QWidget,
) -> QMenu:
    """ways : what one can do with its photos, by the names of their keys or as their titles."""
    classes = session.project.classes
    name = shortened(classes[column].name)
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(into: QMenu, text: str, act: Callable[[], object], key: str = "") -> None:
        # Behind a tab, as text: a second shortcut of the same key would block the first.
        entry = into.addAction(without_mnemonic(text) + (f"\t{key}" if key else ""))
        entry.triggered.connect(lambda _=False: act())

    for title, act in ways.items():
        add(menu, title.format(name), act)
    menu.addSeparator()
    add(menu, tr("Rename {name}", name=name), rename, key_map().shown("rename_class"))
    add(menu, tr("Merge {name} into…", name=name), lambda: acts.choose_merge(column))
    _add_colors(menu.addMenu(tr("Colour")), acts, classes[column].color, column)
    _add_keys(menu.addMenu(tr("Key")), acts, session, column)
    add(menu, tr("Move up"), lambda: acts.move(column, -1))
    add(menu, tr("Move down"), lambda: acts.move(column, 1))
    menu.addSeparator()
    add(
        menu,
        tr("Remove {name}", name=name),
        lambda: acts.remove(column),
        key_map().shown("remove_class"),
    )
    return menu


def _add_colors(menu: QMenu, acts: ClassActs, chosen: int | None, column: int) -> None:
    automatic = menu.addAction(tr("Automatic"), partial(acts.set_color, column, None))
    automatic.setCheckable(True)
    automatic.setChecked(chosen is None)
    for color, title in enumerate(CLASS_COLORS):
        entry = menu.addAction(_dot(color), title, partial(acts.set_color, column, color))
        entry.setCheckable(True)
        entry.setChecked(chosen == color)


def _add_keys(menu: QMenu, acts: ClassActs, session: ProjectSession, column: int) -> None:
    classes = session.project.classes
    automatic = menu.addAction(tr("Automatic"), partial(acts.set_key, column, None))
    automatic.setCheckable(True)
    automatic.setChecked(classes[column].key is None)
    for place in range(KEYED_CLASSES):
        owner = classes.column_of_key(place)
        of = "" if owner is None or owner == column else f"   ({shortened(classes[owner].name)})"
        text = without_mnemonic(f"{class_key_mark(place)}{of}")
        entry = menu.addAction(text, partial(acts.set_key, column, place))
        entry.setCheckable(True)
        entry.setChecked(classes[column].key == place)
        entry.setToolTip(plain_tip(class_key(place)))


def _dot(color: int) -> QIcon:
    pixmap = QPixmap(16, 16)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_dot(painter, 2, 2, 12, class_color(color))
    painter.end()
    return QIcon(pixmap)
