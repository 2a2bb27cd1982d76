"""Deciding with single keys in the grid."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from cdul_app.desktop.file_manager import go_to_file, way_to_file
from cdul_app.desktop.keys.key_map import class_actions, key_map, page_action
from cdul_app.desktop.keys.shortcuts import shortcut
from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.language import tr, translatable
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

Act = Callable[[], object]
_IN_MENU = ("open_photo", "yes", "no", "clear", "similar", "flag", "show_file", "select_all")


class GridKeys(QObject):
    """The grid's keys; what they do needs the library's selection and the session."""

    def __init__(
        self, session: ProjectSession, library: LibraryPage, undo: Callable[[], object]
    ) -> None:
        super().__init__(library)
        self._session = session
        self._project = session.project
        self._library = library
        grid, review = library.grid, library.review

        def either(under_review: Act, else_: Act) -> Act:
            return lambda: under_review() if review.is_active else else_()

        # Letters: wherever the hand is on the page, but in a field that takes them itself.
        letters: dict[str, Act] = {
            "yes": lambda: self.answer_selected(YES),
            "no": lambda: self.answer_selected(NO),
            "clear": lambda: self.answer_selected(UNOBSERVED),
            "flag": self.toggle_flag,
            "review_class": library.toggle_class_review,
            "similar": library.search_like_current,
            "find_class": library.navigator.focus_field,
        }
        acts: dict[str, Act] = {
            "skip": either(
                lambda: library.toggle_exception(grid.currentIndex()), library.select_next
            ),
            "take_back": undo,
            "next_unreviewed": lambda: self.go_to_unreviewed(1),
            "previous_unreviewed": lambda: self.go_to_unreviewed(-1),
            "open_photo": either(library.accept_page, library.open_current),
            "leave": either(library.toggle_class_review, self.leave),
            "show_file": self.show_file,
            "select_all": grid.selectAll,
        }
        for name, act in letters.items():
            page_action(name, library, act)
        for name, act in acts.items():
            page_action(name, grid, act)
        class_actions(library, session.project, self.toggle_class)
        self._in_menu = {name: (letters | acts)[name] for name in _IN_MENU} | {
            "open_photo": library.open_current
        }
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._on_menu)

    def make_menu(self) -> QMenu:
        """What the right mouse button offers: actions of the key table, each with its key."""
        menu = QMenu(self._library.grid)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, act in self._in_menu.items():
            # Behind a tab, as text: a second shortcut of the same key would block the first.
            entry = menu.addAction(
                without_mnemonic(f"{self._title(name)}\t{key_map().shown(name)}")
            )
            entry.triggered.connect(lambda _=False, act=act: act())
        self._add_like_these(menu)
        return menu

    def _add_like_these(self, menu: QMenu) -> None:
        """The photos that are selected describe a class."""
        if self._project.location.read_only:
            return
        acts, rows = self._library.navigator.acts, self._library.selected_rows().tolist()
        column = self._session.current_class.column
        menu.addSeparator()
        new = menu.addAction(tr("New class like these…"))
        new.triggered.connect(lambda: acts.choose_class_like(rows))
        if column is not None:
            name = shortened(self._session.current_class.name)
            also = menu.addAction(without_mnemonic(tr("{name} looks like these", name=name)))
            also.triggered.connect(lambda: acts.describe_by(column, rows))

    def _title(self, name: str) -> str:
        """An entry names its object: “Yes: person”."""
        titles = {
            "yes": translatable("Yes: {name}"),
            "no": translatable("No: {name}"),
            "clear": translatable("Clear the answer: {name}"),
        }
        class_name = shortened(self._session.current_class.name)
        if name in titles and class_name:
            return tr(titles[name], name=class_name)
        rows = self._library.selected_rows()
        if name == "show_file" and len(rows):
            return way_to_file(self._project.photos.absolute(int(rows[0]))).value
        return shortcut(name).text

    def leave(self) -> None:
        """First the selection goes, then the class."""
        grid = self._library.grid
        if grid.selectionModel().hasSelection():
            grid.clearSelection()
        else:
            self._session.current_class.choose(None)

    def answer_selected(self, value: int) -> None:
        """Answer the chosen class on the selected photos, one undo step."""
        library = self._library
        rows = library.selected_rows()
        if library.column is None:
            library.say.emit(
                tr("Choose a class in the list on the left first (/ finds one): Y and N answer it.")
            )
        elif not len(rows):
            library.say.emit(tr("Select photos first: click one, Shift-click for a range."))
        else:
            self._project.decisions.answer(rows, library.column, value)
            if len(rows) == 1:
                library.select_next()

    def toggle_class(self, column: int) -> None:
        """Yes for a class on the selected photos; no where all of them have it already."""
        rows = self._library.selected_rows()
        if not len(rows):
            self._library.say.emit(tr("Select photos first: click one, Shift-click for a range."))
            return
        if len(rows) == 1:
            labelled = bool(self._project.facts.predicted_row(int(rows[0]))[column])
        else:
            labelled = bool(self._project.facts.labels.values()[rows, column].all())
        self._project.decisions.answer(rows, column, NO if labelled else YES)

    def toggle_flag(self) -> None:
        rows = self._library.selected_rows()
        if len(rows):
            self._project.decisions.flag(rows, not bool(self._project.flags[rows].all()))

    def show_file(self) -> None:
        rows = self._library.selected_rows()
        if len(rows) and (told := go_to_file(self._project.photos.absolute(int(rows[0])))):
            self._library.say.emit(told)

    def go_to_unreviewed(self, step: int) -> None:
        """The next photo without an answer, for the chosen class where there is one."""
        rows, column = self._library.model.rows, self._library.column
        unanswered = self._project.answers[rows] == UNOBSERVED
        places = np.flatnonzero(unanswered.all(axis=1) if column is None else unanswered[:, column])
        if not places.size:
            self._library.say.emit(tr("Every photo that is shown is reviewed."))
            return
        # After the last one comes the first, and before that the last.
        current = self._library.grid.currentIndex().row()
        if step > 0:
            place = np.searchsorted(places, current, side="right") % len(places)
        else:
            place = np.searchsorted(places, current) - 1
        self._library.choose_place(int(places[place]))

    def _on_menu(self, place: QPoint) -> None:
        grid = self._library.grid
        if grid.selectionModel().hasSelection():
            self.make_menu().popup(grid.viewport().mapToGlobal(place))
