"""Stage 1: how well the photos are to be labelled, and what else can be set of it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from cdul_app.classes.prompts import SINGLE
from cdul_app.desktop.encoders.encoder_chooser import EncoderChooser
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.panels.job_panel import JobPanel
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.grid_field import GridField
from cdul_app.desktop.widgets.fields.settings_form import SettingField, SettingsForm
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.language import tr
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.project.labeling.cost import project_views
from cdul_app.project.labeling.runtimes import runtime_words
from cdul_app.settings.configs import AUTO, ScoringConfig, scoring_preset
from cdul_app.settings.encoder_catalogue import catalogue_entry
from cdul_app.settings.fields import settings_of

_PRESET_TITLES = {"default": tr("Recommended"), "paper": tr("As in the paper")}


class ScoringPanel(JobPanel):
    """Settings are stored as they are edited; a field that is wrong keeps the last good ones."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            tr("Label"),
            tr("Each photo and its parts are compared with the names of your classes."),
            JobKind.SCORE,
            JobKind.SCORE_AND_TRAIN,
            parent=parent,
        )
        self.chooser = EncoderChooser(session)
        self.form = SettingsForm(ScoringConfig, _PRESET_TITLES, self._preset_of, self._on_edited)
        chooser, grid = self.chooser, GridField()
        self.model = label(wrap=True)
        model_row = FormRow(tr("Encoder"), self.model, stacked=True)
        self.form.bind(
            "encoder",
            model_row,
            SettingField(chooser, lambda: chooser.encoder, chooser.choose, chooser.changed),
        )
        for row in (
            model_row, self.form.preset_row, self.form.row("views"),
            self.form.row("grid", SettingField(grid, grid.grid, grid.set_grid, grid.changed)),
        ):  # fmt: skip
            self.form.advanced.content.addWidget(row)
        self.form.fill_advanced()
        self.show_body(chooser, self.form.advanced)
        views = self.form.fields["views"].widget
        assert isinstance(views, QComboBox)
        for name, preset in VIEW_PRESETS.items():
            place = views.findData(name)
            views.setItemData(place, plain_tip(tr(preset.meaning)), Qt.ItemDataRole.ToolTipRole)
        self.stale_message = Message()
        self.show_footer(
            self.result, self.stale_message, self.problem, self.hint,
        )  # fmt: skip
        self.show_config(session.project.settings.scoring)
        session.labeling.changed.connect(self.refresh)  # also with photos and classes
        self.refresh()

    def show_config(self, config: ScoringConfig) -> None:
        """Put the settings into the fields; stores nothing."""
        self._shown = config
        self.form.show(config)
        self._read_fields()

    def config(self) -> ScoringConfig | None:
        views = self.form.fields["views"].read()
        if views != self._shown.views:  # grids of the command line stay until others are chosen
            self._shown = replace(self._shown, views=views, more_grids=None)
        prompt = self.form.fields["prompt"].read()
        if not self._has_prompt and "{}" not in prompt:  # what is hidden cannot be wrong
            prompt = self._shown.prompt
        return self.form.read(self._shown, prompt=prompt)

    def store(self) -> None:
        super().store()
        self._session.labeling.look()

    def refresh(self, *_: object) -> None:
        super().refresh()
        project = self._project
        config = project.settings.scoring
        self.chooser.show_costs(config)
        self._tell_views()
        meaning = tr(settings_of(ScoringConfig)["runtime"].meaning)
        self.form.rows["runtime"].set_help(" ".join((meaning, runtime_words(config))).strip())
        entry = catalogue_entry(config.encoder)
        self.model.setText(
            config.encoder if entry is None else f"{tr(entry.title)} ({entry.identifier})"
        )
        scored = project.display_kind is not None
        stale = scored and project.scoring.is_stale and not self._session.jobs.is_busy
        self.stale_message.show_message(
            tr("These labels are of other classes or settings: label the photos again.")
            if stale
            else "",
            Tone.WARNING,
        )

    def _preset_of(self, name: str) -> ScoringConfig:
        self._shown = scoring_preset(name, of=self._shown)
        return self._shown

    @property
    def _has_prompt(self) -> bool:
        return bool(self.form.fields["templates"].read() == SINGLE)

    def _read_fields(self) -> None:
        """What depends on a choice, and each row's error."""
        self._tell_views()
        self.form.rows["prompt"].setVisible(self._has_prompt)
        self.config()

    def _tell_views(self) -> None:
        """What the chosen views are; of automatic ones, which these are and why."""
        views, why = self.form.fields["views"].read(), ""
        if views == AUTO:
            choice = project_views(
                self._project, replace(self._project.settings.scoring, views=AUTO)
            )
            views, why = choice.config.views, choice.why
        preset = VIEW_PRESETS[views]
        self.form.rows["views"].set_help(
            f"{tr(preset.title)}: {why}." if why else tr(preset.meaning)
        )

    def _start_job(self) -> None:
        self._session.jobs.start_scoring()

    def _what_is_missing(self) -> str:
        if busy := super()._what_is_missing():
            return busy
        if not len(self._project.photos):
            return tr("There are no photos in this folder yet.")
        if not self._project.classes:
            return tr("Name your classes first: photos are compared with their names.")
        return self.form.problem

    def _on_edited(self) -> None:
        self._read_fields()
        super()._on_edited()
