"""An open project in the window: the grid, the photo page, the job bar, and their keys."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.collection.collection_page import CollectionPage
from cdul_app.desktop.hints import Hints
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.library.grid_keys import GridKeys
from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.overlays.notice_overlay import NoticeOverlay
from cdul_app.desktop.pages.question_page import QuestionPage
from cdul_app.desktop.pages.snippet_wall import SnippetWall
from cdul_app.desktop.panels.job_bar import JobBar
from cdul_app.desktop.panels.job_panel import JobPanel, changes_text
from cdul_app.desktop.photo.photo_page import PhotoPage
from cdul_app.desktop.read_only import lock_changes
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.steps.next_act_bar import NextActBar
from cdul_app.desktop.steps.step_strip import StepStrip
from cdul_app.desktop.widgets.layouts import stack, vertical
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.desktop.window_parts import WindowPart, focus_part
from cdul_app.errors import UserError
from cdul_app.events import Outcome
from cdul_app.language import tr
from cdul_app.project.checking.question_round import QuestionPurpose
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey
from cdul_app.project.next_act import Step
from cdul_app.project.photo_folder import read_only_sentence
from cdul_app.project.unfinished import unfinished_training
from cdul_app.query.query_terms import StateWord

_TONES = {
    Outcome.DONE: Tone.SUCCESS,
    Outcome.CANCELLED: Tone.INFO,
    Outcome.FAILED: Tone.ERROR,
}


class ProjectView(QWidget):
    say = Signal(str, Tone)
    notice = Signal(object)  # Notice: what has a button beside it

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.messages: NoticeOverlay | None = None  # the window's, where there is one
        self._hidden = False  # whether undo or redo touched only what the filter hides
        self.strip = StepStrip(self)  # first, since Tab goes through them as they are made
        self.stack = stack(parent=self)
        self.library = LibraryPage(session, self.undo, self.stack)
        self.photo = PhotoPage(session, self.stack)
        self.questions = QuestionPage(session, self.stack)
        for page in (self.library, self.photo, self.questions):
            self.stack.addWidget(page)
        self.job_bar = JobBar(session.jobs, self)
        self.next_act = NextActBar(session, self.strip, self.library.side_panel, self)
        vertical(self.strip, (self.stack, 1), self.job_bar, on=self, spacing=0)
        if reason := read_only_sentence(session.project.location):
            self.job_bar.show_standing(reason)
            lock_changes(self.library, self.photo, reason)
        else:
            session.scores_changed.connect(self._show_standing_warning)
            self._show_standing_warning()
        self.library.photo_opened.connect(self.open_photo)
        self.library.say.connect(self._tell)
        self.library.labels_wanted.connect(self._show_class)
        self.photo.say.connect(self._tell)
        self.photo.back_requested.connect(self.show_library)
        self.questions.left.connect(self.show_library)
        panels = self.library.side_panel
        panels.when_made("Check", self._connect_check)
        panels.changed.connect(self._on_panel)
        self.library.navigator.acts.notice.connect(self.notice)
        self.library.navigator.ways = {
            tr("Review {} page by page"): self.library.toggle_class_review,
            tr("Parts of photos most like {}"): self.show_wall,
            tr("Ask me about {}"): self._calibrate_current,
        }
        self.strip.act_clicked.connect(self.act)
        self.next_act.panel_wanted.connect(self.show_library)
        self.next_act.failed.connect(lambda text: self.say.emit(text, Tone.WARNING))
        self.next_act.check_wanted.connect(self.check_class)
        self.library.review.changed.connect(self._show_owner)
        self.stack.currentChanged.connect(lambda _: self._show_owner())
        session.project.changes.decided_many.add(self._on_decided_many)
        ask = partial(self.ask, QuestionPurpose.REPORT)
        panels.when_made("Quality", lambda: panels.results.questions_requested.connect(ask))
        panels.when_made("Train", lambda: panels.train.changed_wanted.connect(self.show_changed))
        session.jobs.finished.connect(self._on_job_finished)
        session.decided_on.connect(self._on_decided)
        session.waiting.failed.connect(lambda text: self.say.emit(text, Tone.ERROR))
        session.waiting.stored.connect(lambda text: self.say.emit(text, Tone.SUCCESS))
        session.record.failed.connect(lambda text: self.say.emit(text, Tone.WARNING))
        session.evidence_failed.connect(lambda text: self.say.emit(text, Tone.WARNING))
        session.foreign.shown.connect(lambda text: self.say.emit(text, Tone.INFO))
        session.jobs.reading.failed.connect(lambda text: self.say.emit(text, Tone.WARNING))
        self.hints = Hints(session, self._is_quiet, self)
        self.hints.told.connect(self._tell)
        self.grid_keys = GridKeys(session, self.library, self.undo)
        self.photo.undo_requested.connect(self.undo)

    def _connect_check(self) -> None:
        check = self.library.side_panel.check
        check.calibration_wanted.connect(partial(self.ask, QuestionPurpose.CALIBRATION))
        check.review_wanted.connect(self.library.toggle_class_review)
        check.wall_wanted.connect(self.show_wall)
        check.collection_wanted.connect(self.show_collection)
        check.errors_wanted.connect(self._show_likely_errors)

    @cached_property
    def collection(self) -> CollectionPage:
        """Made when it is first asked for: opening a project need not wait for it."""
        page = CollectionPage(self.session, self.stack)
        self.stack.addWidget(page)
        page.left.connect(self.show_library)
        page.class_wanted.connect(self._show_class)
        page.pair_wanted.connect(self._show_pair)
        page.questions_requested.connect(partial(self.ask, QuestionPurpose.REPORT))
        return page

    @cached_property
    def wall(self) -> SnippetWall:
        """Made when it is first asked for."""
        page = SnippetWall(self.session, self.stack)
        self.stack.addWidget(page)
        page.left.connect(self.show_library)
        page.photo_wanted.connect(self._show_photo)
        return page

    def show_wall(self) -> None:
        """The best snippets of the class one is at."""
        if not self.session.project.classes:
            self._tell(tr("Name your classes and label the photos first."))
            return
        on_photo = self.stack.currentWidget() is self.photo
        column = self.photo.current_column if on_photo else self.library.column
        self.stack.setCurrentWidget(self.wall)
        self.wall.show_class(column or 0)

    def show_collection(self) -> None:
        self.stack.setCurrentWidget(self.collection)
        self.collection.classes.setFocus()

    def open_photo(self, row: int) -> None:
        self._show_photo(row, self.library.model.rows, self.library.column)

    def _show_photo(
        self, row: int, rows: Sequence[int] | NDArray[np.int64], column: int | None
    ) -> None:
        self.photo.show_photo(row, rows, column=column)
        self.stack.setCurrentWidget(self.photo)
        self.photo.setFocus()
        self.hints.on_photo(row)

    def ask(self, purpose: QuestionPurpose, column: int) -> None:
        """Questions about one class, until the person leaves them."""
        self.stack.setCurrentWidget(self.questions)
        self.questions.start(purpose, column)

    def show_library(self) -> None:
        """Back to the grid, at the photo one was looking at."""
        if self.stack.currentWidget() is self.photo and self.photo.row is not None:
            self.library.show_row(self.photo.row)
        self.stack.setCurrentWidget(self.library)
        self.library.grid.setFocus()

    def _tell(self, sentence: str) -> None:
        """What is about the page one is at, or about what one has just done."""
        self.notice.emit(Notice(sentence, passing=True))

    def undo(self) -> None:
        self._move_in_log(self.session.project.decisions.undo, tr("There is nothing to undo."))

    def redo(self) -> None:
        self._move_in_log(self.session.project.decisions.redo, tr("There is nothing to redo."))

    def _move_in_log(self, act: Callable[[], str | None], nothing: str) -> None:
        self._hidden = False
        try:
            sentence = act() or nothing
        except UserError as error:
            self.say.emit(str(error), Tone.ERROR)
            return
        if self._hidden:
            sentence = tr("{told} The filter hides what that was about.", told=sentence)
        self._tell(sentence)

    def act(self) -> None:
        """What the one primary button says."""
        if self.next_act.owner == "questions":
            self.questions.leave()
        elif self.next_act.owner == "review":
            self.library.accept_page()
        else:
            self.show_library()
            self.next_act.act()

    def train(self) -> None:
        self._show_panel("Train")
        self.library.side_panel.train.start()

    def offer_training(self) -> None:
        """One that was stopped goes on after its last whole round."""
        unfinished = unfinished_training(self.session.project)
        if unfinished is not None:
            words = tr(
                "Training was stopped after {done} of {rounds} rounds.",
                done=unfinished.epoch,
                rounds=unfinished.config.epochs,
            )
            self.notice.emit(Notice(words, Tone.INFO, tr("Continue"), self._continue_training))

    def _continue_training(self) -> None:
        unfinished = unfinished_training(self.session.project)
        if unfinished is not None:
            try:
                self.session.jobs.start_training(unfinished.config)
            except UserError as error:
                self.say.emit(str(error), Tone.WARNING)

    def check_class(self, column: int) -> None:
        """The photos of a class from where an answer is worth most, one by one or by pages."""
        self.library.filter_bar.clear()
        self.library.side_panel.put_away()
        self.show_library()
        self.library.show_to_ask(column)
        if self.library.model.rowCount():
            self.library.choose_place(0)
        name, page = self.session.current_class.name, key_map().shown("review_class")
        sentence = tr("Is it {name}? Y for yes, N for no, Space for the next.", name=name)
        if page:
            sentence = tr("{question} {key} answers a page at once.", question=sentence, key=page)
        self._tell(sentence)

    def show_export(self) -> None:
        self._show_panel("Export")
        self.library.side_panel.focus_panel()

    def toggle_side_panel(self) -> None:
        """Show or hide it; from a photo, go back to the grid and show it."""
        panel = self.library.side_panel
        if panel.isHidden() or self.stack.currentWidget() is not self.library:
            panel.show_panel(panel.current_panel)
        else:
            panel.put_away()
        self.show_library()

    def focus_filter(self) -> None:
        self.show_library()
        finder = self.library.filter_bar.finder
        finder.focus_field(finder.query)

    def focus_search(self) -> None:
        self.show_library()
        finder = self.library.filter_bar.finder
        finder.focus_field(finder.words)

    def zoom(self, steps: int) -> None:
        """Enlarge the photo on its page, or the thumbnails."""
        if self.stack.currentWidget() is self.photo:
            self.photo.stage.zoom_by_steps(steps)
        else:
            slider = self.library.grid_line.zoom
            slider.setValue(slider.value() + 30 * steps)

    def close_pages(self) -> None:
        """Stop reading photos; the session itself is closed by its owner."""
        self.next_act.stop_waiting()
        self.library.close_page()
        self.library.side_panel.release()
        self.photo.close_page()
        self.questions.close_page()
        for name in ("collection", "wall"):  # those that were made
            if name in self.__dict__:
                getattr(self, name).close_page()

    def _show_panel(self, name: str) -> None:
        self.show_library()
        self.library.side_panel.show_panel(name)

    def _calibrate_current(self) -> None:
        column = self.session.current_class.column
        if column is not None and self.session.project.display_kind is not None:
            self.ask(QuestionPurpose.CALIBRATION, column)

    def _show_likely_errors(self) -> None:
        self.library.filter_bar.sort_by(SortKey.LIKELY_ERRORS)
        self.show_library()

    def _on_panel(self) -> None:
        """The hand goes on in a panel that was opened, at the photos where it was put away."""
        if self.library.side_panel.isHidden():
            self.library.grid.setFocus()

    def _show_owner(self) -> None:
        """There is one primary button at a time."""
        page = self.stack.currentWidget()
        if page is self.questions:
            self.next_act.give_button_to("questions", tr("Back to the photos"))
        else:
            reviewed = page is self.library and self.library.review.is_active
            self.next_act.give_button_to("review" if reviewed else "")

    def _on_decided_many(self, description: str) -> None:
        """What was done to many photos at once, or followed for others, is said, with the way back;
        where one question comes after the other, the page tells it itself."""
        if self.stack.currentWidget() is self.questions:
            return
        words = description[:1].upper() + description[1:]
        self.notice.emit(Notice(f"{words}.", Tone.SUCCESS, tr("Undo"), self.undo, passing=True))

    def _show_class(self, column: int) -> None:
        """The photos with a label, best first."""
        bar = self.library.filter_bar
        bar.clear()
        bar.show_class(column, LabelWanted.HAS)
        self.show_library()

    def show_changed(self) -> None:
        """The photos that have other labels since the last run."""
        bar = self.library.filter_bar
        bar.clear()
        bar.text.setText(StateWord.CHANGED.value)
        self.show_library()

    def _show_pair(self, first: int, second: int) -> None:
        """The photos with both labels."""
        classes, bar = self.session.project.classes, self.library.filter_bar
        names = dict.fromkeys(classes[column].name for column in (first, second))
        bar.clear()
        bar.text.setText(" ".join(f'label:"{name}"' for name in names))
        self.show_library()

    def focus_part(self, step: int) -> None:
        """The filter, the photos, the panel beside them, what runs, and around again."""
        page, library, side = self.stack.currentWidget(), self.library, self.library.side_panel
        parts = [WindowPart(self.strip, self.strip.act_button)]
        if page is library:
            parts += [
                WindowPart(library.navigator, library.navigator.list),
                WindowPart(library.filter_bar, library.filter_bar.text),
                WindowPart(library.grid, library.grid),
                WindowPart(library.empty, library.empty.button),
                WindowPart(library.review_bar, library.review_bar.accept_button),
                WindowPart(side, side.close_button),
            ]
        elif page is not None:
            parts.append(WindowPart(page, page))
        parts.append(WindowPart(self.job_bar, self.job_bar.cancel_button))
        if self.messages is not None:
            parts.append(WindowPart(self.messages, self.messages.entry))
        focus_part(parts, self.focusWidget(), step)

    def _is_quiet(self) -> bool:
        """Whether nothing lies over the page."""
        return self.messages is None or self.messages.isHidden()

    def _show_standing_warning(self) -> None:
        """Why the labels are not to be believed."""
        self.job_bar.show_standing(self.session.project.scoring.warning)

    def _on_decided(self, rows: NDArray[np.int64], column: int | None) -> None:
        """What undo or redo touched comes into sight."""
        page = self.stack.currentWidget()
        if page is self.library:
            self._hidden = not np.isin(rows, self.library.model.rows).any()
            if len(rows) == 1:
                self.library.show_row(int(rows[0]))
            else:
                self.library.show_rows(rows)
        elif page is self.photo and len(rows) == 1:
            self._hidden = not self.photo.go_to_row(int(rows[0]), column)

    def _tells_itself(self, result: JobResult) -> bool:
        """Whether the panel in sight says how a job ended, with the file that it wrote."""
        side = self.library.side_panel
        if self.stack.currentWidget() is not self.library or side.step is not Step.USE:
            return False
        panel = side.panels[side.current_panel]
        return isinstance(panel, JobPanel) and result.kind in panel.told_kinds

    def _on_job_finished(self, result: JobResult) -> None:
        """How it ended, in a line."""
        done = result.outcome is Outcome.DONE
        if done and (changes := changes_text(result.value)):
            text = f"{result.message} {changes}"
            self.notice.emit(Notice(text, Tone.SUCCESS, tr("Look at them"), self.show_changed))
        elif not self._tells_itself(result):
            tone = _TONES[result.outcome]
            self.notice.emit(Notice(result.message, tone, details=result.details))
        project, side = self.session.project, self.library.side_panel
        is_new = len(project.photos) and not project.classes and side.isHidden()
        if done and result.kind is JobKind.SCAN and is_new:
            self._show_panel("Classes")
            side.classes.editor.text.setFocus()
