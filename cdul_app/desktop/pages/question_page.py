"""One question after the other: is this class in this photo?"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cdul_app.desktop.images.image_loader import PHOTOS, ImageLoader
from cdul_app.desktop.keys.key_map import key_map, page_action
from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.theme import SPACING, class_color
from cdul_app.desktop.photo.photo_explanation import class_scores, explain_score
from cdul_app.desktop.photo.photo_keys import unbroken_hints
from cdul_app.desktop.photo.snippet_view import SnippetView
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.empty_state import EmptyState
from cdul_app.desktop.widgets.labels import body_label, caption_label, label
from cdul_app.desktop.widgets.layouts import (
    STRETCH,
    box,
    horizontal,
    paint_as,
    photo_beside,
    scroll_area,
    stack,
    vertical,
)
from cdul_app.desktop.widgets.page_bar import PageBar
from cdul_app.desktop.widgets.score_histogram import ScoreHistogram
from cdul_app.language import ntr, tr, translatable
from cdul_app.measures.checked_labels import CheckedLabels
from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import ClassReport
from cdul_app.measures.reviews import NO, YES
from cdul_app.progress import percent
from cdul_app.project.checking.question_round import QuestionPurpose, QuestionRound

_SIDE_WIDTH = 400
_TITLES = {
    QuestionPurpose.CALIBRATION: translatable("Calibrate “{name}”"),
    QuestionPurpose.REPORT: translatable("Label report: “{name}”"),
}
_ABOUT = {
    QuestionPurpose.CALIBRATION: tr(
        "These photos lie where an answer moves the labels most. They are no fair sample of all "
        "photos, so what is told here is counted and holds for certain; how good the labels are in "
        "per cent, photos drawn at random tell."
    ),
    QuestionPurpose.REPORT: tr(
        "Photos drawn at random, so that the figures are fair. Answer each one: a photo that is "
        "passed over would spoil the sample."
    ),
}
_MEASURES = (
    (
        "precision",
        tr("Labels that are right"),
        tr("Precision: of the photos with the label, those that show the class"),
    ),
    (
        "recall",
        tr("Photos that were found"),
        tr("Recall: of the photos that show the class, those with the label"),
    ),
    ("f1", tr("Both together"), tr("F1, the harmonic mean of the two")),
)


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
        self.bar.title.setText(tr(_TITLES[purpose], name=name))
        self.about.setText(_ABOUT[purpose])
        self.skip.setVisible(self.round.may_skip)
        self.figure_box.setVisible(purpose is QuestionPurpose.REPORT)
        self.report_button.setVisible(purpose is QuestionPurpose.CALIBRATION)
        self.round.begin()
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
        self.sentence.setAccessibleName(tr("Why this score"))
        self.yes = push_button("", lambda: self._answer(YES))
        self.no = push_button("", lambda: self._answer(NO))
        self.skip = push_button("", self._on_skip)
        answers = (self.yes, self.no, self.skip)
        for button in answers:
            button.setMinimumHeight(36)
        buttons = horizontal(*((button, 1) for button in answers), spacing=SPACING[1])
        self.threshold = label("", "muted")
        self.histogram = ScoreHistogram(self)
        figures, right = QGridLayout(), Qt.AlignmentFlag.AlignRight
        figures.setHorizontalSpacing(SPACING[3])
        figures.setVerticalSpacing(SPACING[0])
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setColumnStretch(0, 1)
        self.figures: dict[str, tuple[QLabel, QLabel]] = {}
        for place, (name, heading, tip) in enumerate(_MEASURES):
            value, interval = label("", "strong", name=heading), caption_label("")
            title = label(heading, parent=self)
            title.setToolTip(plain_tip(tip))
            figures.addWidget(title, place, 0)
            figures.addWidget(value, place, 1, right)
            figures.addWidget(interval, place, 2, right)
            self.figures[name] = (value, interval)
        self.figure_box = box(figures)
        self.checked, self.needed = body_label(""), body_label("")
        self.report_button = push_button(
            tr("Answer about photos drawn at random"),
            lambda: self.start(QuestionPurpose.REPORT, self._column()),
            tip=tr("The label report: how good the labels are, in per cent"),
        )
        self.about, self.keys = caption_label(""), caption_label("")
        vertical(
            self.question, self.sentence, buttons, SPACING[2], self.threshold, self.histogram,
            self.checked, self.figure_box, self.needed, STRETCH, self.about,
            horizontal(self.report_button, STRETCH), self.keys,
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
        for name, button, text in (
            ("yes", self.yes, tr("Yes")),
            ("no", self.no, tr("No")),
            ("skip", self.skip, tr("Skip")),
        ):
            key = without_mnemonic(key_map().first_shown(name))
            button.setText(f"{text}  ({key})" if key else text)
        words = {
            "yes": tr("yes"), "no": tr("no"), "take_back": tr("take back"), "leave": tr("leave")
        }  # fmt: skip
        hints = [f"{key_map().shown(name)}: {word}" for name, word in words.items()]
        self.keys.setText(unbroken_hints(hints))

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
            self.question.setText(tr("Nothing is left to ask."))
            self.sentence.setText("")
            self._show_done()
            return
        names, evidence = self._project.classes.names, self._session.evidence(self.row)
        self.question.setText(tr("Is this in the photo: {name}?", name=names[column]))
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
        """Also by undo: the photo taken back is asked about again."""
        if self.round is not None and self.isVisible():
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
        self.threshold.setText(
            tr("A photo gets the label from a score of {threshold:.2f} on", threshold=threshold)
        )
        checked, estimates = self.round.checked(), self.round.estimates()
        for name, (value, interval) in self.figures.items():
            estimate: Estimate | None = getattr(estimates, name, None)
            value.setText("–" if estimate is None else percent(estimate.value))
            interval.setText("" if estimate is None else _interval_text(estimate))
        if checked is None:
            return
        self.checked.setText("\n".join(checked.sentences(classes[column].name)))
        self.count.setText(
            tr("{answered} answered, {left} left", answered=self.round.answered, left=checked.left)
        )
        told = ""
        if checked.left:
            told = ntr("{n} photo left to answer.", "{n} photos left to answer.", checked.left)
        if self.round.purpose is QuestionPurpose.REPORT:
            report = self.round.report()
            told = "" if report is None else _needed_text(report)
        self.needed.setText(told or _all_answered(checked))

    def _show_done(self) -> None:
        """There is an end, and it says so; what was skipped is not hidden."""
        checked = None if self.round is None else self.round.checked()
        if checked is None:
            title, text = tr("Nothing is left to ask"), tr("These photos have no labels yet.")
        elif checked.left:
            title = tr("Nothing else is left to ask")
            text = ntr("You skipped {n} photo.", "You skipped {n} photos.", checked.left)
        else:
            title = _all_answered(checked)
            text = tr("There is nothing left to ask about this class.")
        self.done.show_state("check", title, text, tr("Back to the photos"))

    def _column(self) -> int:
        column = None if self.round is None else self.round.column
        return 0 if column is None else column


def _all_answered(checked: CheckedLabels) -> str:
    photos = checked.labelled + checked.others
    return ntr("The one photo is answered.", "All {n} photos are answered.", photos)


def _interval_text(estimate: Estimate) -> str:
    return tr("{low} to {high}", low=percent(estimate.low), high=percent(estimate.high))


def _needed_text(report: ClassReport) -> str:
    """What would make the figures known, or narrow them; empty where all is answered."""
    if not report.left:
        return ""
    if report.needed:
        return ntr(
            "{n} more answer until it is known how good the labels are.",
            "{n} more answers until it is known how good the labels are.",
            report.needed,
        )
    points = max(1, round(100 * report.f1.most_off))
    known = ntr("Known within {n} point.", "Known within {n} points.", points)
    left = ntr(
        "Each answer narrows it; {n} photo left.",
        "Each answer narrows it; {n} photos left.",
        report.left,
    )
    return f"{known} {left}"
