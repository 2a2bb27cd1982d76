"""One question after the other: is this class in this photo?"""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cdul_app.desktop.images.image_loader import PHOTOS, ImageLoader
from cdul_app.desktop.keys.key_map import key_map, page_action
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING, class_color
from cdul_app.desktop.photo.photo_explanation import class_scores, explain_score
from cdul_app.desktop.photo.snippet_view import SnippetView
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.empty_state import EmptyState
from cdul_app.desktop.widgets.labels import body_label, caption_label, label
from cdul_app.desktop.widgets.layouts import (
    STRETCH,
    horizontal,
    paint_as,
    photo_beside,
    scroll_area,
    stack,
    vertical,
)
from cdul_app.desktop.widgets.page_bar import PageBar
from cdul_app.desktop.widgets.score_histogram import ScoreHistogram
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import NO, YES
from cdul_app.progress import percent
from cdul_app.project.question_round import QuestionPurpose, QuestionRound

_SIDE_WIDTH = 400
_TITLES = {
    QuestionPurpose.CALIBRATION: "Calibrate “{}”",
    QuestionPurpose.REPORT: "Label report: “{}”",
}
_ABOUT = {
    QuestionPurpose.CALIBRATION: "Photos near the threshold, where an answer moves it most. The "
    "figures follow from a curve fitted to your answers; for figures that assume nothing, answer "
    "the label report.",
    QuestionPurpose.REPORT: "Photos drawn at random within bands of their score, so that the "
    "figures are unbiased. Answer each one: a photo that is passed over would spoil the sample.",
}
_MEASURES = (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1"))


class QuestionPage(QWidget):
    """Y and N answer, Backspace takes the last answer back, Esc leaves."""

    left = Signal()

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "page")
        self._session = session
        self._project = session.project
        self.round: QuestionRound | None = None
        self.row: int | None = None
        self.images = ImageLoader(PHOTOS, self)
        self.view = SnippetView(self)
        self.view.color_index = lambda column: session.project.classes.color_index(column)
        self._make_side()
        self.count = label("", "muted")
        self.bar = PageBar("", STRETCH, self.count)
        self.bar.left.connect(self.leave)
        self.done = EmptyState(self)
        self.done.show_state(
            "check",
            "Nothing is left to ask",
            "All photos that bear on this class are answered.",
            "Back to the photos",
        )
        self.done.action_requested.connect(self.leave)
        self.stack = stack(self.view, self.done)
        scrolled = scroll_area(self.side)
        scrolled.setMinimumWidth(_SIDE_WIDTH - 60)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        splitter = photo_beside(self.stack, scrolled, (860, _SIDE_WIDTH))
        vertical(self.bar, (splitter, 1), on=self, spacing=0)
        self._make_keys()
        self.images.ready.connect(self._show_image)
        session.answers_changed.connect(self._on_answers_changed)
        session.classes_changed.connect(self._check_class)
        session.photos_changed.connect(self._on_photos_changed)

    # ---- what the window asks for ----

    def start(self, purpose: QuestionPurpose, column: int) -> None:
        """Ask about one class.  A calibration lets its threshold follow the answers from now on."""
        self.round = QuestionRound(self._project, purpose, column)
        name = self._project.classes[column].name
        self.bar.title.setText(_TITLES[purpose].format(name))
        self.about.setText(_ABOUT[purpose])
        self.skip.setVisible(self.round.may_skip)
        self.round.follow()
        self._ask()
        self.setFocus()

    def leave(self) -> None:
        self.round = self.row = None
        self.left.emit()

    def close_page(self) -> None:
        """Stop reading photos and wait for those under way."""
        self.images.close()

    # ---- building ----

    def _make_side(self) -> None:
        self.side = QWidget(self)
        paint_as(self.side, "side")
        self.question = body_label("")
        self.question.setProperty("role", "title")
        self.sentence = body_label("")
        self.sentence.setAccessibleName("Why this score")
        self.yes = push_button("Yes", lambda: self._answer(YES))
        self.no = push_button("No", lambda: self._answer(NO))
        self.skip = push_button("Skip", self._on_skip)
        answers = (self.yes, self.no, self.skip)
        for button in answers:
            button.setMinimumHeight(36)
        buttons = horizontal(*((button, 1) for button in answers), spacing=SPACING[1])
        self.threshold = label("", "strong")
        self.histogram = ScoreHistogram(self)
        figures, right = QGridLayout(), Qt.AlignmentFlag.AlignRight
        figures.setHorizontalSpacing(SPACING[3])
        figures.setVerticalSpacing(SPACING[0])
        figures.setColumnStretch(0, 1)
        self.figures: dict[str, tuple[QLabel, QLabel]] = {}
        for place, (name, heading) in enumerate(_MEASURES):
            value, interval = label("", "strong", name=heading), caption_label("")
            figures.addWidget(label(heading, parent=self), place, 0)
            figures.addWidget(value, place, 1, right)
            figures.addWidget(interval, place, 2, right)
            self.figures[name] = (value, interval)
        self.needed = body_label("")
        self.about, self.keys = caption_label(""), caption_label("")
        vertical(
            self.question, self.sentence, buttons, SPACING[2], self.threshold, self.histogram,
            figures, self.needed, STRETCH, self.about, self.keys,
            on=self.side, spacing=SPACING[2],
            margins=(SPACING[3], SPACING[3], SPACING[3], SPACING[2]),
        )  # fmt: skip

    def _make_keys(self) -> None:
        for name, act in (
            ("yes", lambda: self._answer(YES)),
            ("no", lambda: self._answer(NO)),
            ("skip", self._on_skip),
            ("take_back", self._project.decisions.undo),
            ("leave", self.leave),
        ):
            page_action(name, self, act)
        key_map().changed.connect(self._show_keys)
        self._show_keys()

    def _show_keys(self, _: str = "") -> None:
        for name, button in (("yes", self.yes), ("no", self.no), ("skip", self.skip)):
            keys = key_map().keys(name)
            button.setText(name.capitalize() + (f"  ({without_mnemonic(keys[0])})" if keys else ""))
        names = {"yes": "yes", "no": "no", "take_back": "take back", "leave": "leave"}
        self.keys.setText(
            " · ".join(f"{key_map().shown(name)}: {word}" for name, word in names.items())
        )

    # ---- asking ----

    def _ask(self) -> None:
        """Show the next photo, or that there is none."""
        if self.round is None:
            return
        self.row = self.round.next_row()
        for button in (self.yes, self.no, self.skip):
            button.setEnabled(self.row is not None)
        self._show_image()
        self._show_figures()
        column = self.round.column
        if self.row is None or column is None:
            self.question.setText("Nothing is left to ask.")
            self.sentence.setText("")
            return
        names, evidence = self._project.classes.names, self._project.scoring.evidence(self.row)
        self.question.setText(f"Is this in the photo: {names[column]}?")
        self.view.show_evidence(evidence, names, column)
        scores = class_scores(self._session, self.row, column)
        self.sentence.setText(explain_score(names[column], scores, evidence, column))

    def _answer(self, value: int) -> None:
        if self.round is not None and self.row is not None:
            self.round.answer(self.row, value)  # the answer's own signal asks the next question

    def _on_skip(self) -> None:
        if self.round is not None and self.row is not None and self.round.may_skip:
            self.round.skip(self.row)
            self._ask()

    def _on_answers_changed(self, _: object) -> None:
        """Also by undo: the threshold follows, and the photo taken back is asked about again."""
        if self.round is not None and self.isVisible():
            self.round.follow()
            self._ask()

    def _check_class(self) -> None:
        if self.round is not None and self.round.column is None:
            self.leave()

    def _on_photos_changed(self) -> None:
        self.images.forget()
        self._check_class()
        if self.isVisible():
            self._ask()

    # ---- showing ----

    def _show_image(self, _: object = None) -> None:
        self.stack.setCurrentWidget(self.done if self.row is None else self.view)
        if self.row is not None:
            self.view.show_photo(self.images.photo(self._project.photos.absolute(self.row)))

    def _show_figures(self) -> None:
        if self.round is None or self.round.column is None:
            return
        column, classes = self.round.column, self._project.classes
        if (shown := self._project.shown_labels()) is not None:
            color = class_color(classes.color_index(column))
            self.histogram.show_scores(shown.scores[:, column], color)
        threshold = float(classes.thresholds[column])
        self.histogram.set_threshold(threshold)
        self.threshold.setText(f"Threshold {threshold:.2f}")
        estimates = self.round.estimates()
        for name, (value, interval) in self.figures.items():
            estimate: Estimate | None = getattr(estimates, name, None)
            value.setText("–" if estimate is None else percent(estimate.value))
            interval.setText(
                "" if estimate is None else f"{percent(estimate.low)} to {percent(estimate.high)}"
            )
        answered = self.round.answered
        self.count.setText(f"{answered:,} {'answer' if answered == 1 else 'answers'}")
        told = ""
        if self.round.purpose is QuestionPurpose.REPORT:  # a calibration draws no sample
            told = "Figures follow your first answers."
            if estimates is not None:
                told = _needed_text(self.round.answers_needed())
        self.needed.setText(told)


def _needed_text(needed: int) -> str:
    if not needed:
        return "Enough: F1 is known within 5 points."
    # One figure is all such a forecast is worth.
    step = 10 ** max(0, int(math.log10(needed)))
    about = math.ceil(needed / step) * step
    return f"About {about:,} more answers until F1 is known within 5 points."
