"""Stages 2 and 3: one button that trains the classifier, curves while it does, earlier runs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.job_panel import JobPanel, changes_text
from cdul_app.desktop.panels.run_details import RunDetails, run_title
from cdul_app.desktop.panels.training_settings import TrainingSettings
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.fields.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.desktop.widgets.labels import caption_label, section_heading
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.events import EpochFinished
from cdul_app.language import ntr, tr
from cdul_app.project.runs import RunRecord
from cdul_app.settings.configs import TrainingConfig

if TYPE_CHECKING:
    from cdul_app.desktop.panels.training_curves import TrainingCurves

DRAW_DELAY_MS = 100  # short epochs come faster than curves can be drawn
TRAINING_JOBS = (JobKind.TRAIN, JobKind.SCORE_AND_TRAIN)


class TrainingPanel(JobPanel):
    """Shows the run that trains now, else the one chosen in the history."""

    changed_wanted = Signal()  # show the photos that have other labels since

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            tr("Training"),
            tr("The app learns from the labels of all photos, and corrects them."),
            *TRAINING_JOBS,
            parent=parent,
        )
        self._runs: list[RunRecord] = []
        self._epochs: list[EpochFinished] = []  # of the run that is shown
        self.curves: TrainingCurves | None = None  # until there is something to draw
        self.progress = section_heading("")
        self.progress_note = caption_label("")
        self.changed_button = push_button("", self.changed_wanted.emit)
        self.curve_section = Disclosure(tr("Curves of this run"))
        self.curve_section.content.addWidget(self.progress_note)
        self.curve_section.button.toggled.connect(lambda _: self._draw())
        self.settings = TrainingSettings()
        self.settings.show_config(session.project.settings.training)
        self.settings.changed.connect(self._on_edited)
        self.history = DropDown()
        self.history.setAccessibleName(tr("Earlier training runs"))
        self.history.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        ignore_wheel_unless_focused(self.history)
        self.history.activated.connect(self._show_chosen_run)
        self.details_section = Disclosure(tr("Settings and outcome of this run"))
        self.details = RunDetails()
        self.details_section.content.addWidget(self.details)
        self.run_section = box(
            vertical(
                section_heading(tr("Trainings")), self.history, self.progress, self.curve_section,
                self.details_section,
                spacing=SPACING[1],
            )
        )  # fmt: skip
        self.show_body(self.settings, SPACING[1], self.run_section)
        self.show_footer(self.problem, self.result, self.changed_button, self.hint)
        self._draw_timer = self.delayed(DRAW_DELAY_MS, self._draw)
        session.jobs.event_sent.connect(self._on_job_event)
        session.runs_changed.connect(self._on_runs_changed)
        self._reload_runs()
        self._show_chosen_run()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def config(self) -> TrainingConfig | None:
        return self.settings.config()

    def _start_job(self) -> None:
        self._session.jobs.start_training()

    def _what_is_missing(self) -> str:
        if self._is_training:
            return tr("Training. It can be cancelled in the line at the bottom.")
        if busy := super()._what_is_missing():
            return busy
        if self._project.display_kind is None:
            return tr("Label the photos first: training learns from their labels.")
        return self.settings.form.problem

    @property
    def _is_training(self) -> bool:
        """Then the curves follow the running job."""
        return self._session.jobs.kind in TRAINING_JOBS

    # ---- runs and curves ----

    def _reload_runs(self, chosen: int | None = None) -> None:
        """Fill the history anew; chosen : the run to stay at, else the newest."""
        self._runs = [run for run in self._project.runs.all() if run.kind == "train"]
        self.history.clear()
        for run in self._runs:
            self.history.addItem(run_title(run), run.identifier)
        if self._runs:
            self.history.setCurrentIndex(max(0, self.history.findData(chosen)))
        self.run_section.setVisible(bool(self._runs) or self._is_training)
        self.history.setVisible(bool(self._runs) and not self._is_training)

    def _on_runs_changed(self) -> None:
        if not self._is_training:  # else each epoch says so, and the end of the job reads them
            self._reload_runs(self.history.currentData())

    def _show_chosen_run(self) -> None:
        """Its curves, settings and outcome."""
        run = self._runs[self.history.currentIndex()] if self._runs else None
        self._epochs = self._project.runs.history(run.identifier) if run is not None else []
        self.details.show_run(run, self._epochs)
        self.details_section.setVisible(run is not None)
        self._draw()

    def _draw(self) -> None:
        """Once it can be seen; curves once they are unfolded."""
        if not self.isVisible():
            return
        several = bool(self._epochs) and self._epochs[-1].epochs > 1  # a curve has two points
        self.progress.setVisible(several and self._is_training)
        self.curve_section.setVisible(several)
        if not several:
            return
        last = self._epochs[-1]
        self.progress.setText(tr("Round {round} of {rounds}", round=last.epoch, rounds=last.epochs))
        if not self.curve_section.button.isChecked():
            return
        self.progress_note.setText(
            tr("Warm-up: labels stay fixed. Tinted in the curves.")
            if last.warm_up
            else tr("Labels move towards what was learnt.")
        )
        if self.curves is None:
            from cdul_app.desktop.panels.training_curves import TrainingCurves

            self.curves = TrainingCurves(gradual=True)
            self.curve_section.content.addWidget(self.curves)
        self.curves.set_history(self._epochs)

    # ---- the running job ----

    def refresh(self, *_: object) -> None:
        """What a training changed can be looked at later, too."""
        super().refresh()
        changed = 0 if self._is_training else len(self._project.runs.changed_photos())
        self.changed_button.setText(
            ntr(
                "Look at {n} photo with changed labels",
                "Look at {n} photos with changed labels",
                changed,
            )
        )
        self.changed_button.setVisible(changed > 0)

    def _on_job_started(self, kind: JobKind) -> None:
        if self._is_training:
            self._epochs = []
            self.problem.clear()
            self.result.setText("")
            self.details_section.hide()
            self._reload_runs()
            self._draw()
        super()._on_job_started(kind)

    def _on_job_event(self, event: object) -> None:
        if not self._is_training or not isinstance(event, EpochFinished):
            return
        if not self._epochs:  # where an interrupted run goes on it has earlier ones
            newest = next(run for run in self._project.runs.all() if run.kind == "train")
            earlier = self._project.runs.history(newest.identifier)
            self._epochs = [epoch for epoch in earlier if epoch.epoch < event.epoch]
        self._epochs.append(event)
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    def _show_end(self, result: JobResult) -> None:
        super()._show_end(result)
        if changes := changes_text(result.value):
            self.result.setText(f"{result.message} {changes}")
        self._reload_runs()
        self._show_chosen_run()
