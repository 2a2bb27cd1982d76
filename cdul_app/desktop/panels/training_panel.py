"""Stages 2 and 3: one button that trains the classifier, curves while it does, earlier runs."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.run_details import RunDetails, run_title
from cdul_app.desktop.panels.training_settings import TrainingSettings
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.labels import caption_label, section_heading, show_text
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.desktop.widgets.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.events import EpochFinished, Outcome
from cdul_app.project.runs import RunRecord

if TYPE_CHECKING:
    from cdul_app.desktop.panels.training_curves import TrainingCurves

STORE_DELAY_MS = 250
DRAW_DELAY_MS = 100  # short epochs come faster than curves can be drawn
TRAINING_JOBS = (JobKind.TRAIN, JobKind.SCORE_AND_TRAIN)


class TrainingPanel(Panel):
    """Shows the run that trains now, else the one chosen in the history."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Training",
            "A classifier learns from the pseudo labels and corrects them as it goes.",
            parent=parent,
        )
        self._session = session
        self._project = session.project
        self._runs: list[RunRecord] = []
        self._curves: TrainingCurves | None = None
        self._live = False  # the curves follow the running job
        self._live_history: list[EpochFinished] = []

        self.progress = section_heading("")
        self.progress_note = caption_label("")
        self.empty_curves = caption_label(
            "Curves of loss, label change and flipped labels appear here while it trains."
        )
        self._curve_box = vertical(self.empty_curves)
        self.settings = TrainingSettings()
        self.settings.show_config(session.project.settings.training)
        self.settings.changed.connect(self._on_edited)
        self.history = QComboBox()
        self.history.setAccessibleName("Earlier training runs")
        self.history.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        ignore_wheel_unless_focused(self.history)
        self.history.activated.connect(self._on_run_chosen)
        self.details_section = Disclosure("Settings and outcome of this run")
        self.details = RunDetails()
        self.details_section.content.addWidget(self.details)

        self.run_section = box(
            vertical(
                section_heading("Runs"), self.history, self.progress, self.progress_note,
                self._curve_box, self.details_section,
                spacing=SPACING[1],
            )
        )  # fmt: skip
        self.body.addWidget(self.settings)
        self.body.addSpacing(SPACING[1])
        self.body.addWidget(self.run_section)
        self.body.addStretch(1)

        self.problem = Message(dismissible=True)
        self.result = caption_label("")
        self.hint = caption_label("")
        self.train_button = push_button(
            "Train classifier", self.start, role="primary", tip="Ctrl+T"
        )
        self.show_footer(self.problem, self.result, self.hint, self.train_button)

        self._draw_timer = self.delayed(DRAW_DELAY_MS, self._draw_shown_run)
        self._store_timer = self.delayed(STORE_DELAY_MS, self.store, even_on_release=True)
        session.jobs.started.connect(self._on_job_started)
        session.jobs.event_sent.connect(self._on_job_event)
        session.jobs.finished.connect(self._on_job_finished)
        session.runs_changed.connect(self._on_runs_changed)
        session.scores_changed.connect(self.refresh)
        self._reload_runs()
        self._show_run(self._runs[0] if self._runs else None)
        self.refresh()

    @property
    def curves(self) -> "TrainingCurves | None":
        """None until there was something to draw."""
        return self._curves

    def store(self) -> None:
        """Hand the settings to the session where they are sound and new."""
        self._store_timer.stop()
        config = self.settings.config()
        if config is not None and config != self._project.settings.training:
            self._project.settings.training = config
        self.refresh()

    def start(self) -> None:
        self.problem.clear()
        self.store()
        config = self.settings.config()
        if config is None or not self.train_button.isEnabled():
            return
        with self.problem.telling_errors():
            self._session.jobs.start_training(config)

    def refresh(self, *_: object) -> None:
        """Button and hint, from the session."""
        hint = self._what_is_missing()
        show_text(self.hint, hint)
        self.train_button.setEnabled(not hint)
        self.result.setVisible(bool(self.result.text()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_shown_run()

    def _what_is_missing(self) -> str:
        session = self._session
        if session.jobs.is_busy:
            kind = session.jobs.kind
            if kind in TRAINING_JOBS:
                return "Training. It can be cancelled in the line at the bottom."
            return f"Wait for: {kind.heading}." if kind is not None else "A job is running."
        if session.project.display_kind is None:
            return "Score the photos first: the classifier learns from their pseudo labels."
        if self.settings.has_errors:
            return "Correct the setting marked above."
        return ""

    def _on_edited(self) -> None:
        self._store_timer.start()
        self.refresh()

    # ---- runs and curves ----

    def _reload_runs(self) -> None:
        chosen = self._chosen_run()
        self._runs = [run for run in self._project.runs.all() if run.kind == "train"]
        self.history.clear()
        for run in self._runs:
            self.history.addItem(run_title(run), run.identifier)
        wanted = chosen.identifier if chosen is not None and not self._live else None
        position = self.history.findData(wanted) if wanted is not None else 0
        self.history.setCurrentIndex(max(0, position) if self._runs else -1)
        self.run_section.setVisible(bool(self._runs) or self._live)
        self.history.setVisible(len(self._runs) > 0 and not self._live)

    def _on_runs_changed(self) -> None:
        if not self._live:  # else each epoch says so, and the end of the job reads them
            self._reload_runs()

    def _chosen_run(self) -> RunRecord | None:
        index = self.history.currentIndex()
        return self._runs[index] if 0 <= index < len(self._runs) else None

    def _on_run_chosen(self) -> None:
        self._show_run(self._chosen_run())

    def _show_run(self, run: RunRecord | None) -> None:
        """Curves, settings and outcome of one run."""
        history = self._project.runs.history(run.identifier) if run is not None else []
        self.details.show_run(run, history)
        self.details_section.setVisible(run is not None)
        if run is None:
            self.progress.setText("")
        self._draw_shown_run()

    def _draw_shown_run(self) -> None:
        """Draw the running or the chosen run, once the panel can be seen."""
        if not self.isVisible():
            return
        run = self._chosen_run()
        if self._live:
            self._draw(self._live_history)
        else:
            self._draw(self._project.runs.history(run.identifier) if run is not None else [])

    def _draw(self, history: list[EpochFinished]) -> None:
        self.empty_curves.setVisible(not history)
        if history or self._curves is not None:
            self._make_curves().set_history(history)
            self._make_curves().setVisible(bool(history))
        self._show_progress(history[-1] if history else None)

    def _make_curves(self) -> "TrainingCurves":
        if self._curves is None:
            from cdul_app.desktop.panels.training_curves import TrainingCurves

            self._curves = TrainingCurves(gradual=True)
            self._curve_box.addWidget(self._curves)
        return self._curves

    def _show_progress(self, epoch: EpochFinished | None) -> None:
        self.progress.setVisible(epoch is not None)
        self.progress_note.setVisible(epoch is not None)
        if epoch is None:
            return
        self.progress.setText(f"Epoch {epoch.epoch:,} of {epoch.epochs:,}")
        if epoch.warm_up:
            self.progress_note.setText("Warm-up: labels stay fixed. Tinted in the curves.")
        else:
            self.progress_note.setText(
                "Refinement: labels move towards what the classifier learnt."
            )

    # ---- the running job ----

    def _on_job_started(self, kind: JobKind) -> None:
        if kind in TRAINING_JOBS:
            self._live = True
            self._live_history = []
            self.problem.clear()
            self.result.setText("")
            self.details_section.hide()
            self._reload_runs()
            self._draw([])
        self.refresh()

    def _on_job_event(self, event: object) -> None:
        if not self._live or not isinstance(event, EpochFinished):
            return
        if not self._live_history and event.epoch > 1:  # an interrupted run goes on
            newest = next((run for run in self._project.runs.all() if run.kind == "train"), None)
            if newest is not None:
                earlier = self._project.runs.history(newest.identifier)
                self._live_history = [item for item in earlier if item.epoch < event.epoch]
        self._live_history.append(event)
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    def _on_job_finished(self, result: JobResult) -> None:
        if result.kind in TRAINING_JOBS:
            self._live = False
            self._reload_runs()
            if self._runs:
                self.history.setCurrentIndex(0)
            self._show_run(self._chosen_run())
            if result.outcome is Outcome.FAILED:
                self.problem.show_message(result.message, Tone.ERROR)
            else:
                self.result.setText(result.message)
        self.refresh()
