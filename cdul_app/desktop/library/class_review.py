"""Reviewing one class page by page: Enter answers what is on the screen as the threshold says."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import label, shortened
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.desktop.widgets.one_line import OneLine
from cdul_app.language import figure, tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.project import Project


class ClassReview(QObject):
    """What Enter would answer for each photo; exceptions get the opposite."""

    changed = Signal()

    def __init__(
        self, session: ProjectSession, page: Callable[[], NDArray[np.int64]], parent: QObject
    ) -> None:
        """`page` gives the rows of the session that are wholly on the screen."""
        super().__init__(parent)
        self._project = session.project
        self._page = page
        self._class_id: int | None = None
        self._exceptions: set[int] = set()  # photo identifiers
        session.answers_changed.connect(lambda _: self.changed.emit())
        session.thresholds_changed.connect(self.changed)
        session.classes_changed.connect(lambda: None if self.is_active else self.stop())

    @property
    def column(self) -> int | None:
        """The class under review, None while there is none."""
        identifiers = [record.identifier for record in self._project.classes]
        return identifiers.index(self._class_id) if self._class_id in identifiers else None

    @property
    def is_active(self) -> bool:
        return self.column is not None

    def start(self, column: int) -> None:
        self._class_id = self._project.classes[column].identifier
        self._exceptions.clear()
        self.changed.emit()

    def stop(self) -> None:
        if self._class_id is not None:
            self._class_id = None
            self._exceptions.clear()
            self.changed.emit()

    def toggle(self, row: int) -> None:
        """Make a photo an exception, or no longer; an answered one is none."""
        if self.will_be(row) is not None:
            self._exceptions ^= {int(self._project.photos.ids[row])}
            self.changed.emit()

    def is_exception(self, row: int) -> bool:
        return int(self._project.photos.ids[row]) in self._exceptions

    def will_be(self, row: int) -> int | None:
        """YES or NO, what accepting the page answers; None where the photo is answered already,
        cannot be read, or has no score."""
        column, project = self.column, self._project
        kind = project.display_kind
        scores = None if kind is None else project.scores(kind)
        if (
            column is None
            or scores is None
            or np.isnan(scores[row, column])
            or project.answers[row, column] != UNOBSERVED
            or row in project.photos.errors
        ):
            return None
        labelled = bool(scores[row, column] >= project.classes.thresholds[column])
        return YES if labelled != self.is_exception(row) else NO

    def on_page(self, row: int) -> bool:
        """Whether Enter is about this photo: one half outside is not."""
        return bool((self._page() == row).any())

    def page_answers(self) -> dict[int, int]:
        """What Enter would write now: rows of the page, each YES or NO."""
        found = {int(row): self.will_be(int(row)) for row in self._page()}
        return {row: value for row, value in found.items() if value is not None}

    def accept_page(self) -> int:
        """Answer the page, as one step.  Returns how many answers that were."""
        column, answers = self.column, self.page_answers()
        if column is None or not answers:
            return 0
        self._exceptions -= {int(self._project.photos.ids[row]) for row in answers}
        self._project.decisions.answer_each(
            np.array(list(answers), dtype=np.int64),
            column,
            np.array(list(answers.values()), dtype=np.int8),
        )
        return len(answers)


class ReviewBar(QWidget):
    """Says what Enter will do, before it is pressed."""

    def __init__(
        self,
        project: Project,
        review: ClassReview,
        accept: Callable[[], object],
        leave: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._project, self._review = project, review
        self.setProperty("role", "bar")
        self.title, self.what = label(), label()
        self.hint = ElidedLabel(tr("Click the photos that are wrong."))
        self.hint.setProperty("role", "muted")
        self.accept_button = push_button(tr("Accept page  (Enter)"), accept, role="primary")
        self.leave_button = push_button(tr("Leave  (Esc)"), leave)
        told = OneLine(self.title, self.what, spacing=SPACING[1])
        told.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        horizontal(
            told, (self.hint, 1), self.leave_button, self.accept_button,
            on=self, spacing=SPACING[2], margins=(SPACING[2], 0),
        )  # fmt: skip

    def refresh(self) -> None:
        column = self._review.column
        if column is None:
            return
        answers = list(self._review.page_answers().values())
        yes, no = answers.count(YES), answers.count(NO)
        classes = self._project.classes
        threshold = figure(classes.thresholds[column], ".2f")
        self.title.setText(f"{shortened(classes[column].name)} ≥ {threshold}")
        if answers:
            self.what.setText(tr("Enter answers {yes} yes, {no} no.", yes=yes, no=no))
        else:
            self.what.setText(tr("All answered: Enter goes on."))
        self.hint.setVisible(bool(answers))
