"""Stage 1: the encoder, the settings of scoring, and the button that starts it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from cdul_app.classes.prompts import SINGLE
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.device_box import probably_has_gpu
from cdul_app.desktop.panels.encoder_chooser import EncoderChooser
from cdul_app.desktop.panels.skipped_list import SkippedList
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.grid_field import GridField
from cdul_app.desktop.widgets.labels import caption_label, section_heading
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.desktop.widgets.settings_form import SettingField, SettingsForm
from cdul_app.errors import UserError
from cdul_app.events import Outcome
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.settings.configs import ScoringConfig, scoring_preset
from cdul_app.settings.encoder_catalogue import recommended_encoder

STORE_DELAY_MS = 250
_PRESET_TITLES = {"default": "Recommended", "paper": "As in the paper"}


class ScoringPanel(Panel):
    """Settings are stored as they are edited; a field that is wrong keeps the last good ones."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Scoring",
            "The encoder compares each photo and its snippets with the class names.",
            parent=parent,
        )
        self._session = session
        self._project = session.project

        self.body.addWidget(section_heading("Encoder"))
        self.chooser = EncoderChooser(session, recommended_encoder(has_gpu=probably_has_gpu()))
        self.body.addWidget(self.chooser)
        self.body.addSpacing(SPACING[1])
        self.body.addWidget(section_heading("Settings"))
        self._make_fields()
        self.body.addStretch(1)

        self.stale_message = Message()
        self.problem = Message(dismissible=True)
        self.result = caption_label("")
        self.skipped = SkippedList()
        self.start_button = QPushButton("Score photos")
        self.start_button.setProperty("role", "primary")
        self.start_button.setToolTip("Ctrl+Return")
        self.start_button.clicked.connect(self.start)
        self.hint = caption_label("")
        above = (self.skipped, self.result, self.stale_message, self.problem, self.hint)
        for widget in (*above, self.start_button):
            self.footer.addWidget(widget)
        self.show_footer()

        self._store_timer = self.delayed(STORE_DELAY_MS, self.store, even_on_release=True)

        self.show_config(session.project.settings.scoring)
        self.chooser.set_collapsed(session.project.display_kind is not None)
        for signal in (session.photos_changed, session.classes_changed, session.scores_changed):
            signal.connect(self.refresh)
        session.jobs.started.connect(self.refresh)
        session.jobs.finished.connect(self._job_finished)
        self.refresh()

    def _make_fields(self) -> None:
        self.form = SettingsForm(ScoringConfig, _PRESET_TITLES, self._preset_of, self._edited)
        chooser, grid = self.chooser, GridField()
        self.form.bind(
            "encoder",
            chooser.other_row,
            SettingField(chooser, lambda: chooser.encoder, chooser.choose, chooser.changed),
        )
        self.body.addWidget(self.form.preset_row)
        self.body.addWidget(self.form.row("views"))
        self.body.addWidget(
            self.form.row("grid", SettingField(grid, grid.grid, grid.set_grid, grid.changed))
        )
        self.body.addWidget(self.form.advanced)
        self.form.fill_advanced()
        views = self.form.fields["views"].widget
        assert isinstance(views, QComboBox)
        for index, preset in enumerate(VIEW_PRESETS.values()):
            views.setItemData(index, preset.meaning, Qt.ItemDataRole.ToolTipRole)

    def show_config(self, config: ScoringConfig) -> None:
        """Put the settings into the fields; stores nothing."""
        self._shown = config
        self.form.show(config)
        self._show_parts()
        self.config()

    def _preset_of(self, name: str) -> ScoringConfig:
        self._shown = scoring_preset(name, of=self._shown)
        return self._shown

    def _show_parts(self) -> None:
        """What depends on a choice."""
        self.form.rows["views"].set_help(VIEW_PRESETS[self.form.fields["views"].read()].meaning)
        self.form.rows["prompt"].setVisible(self._has_prompt)

    @property
    def _has_prompt(self) -> bool:
        return bool(self.form.fields["templates"].read() == SINGLE)

    def config(self) -> ScoringConfig | None:
        """What the fields say; None where one is wrong, which then says so."""
        views = self.form.fields["views"].read()
        if views != self._shown.views:  # grids of the command line stay until others are chosen
            self._shown = replace(self._shown, views=views, more_grids=None)
        prompt = self.form.fields["prompt"].read()
        if not self._has_prompt and "{}" not in prompt:  # what is hidden cannot be wrong
            prompt = self._shown.prompt
        return self.form.read(self._shown, prompt=prompt)

    def store(self) -> None:
        """Hand the settings to the session where they are sound and new."""
        self._store_timer.stop()
        config = self.config()
        if config is not None and config != self._project.settings.scoring:
            self._project.settings.scoring = config
        self.refresh()

    def start(self) -> None:
        self.problem.clear()
        self.store()
        config = self.config()
        if config is None or not self.start_button.isEnabled():
            return
        try:
            self._session.jobs.start_scoring(config)
        except UserError as error:
            self.problem.show_message(str(error), Tone.ERROR)

    def refresh(self, *_: object) -> None:
        """Button, hints and result line, from the session."""
        session = self._session
        scored = session.project.display_kind is not None
        self.start_button.setText("Score again" if scored else "Score photos")
        self.start_button.setAccessibleName(self.start_button.text())
        hint = self._what_is_missing()
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.start_button.setEnabled(not hint)
        if scored and session.project.scoring.is_stale and not session.jobs.is_busy:
            self.stale_message.show_message(
                "These scores are from other classes or settings.", Tone.WARNING
            )
        else:
            self.stale_message.clear()
        errors = [
            (path, error)
            for path, error in zip(
                session.project.photos.paths, session.project.photos.errors, strict=True
            )
            if error
        ]
        self.skipped.show_items(errors)

    def _what_is_missing(self) -> str:
        """Half of the reason why scoring cannot start now, empty where it can."""
        session = self._session
        if session.jobs.is_busy:
            kind = session.jobs.kind
            return f"Wait for: {kind.heading}." if kind is not None else "A job is running."
        if not len(session.project.photos):
            return "There are no photos in this folder yet."
        if not session.project.classes:
            return "Add classes first: the encoder compares photos with their names."
        if not self.chooser.is_ready:
            return f"Download {self.chooser.title} first, or choose an encoder that is ready."
        if self.form.has_errors:
            return "Correct the setting marked above."
        return ""

    def _edited(self) -> None:
        self._show_parts()
        self.config()  # reads the fields, which tells each row its error at once
        self._store_timer.start()
        self.refresh()

    def _job_finished(self, result: object) -> None:
        if isinstance(result, JobResult) and result.kind in (
            JobKind.SCORE,
            JobKind.SCORE_AND_TRAIN,
        ):
            if result.outcome is Outcome.FAILED:
                self.problem.show_message(result.message, Tone.ERROR)
            else:
                self.problem.clear()
                self.result.setText(result.message)
        self.refresh()
