"""Deciding with single keys in the grid."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from cdul_app.desktop.keys.key_map import class_actions, page_action
from cdul_app.desktop.keys.photo_menu import PhotoMenu
from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, UNOBSERVED, YES


class GridReview(QObject):
    """The grid's keys; what they do needs the library's selection and the session."""

    def __init__(
        self, session: ProjectSession, library: LibraryPage, undo: Callable[[], object]
    ) -> None:
        super().__init__(library)
        self._session = session
        self._project = session.project
        self._library = library
        grid = library.grid
        for name, act in (
            ("yes", lambda: library.answer_selected(YES)),
            ("no", lambda: library.answer_selected(NO)),
            ("clear", lambda: library.answer_selected(UNOBSERVED)),
            ("skip", self._skip),
            ("take_back", undo),
            ("flag", self.toggle_flag),
            ("next_unreviewed", lambda: self.go_to_unreviewed(1)),
            ("previous_unreviewed", lambda: self.go_to_unreviewed(-1)),
            ("open_photo", self._open),
            ("leave", self._leave),
            ("review_class", library.toggle_class_review),
            ("similar", library.search_like_current),
            ("select_all", grid.selectAll),
        ):
            page_action(name, grid, act)
        class_actions(grid, self.toggle_class)
        self.menu = PhotoMenu(
            grid,
            [
                ("open_photo", library.open_current),
                ("yes", lambda: library.answer_selected(YES)),
                ("no", lambda: library.answer_selected(NO)),
                ("clear", lambda: library.answer_selected(UNOBSERVED)),
                ("similar", library.search_like_current),
                ("flag", self.toggle_flag),
                ("select_all", grid.selectAll),
            ],
        )

    def toggle_class(self, column: int) -> None:
        """Yes for a class on the selected photos; no where all of them have it already."""
        rows = self._library.selected_rows()
        if column >= len(self._project.classes) or not len(rows):
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

    def go_to_unreviewed(self, step: int) -> None:
        """The next photo without an answer, for the chosen class where there is one."""
        rows, column = self._library.model.rows, self._library.column
        answers = self._project.answers[rows]
        open_ones = (
            (answers == UNOBSERVED).all(axis=1)
            if column is None
            else answers[:, column] == UNOBSERVED
        )
        places = np.flatnonzero(open_ones)
        if not places.size:
            self._library.say.emit("Every photo that is shown is reviewed.")
            return
        current = self._library.grid.currentIndex().row()
        if step > 0:
            ahead = places[places > current]
            self._library.choose_place(int(ahead[0] if ahead.size else places[0]))
        else:
            behind = places[places < current]
            self._library.choose_place(int(behind[-1] if behind.size else places[-1]))

    def _skip(self) -> None:
        if self._library.review.is_active:
            self._library.toggle_exception(self._library.grid.currentIndex())
        else:
            self._library.select_next()

    def _open(self) -> None:
        if self._library.review.is_active:
            self._library.accept_page()
        else:
            self._library.open_current()

    def _leave(self) -> None:
        if self._library.review.is_active:
            self._library.toggle_class_review()
        else:
            self._library.grid.clearSelection()
