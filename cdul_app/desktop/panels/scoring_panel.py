"""Stage 1: the encoder, the settings of scoring, and the button that starts it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from cdul_app.classes.background_words import BACKGROUND_WORDS
from cdul_app.classes.class_list import DEFAULT_PROMPT
from cdul_app.classes.class_prompts import PHOTO_TEMPLATES, PHOTOS, RAW, SINGLE, SPELLING, SYNONYMS
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.device_box import device_box, probably_has_gpu
from cdul_app.desktop.panels.encoder_chooser import EncoderChooser
from cdul_app.desktop.panels.skipped_list import SkippedList
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.desktop.widgets.labels import caption_label, section_heading
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.number_field import NumberField
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.desktop.widgets.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.desktop.widgets.settings_form import BoundField, read_fields
from cdul_app.errors import UserError
from cdul_app.events import Outcome
from cdul_app.method.snippets import MAX_SNIPPETS_PER_SIDE, SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.settings.configs import ScoringConfig, scoring_preset
from cdul_app.settings.encoder_catalogue import recommended_encoder

STORE_DELAY_MS = 250
_PRESET_TITLES = {"default": "Recommended", "paper": "As in the paper", "own": "Own settings"}
_TEMPLATE_TITLES = {SINGLE: "One", PHOTOS: f"Average of {len(PHOTO_TEMPLATES)}"}
_NAME_TITLES = {SYNONYMS: "Spelt, with synonyms", SPELLING: "Spelt out", RAW: "As shown"}


class ScoringPanel(Panel):
    """Settings are stored as they are edited; a field that is wrong keeps the last good ones."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Scoring",
            "The encoder compares each photo and its snippets with the class names.",
            parent=parent,
        )
        self._session = session
        self._loading = False

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
        self.footer.addWidget(self.skipped)
        self.footer.addWidget(self.result)
        self.footer.addWidget(self.stale_message)
        self.footer.addWidget(self.problem)
        self.footer.addWidget(self.hint)
        self.footer.addWidget(self.start_button)
        self.show_footer()

        self._store_timer = self.delayed(STORE_DELAY_MS, self.store, even_on_release=True)

        self.show_config(session.scoring_config)
        self.chooser.set_collapsed(session.display_kind is not None)
        for signal in (session.photos_changed, session.classes_changed, session.scores_changed):
            signal.connect(self.refresh)
        session.job_started.connect(self.refresh)
        session.job_finished.connect(self._job_finished)
        self.refresh()

    def _make_fields(self) -> None:
        self.rows = QSpinBox()
        self.columns = QSpinBox()
        for box, name in ((self.rows, "Snippet rows"), (self.columns, "Snippet columns")):
            box.setRange(1, MAX_SNIPPETS_PER_SIDE)
            box.setAccessibleName(name)
            box.setFixedWidth(48)
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            ignore_wheel_unless_focused(box)
            box.valueChanged.connect(self._edited)
        grid = QWidget()
        grid_layout = QHBoxLayout(grid)
        grid_layout.setContentsMargins(0, 0, 0, 0)
        grid_layout.setSpacing(SPACING[0])
        grid_layout.addWidget(self.rows)
        grid_layout.addWidget(QLabel("×"))
        grid_layout.addWidget(self.columns)
        grid.setFocusProxy(self.rows)
        self.grid_row = FormRow(
            "Snippet grid",
            grid,
            help_text="Rows × columns each photo is cut into. More find smaller objects, and take "
            "longer.",
            tooltip="Published: 3 × 3",
        )
        self.views = QComboBox()
        for name, preset in VIEW_PRESETS.items():
            self.views.addItem(preset.title, name)
            self.views.setItemData(
                self.views.count() - 1, preset.meaning, Qt.ItemDataRole.ToolTipRole
            )
        self.views.setAccessibleName("Views")
        ignore_wheel_unless_focused(self.views)
        self.views.currentIndexChanged.connect(self._edited)
        self.views_row = FormRow(
            "Views",
            self.views,
            help_text=self._meaning_of_views(),
            tooltip="Published: separate views",
        )
        self.zeta = NumberField("zeta")
        self.zeta_row = FormRow(
            "zeta",
            self.zeta,
            help_text="Where the best snippet of a class stays under zeta, the worst one counts. "
            "0: always the best.",
            tooltip="Ours: the paper's value is not published; 0 measured best on real photos",
        )
        self.temperature = NumberField("Temperature", empty_means="Auto")
        self.temperature_row = FormRow(
            "Temperature",
            self.temperature,
            help_text="How sharply scores favour the best class. Auto: the encoder's own, about "
            "0.01.",
        )
        self.templates = _choice_box(_TEMPLATE_TITLES)
        self.templates_row = FormRow(
            "Prompt templates",
            self.templates,
            help_text="What the encoder reads for a class: one sentence of yours, or the average "
            "of several about photos. Classes with prompts of their own pass them by.",
            tooltip="\n".join(PHOTO_TEMPLATES),
        )
        self.prompt = QLineEdit()
        self.prompt.setAccessibleName("Prompt template")
        self.prompt_row = FormRow(
            "Prompt template",
            self.prompt,
            help_text="{} stands for the class name.",
            tooltip=f"Published: “{DEFAULT_PROMPT}”",
            stacked=True,
        )
        self.names = _choice_box(_NAME_TITLES)
        self.names_row = FormRow(
            "Class names",
            self.names,
            help_text="How a name is put into templates; it is shown as you wrote it.",
            tooltip="“pottedplant” is spelt out “potted plant”; “sofa” has the synonym “couch”.",
        )
        self.background = QCheckBox()
        self.background_row = FormRow(
            "Background words",
            self.background,
            help_text="Words such as sky or wall take their share of each score, so that a snippet "
            "of nothing need not look like a class. Those that name a class of yours stay out.",
            tooltip=", ".join(BACKGROUND_WORDS),
        )
        self.device = device_box("Device for scoring")
        self.device_row = FormRow(
            "Device", self.device, help_text="Automatic takes a GPU where there is one."
        )
        self.preset = _choice_box(_PRESET_TITLES)
        self.preset.activated.connect(self._choose_preset)
        self.preset_row = FormRow("Preset", self.preset)
        for row in (self.preset_row, self.views_row, self.grid_row):
            self.body.addWidget(row)
        self.advanced = Disclosure("Advanced settings")
        self.body.addWidget(self.advanced)
        for row in (
            self.zeta_row,
            self.temperature_row,
            self.templates_row,
            self.prompt_row,
            self.names_row,
            self.background_row,
            self.device_row,
        ):
            self.advanced.content.addWidget(row)
        for line in (self.zeta, self.temperature, self.prompt):
            line.textChanged.connect(self._edited)
        for choice in (self.templates, self.names, self.device):
            choice.currentIndexChanged.connect(self._edited)
        self.templates.currentIndexChanged.connect(self._show_prompt)
        self.background.toggled.connect(self._edited)
        self.chooser.changed.connect(self._edited)
        self._fields = [
            BoundField("views", self.views_row, self.views.currentData),
            BoundField("more_grids", self.views_row, self._more_grids),
            BoundField(
                "grid", self.grid_row, lambda: SnippetGrid(self.rows.value(), self.columns.value())
            ),
            BoundField("zeta", self.zeta_row, self.zeta.number),
            BoundField("temperature", self.temperature_row, self.temperature.number),
            BoundField("templates", self.templates_row, self.templates.currentData),
            BoundField("prompt", self.prompt_row, self._prompt_text),
            BoundField("names", self.names_row, self.names.currentData),
            BoundField("background", self.background_row, self.background.isChecked),
            BoundField("device", self.device_row, self.device.currentData),
            BoundField("encoder", self.chooser.other_row, lambda: self.chooser.encoder),
        ]

    def show_config(self, config: ScoringConfig) -> None:
        """Put the settings into the fields; stores nothing."""
        self._loading = True
        self.chooser.choose(config.encoder)
        self.views.setCurrentIndex(max(0, self.views.findData(config.views)))
        self.views_row.help.setText(self._meaning_of_views())
        self.rows.setValue(config.grid.rows)
        self.columns.setValue(config.grid.columns)
        self.zeta.set_number(config.zeta)
        self.temperature.set_number(config.temperature)
        self.templates.setCurrentIndex(self.templates.findData(config.templates))
        self.prompt.setText(config.prompt)
        self.names.setCurrentIndex(self.names.findData(config.names))
        self.background.setChecked(config.background)
        self.device.setCurrentIndex(max(0, self.device.findData(config.device)))
        self._loading = False
        self._show_prompt()
        self._name_preset()

    def _choose_preset(self) -> None:
        name, config = self.preset.currentData(), self._session.scoring_config
        if name == "own":
            self.advanced.set_open(True)
            return
        self.show_config(
            scoring_preset(name, of=replace(config, encoder=self.chooser.encoder or config.encoder))
        )
        self._edited()

    def _name_preset(self) -> None:
        """Show the preset whose settings these are."""
        config = self.config()
        name = "own" if config is None else config.preset
        self.preset.setCurrentIndex(self.preset.findData(name))

    def _show_prompt(self, *_: object) -> None:
        self.prompt_row.setVisible(self.templates.currentData() == SINGLE)

    def _prompt_text(self) -> str:
        """What is hidden cannot be wrong."""
        if self.templates.currentData() == SINGLE:
            return self.prompt.text()
        return self._session.scoring_config.prompt

    def config(self) -> ScoringConfig | None:
        """What the fields say; None where one is wrong, which then says so."""
        base = ScoringConfig(batch_size=self._session.scoring_config.batch_size)
        return read_fields(base, self._fields)

    def _meaning_of_views(self) -> str:
        return VIEW_PRESETS[self.views.currentData()].meaning

    def _more_grids(self) -> tuple[SnippetGrid | OverlappingGrid, ...] | None:
        """Those that were asked for on the command line, until other views are chosen."""
        stored = self._session.scoring_config
        return stored.more_grids if stored.views == self.views.currentData() else None

    def store(self) -> None:
        """Hand the settings to the session where they are sound and new."""
        self._store_timer.stop()
        config = self.config()
        if config is not None and config != self._session.scoring_config:
            self._session.set_scoring_config(config)
        self.refresh()

    def start(self) -> None:
        self.problem.clear()
        self.store()
        config = self.config()
        if config is None or not self.start_button.isEnabled():
            return
        try:
            self._session.start_scoring(config)
        except UserError as error:
            self.problem.show_message(str(error), Tone.ERROR)

    def refresh(self, *_: object) -> None:
        """Button, hints and result line, from the session."""
        session = self._session
        scored = session.display_kind is not None
        self.start_button.setText("Score again" if scored else "Score photos")
        self.start_button.setAccessibleName(self.start_button.text())
        hint = self._what_is_missing()
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.start_button.setEnabled(not hint)
        if scored and session.is_stale and not session.is_busy:
            self.stale_message.show_message(
                "These scores are from other classes or settings.", Tone.WARNING
            )
        else:
            self.stale_message.clear()
        errors = [
            (path, error)
            for path, error in zip(session.photos.paths, session.photos.errors, strict=True)
            if error
        ]
        self.skipped.show_items(errors)

    def _what_is_missing(self) -> str:
        """Half of the reason why scoring cannot start now, empty where it can."""
        session = self._session
        if session.is_busy:
            kind = session.job_kind
            return f"Wait for: {kind.heading}." if kind is not None else "A job is running."
        if not len(session.photos):
            return "There are no photos in this folder yet."
        if not session.classes:
            return "Add classes first: the encoder compares photos with their names."
        if not self.chooser.is_ready:
            return f"Download {self.chooser.title} first, or choose an encoder that is ready."
        if any(field.row.error for field in self._fields):
            self.advanced.set_open(True)
            return "Correct the setting marked above."
        return ""

    def _edited(self, *_: object) -> None:
        if self._loading:
            return
        self.views_row.help.setText(self._meaning_of_views())
        self._name_preset()  # reads the fields, which tells each row its error at once
        self._store_timer.start()
        self.refresh()

    def _job_finished(self, result: object) -> None:
        if isinstance(result, JobResult) and result.kind in (JobKind.SCORE, JobKind.LABEL):
            if result.outcome is Outcome.FAILED:
                self.problem.show_message(result.message, Tone.ERROR)
            else:
                self.problem.clear()
                self.result.setText(result.message)
        self.refresh()


def _choice_box(titles: dict[str, str]) -> QComboBox:
    """A combo box of titles, its data the values they stand for."""
    box = QComboBox()
    for value, title in titles.items():
        box.addItem(title, value)
    ignore_wheel_unless_focused(box)
    return box
