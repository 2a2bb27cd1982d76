"""How good the labels are, against truth and by answers."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.evaluation_tables import FigureTable, classes_table, kinds_table
from cdul_app.desktop.panels.report_section import ReportSection
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import body_label, caption_label, section_heading, show_text
from cdul_app.desktop.widgets.layouts import STRETCH, box, horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.language import ntr, tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.finding.photo_filter import ERRORS, LabelWanted, PhotoFilter, filtered_rows

EVALUATE_DELAY_MS = 200
MOST_CLASS_ROWS = 100  # beyond, the table scrolls by itself

_TRUTH_HELP = tr(
    "Where the true labels of some photos are known, all are compared with them. Any form that "
    "Import labels… reads will do (of a folder, choose a file in it), or a CSV with one photo a "
    "line and 0 or 1 for each class:"
)
TRUTH_EXAMPLE = "image,cat,dog\nphoto 1.jpg,1,0\nphoto 2.jpg,0,1"

if TYPE_CHECKING:
    from cdul_app.desktop.panels.precision_recall_plot import PrecisionRecallPlot


class ResultsPanel(Panel):
    """Measured anew when labels, thresholds or truth change, while the panel can be seen."""

    questions_requested = Signal(int)  # column: answer for the label report
    errors_wanted = Signal(int, str)  # column, value of LabelWanted

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(tr("Results"), parent=parent)
        self._session = session
        self._project = session.project
        self._evaluation = session.evaluation
        self._outdated = True
        self._class_name: str | None = None  # whose precision and recall are drawn
        self.plot: PrecisionRecallPlot | None = None  # made when there is something to draw

        self.problem = Message(dismissible=True)
        self.report = ReportSection(session)
        self.report.questions_requested.connect(self.questions_requested)
        parts = vertical(
            self._make_with_truth(), section_heading(tr("Label report")), self.report, SPACING[1],
            self._make_without_truth(), STRETCH,
            spacing=SPACING[2],
        )  # fmt: skip
        self.body.addLayout(parts)
        self.show_footer(self.problem, self.truth_note)

        # What changes the project; else one looks at its labels here.
        self.changing = (self.load_button, *self._truth_buttons, self.report.ask_button)
        self._timer = self.delayed(EVALUATE_DELAY_MS, self.refresh)
        for signal in (
            session.truth_changed,
            session.scores_changed,
            session.thresholds_changed,
            session.classes_changed,
            session.answers_changed,
        ):
            signal.connect(self._on_changed)
        session.truth.failed.connect(lambda reason: self.problem.show_message(reason, Tone.ERROR))
        self._evaluation.changed.connect(self._on_evaluated)
        self._evaluation.curves_changed.connect(self._on_curves)
        self.refresh()

    def _make_without_truth(self) -> QWidget:
        example = body_label(TRUTH_EXAMPLE)
        example.setProperty("role", "code")
        self.load_button = push_button(
            tr("Load truth…"), self._on_choose_truth, name=tr("Load truth")
        )
        loading = horizontal(self.load_button, STRETCH)
        self.without_truth = box(
            vertical(
                section_heading(tr("Truth")),
                caption_label(_TRUTH_HELP),
                example,
                loading,
                spacing=SPACING[2],
            )
        )
        return self.without_truth

    def _make_with_truth(self) -> QWidget:
        self.truth_name = ElidedLabel()
        self.truth_name.setProperty("role", "muted")
        replace = push_button(tr("Replace…"), self._on_choose_truth, name=tr("Load other truth"))
        remove = push_button(tr("Remove"), name=tr("Stop comparing with this truth file"))
        remove.clicked.connect(self._project.truth.clear)
        self._truth_buttons = (replace, remove)
        self.truth_note = Message()  # what of it matches nothing here
        self.waiting = body_label(tr("Label the photos to compare their labels with this truth."))
        self.kinds = FigureTable(tr("Measures of each kind of label"))
        self.classes = FigureTable(tr("Average precision of each class by kind of label"))
        self.classes.verticalHeader().setSectionsClickable(True)
        self.classes.verticalHeader().sectionClicked.connect(self._on_class_chosen)
        self.classes.clicked.connect(lambda index: self._on_class_chosen(index.row()))
        self.plot_heading = section_heading("")
        self._plot_box = vertical()
        self.plot_note, self.note = caption_label(""), caption_label("")
        self.error_buttons = {
            wanted: push_button(
                "",
                lambda _=False, wanted=wanted: self.errors_wanted.emit(self._column(), wanted),
                tip=tr("Show these photos: labels as shown, your answers included"),
            )
            for wanted in ERRORS
        }
        self.tables = box(
            vertical(
                section_heading(tr("Kinds of label")), self.kinds,
                section_heading(tr("Average precision of each class, %")), self.classes,
                self.plot_heading, self._plot_box, self.plot_note,
                horizontal(*self.error_buttons.values(), STRETCH), self.note,
                spacing=SPACING[1],
            )
        )  # fmt: skip
        line = horizontal((self.truth_name, 1), replace, remove)
        self.with_truth = box(vertical(line, self.waiting, self.tables, spacing=SPACING[1]))
        self.waiting.hide()  # until it is known which of them there is to show
        self.tables.hide()
        return self.with_truth

    # ---- truth ----

    def load_truth(self, file: Path) -> None:
        self.problem.clear()
        self._session.truth.load(file)

    def refresh(self) -> None:
        """Measure anew, if the panel can be seen; else when it is shown."""
        self._timer.stop()
        self.report.refresh()
        truth = self._project.truth.file
        self.without_truth.setVisible(truth is None)
        self.with_truth.setVisible(truth is not None)
        self._outdated = not self.isVisible()
        if truth is not None and not self._outdated:
            self.truth_name.set_text(tr("Truth: {file}", file=truth.name))
            self.truth_note.show_message(self._project.truth.note)
            self._evaluation.start()

    def _on_evaluated(self) -> None:
        if self._evaluation.error:
            self.problem.show_message(self._evaluation.error, Tone.ERROR)
        figures = self._evaluation.figures
        self.tables.setVisible(figures is not None)
        self.waiting.setVisible(figures is None)
        if figures is None:
            return
        self.kinds.show_table(kinds_table(figures))
        self.kinds.fit_height(most_rows=8)
        self.classes.show_table(classes_table(figures))
        self.classes.fit_height(MOST_CLASS_ROWS)
        if self._class_name not in figures["classes"]:
            # The first that truth has a photo of.
            precision = next(iter(figures["labels"].values()))["AP"]
            known = (name for name in figures["classes"] if precision.get(name) is not None)
            self._class_name = next(known, None)
        self._draw_class()
        shown = figures["labels"].get(LabelKind.PSEUDO.value)  # at the person's thresholds
        labels = tr("{labels:.2f} labels a photo", labels=figures["labels_per_image"])
        if shown:
            labels = tr("{labels}, the app {own:.2f}", labels=labels, own=shown["labels_per_image"])
        self.note.setText(
            tr(
                "Over {photos} photos and {classes} classes of the truth, which has {labels}. Bold "
                "is the best; – means no photo has the class. “Best” is the F1 that the best "
                "possible thresholds would give.",
                photos=figures["images"],
                classes=len(figures["classes"]),
                labels=labels,
            )
        )

    # ---- precision and recall of one class ----

    def _on_class_chosen(self, row: int) -> None:
        self._class_name = str(self.classes.model().headerData(row, Qt.Orientation.Vertical))
        self._draw_class()

    def _column(self) -> int | None:
        """Of the class that is drawn: truth may name others than the project."""
        names = self._project.classes.names
        return names.index(self._class_name) if self._class_name in names else None

    def _draw_class(self) -> None:
        name, column = self._class_name, self._column()
        show_text(self.plot_heading, tr("Precision and recall: {name}", name=name) if name else "")
        self.plot_note.setVisible(name is not None)
        for wanted, button in self.error_buttons.items():
            button.setVisible(column is not None)
            if column is not None:
                count = len(filtered_rows(self._project, PhotoFilter(column=column, label=wanted)))
                button.setText(_count_text(wanted, count))
                button.setEnabled(count > 0)
        if name is None:
            self._on_curves()
        else:
            self._evaluation.show_class(name)

    def _on_curves(self) -> None:
        name = self._class_name
        curves = {} if name is None else self._evaluation.curves
        self.plot_note.setText(
            tr("A dot is what your threshold gives. Choose another class in the table.")
            if curves
            else tr("No photo of the truth has this class.")
        )
        if curves and self.plot is None:
            from cdul_app.desktop.panels.precision_recall_plot import PrecisionRecallPlot

            self.plot = PrecisionRecallPlot()
            self._plot_box.addWidget(self.plot)
        if self.plot is not None:
            self.plot.setVisible(bool(curves))
            if curves and name is not None:
                thresholds = {item.name: item.threshold for item in self._project.classes}
                self.plot.show_class(name, curves, thresholds.get(name, 0.5))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self._timer.start(0)

    def _on_changed(self, *_: object) -> None:
        self._timer.start(EVALUATE_DELAY_MS)

    def _on_choose_truth(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("Load truth"),
            str(self._project.location.folder),
            tr("All files (*)"),
        )
        if chosen:
            self.load_truth(Path(chosen))


def _count_text(wanted: LabelWanted, count: int) -> str:
    if wanted is LabelWanted.FALSE_POSITIVE:
        return ntr("{n} false positive", "{n} false positives", count)
    return ntr("{n} false negative", "{n} false negatives", count)
