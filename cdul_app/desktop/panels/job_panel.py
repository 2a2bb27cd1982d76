"""What the panels of the three stages share: one act, what it waits for, how its job ended."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import caption_label, show_text
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.events import Outcome
from cdul_app.language import ntr, tr
from cdul_app.settings.configs import ScoringConfig, TrainingConfig

STORE_DELAY_MS = 250


class JobPanel(Panel):
    """The button in the strip of steps works while nothing is missing; else the hint says what
    is."""

    changed = Signal()  # what the fields say, or what is missing

    def __init__(
        self,
        session: ProjectSession,
        title: str,
        subtitle: str,
        *kinds: JobKind,
        message: Message | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """kinds : jobs whose end is told here."""
        super().__init__(title, subtitle, parent=parent)
        self._session, self._project = session, session.project
        self.told_kinds = kinds
        self.problem = message or Message(dismissible=True)
        self.result, self.hint = caption_label(""), caption_label("")
        # Edits are gathered, and stored where they are sound.
        self._store_timer = self.delayed(STORE_DELAY_MS, self.store, even_on_release=True)
        session.scores_changed.connect(self.refresh)
        session.jobs.started.connect(self._on_job_started)
        session.jobs.finished.connect(self._on_job_finished)

    def store(self) -> None:
        """Hand the settings to the project where they are sound and new."""
        self._store_timer.stop()
        config, settings = self.config(), self._project.settings
        if isinstance(config, ScoringConfig) and config != settings.scoring:
            settings.scoring = config
        elif isinstance(config, TrainingConfig) and config != settings.training:
            settings.training = config
        self.refresh()

    def start(self) -> None:
        self.problem.clear()
        self.store()
        if self.can_start:
            with self.problem.telling_errors():
                self._start_job()

    @property
    def can_start(self) -> bool:
        return not self._what_is_missing()

    def refresh(self, *_: object) -> None:
        """The hint, from the session."""
        show_text(self.hint, self._what_is_missing())
        self.result.setVisible(bool(self.result.text()))
        self.changed.emit()

    def config(self) -> ScoringConfig | TrainingConfig | None:
        """What the fields say; None where one is wrong, which then says so, or there are none."""
        return None

    def _start_job(self) -> None:
        """With what was stored.  Raises UserError."""
        raise NotImplementedError

    def _what_is_missing(self) -> str:
        """Why the job cannot start now, in a sentence; empty where it can."""
        kind = self._session.jobs.kind
        return (
            ""
            if kind is None
            else tr(
                "{job} is not done yet: wait for it, or cancel it at the bottom.", job=kind.heading
            )
        )

    def _on_edited(self) -> None:
        self._store_timer.start()
        self.refresh()

    def _on_job_started(self, kind: JobKind) -> None:
        self.refresh()

    def _on_job_finished(self, result: JobResult) -> None:
        if result.kind in self.told_kinds:
            self._show_end(result)
        self.refresh()

    def _show_end(self, result: JobResult) -> None:
        if result.outcome is Outcome.FAILED:
            self.problem.show_message(result.message, Tone.ERROR)
        else:
            self.problem.clear()
            self.result.setText(result.message)


def changes_text(value: object) -> str:
    """What a job that scored or trained has changed; empty where no label moved."""
    changed = getattr(value, "changed", 0)
    if not changed:
        return ""
    return ntr("Labels of {n} photo changed.", "Labels of {n} photos changed.", changed)
