"""The settings of training as a form: classifier, weights, preset, and the advanced fields."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.desktop.widgets.labels import section_heading
from cdul_app.desktop.widgets.path_field import PathField
from cdul_app.desktop.widgets.radio_choice import RadioChoice
from cdul_app.desktop.widgets.settings_form import SettingField, SettingsForm
from cdul_app.settings.configs import FEATURE_HEAD, TrainingConfig, training_preset

PAPER_CLASSIFIER = "resnet101"
_PRESET_TITLES = {"default": "Default", "paper": "Paper (CDUL)"}


class TrainingSettings(QWidget):
    """`config()` is what the fields say; `changed` comes with each edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[2])
        self.form = SettingsForm(TrainingConfig, _PRESET_TITLES, self._preset_of, self._edited)
        layout.addWidget(section_heading("Classifier"))
        layout.addWidget(self._make_classifiers())
        weights = PathField(
            "Weights file",
            caption="Choose a timm checkpoint",
            name_filter="Checkpoints (*.safetensors *.pth *.pt *.bin);;All files (*)",
            placeholder="timm's ImageNet weights",
        )
        line = weights.line
        layout.addWidget(
            self.form.row(
                "weights",
                SettingField(weights, lambda: line.text().strip(), line.setText, weights.edited),
            )
        )
        layout.addWidget(self.form.preset_row)
        layout.addWidget(self.form.advanced)
        self.form.fill_advanced()
        self._group.buttonToggled.connect(self._on_classifier_chosen)
        self.show_config(TrainingConfig())

    @property
    def classifier(self) -> str:
        if self.features_radio.isChecked():
            return FEATURE_HEAD
        if self.paper_radio.isChecked():
            return PAPER_CLASSIFIER
        return self.other_name.text().strip()

    @property
    def has_errors(self) -> bool:
        return self.form.has_errors

    def show_config(self, config: TrainingConfig) -> None:
        """Put the settings into the fields."""
        self.form.show(config)
        self._show_parts()
        self.config()

    def config(self) -> TrainingConfig | None:
        """None where a field is wrong, which then says so."""
        # What only classifiers that read photos have cannot be wrong where it is hidden.
        hidden = {"weights": "", "cam_views": False} if self.features_radio.isChecked() else {}
        # Without warm-up any number of epochs can be put in before the warm-up itself.
        return self.form.read(TrainingConfig(warm_up_epochs=0), **hidden)

    def _make_classifiers(self) -> QWidget:
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[1])
        self._group = QButtonGroup(self)
        features = RadioChoice(
            "Features – fast, recommended",
            "A small head on the stored embeddings: seconds on a CPU, no download.",
        )
        paper = RadioChoice(
            "ResNet-101 – the paper's",
            "Learns from the photos themselves; wants a GPU, and hours without one.",
        )
        other = RadioChoice("Another timm classifier")
        self.features_radio, self.paper_radio, self.other_radio = (
            features.radio,
            paper.radio,
            other.radio,
        )
        for choice in (features, paper, other):
            self._group.addButton(choice.radio)
            layout.addWidget(choice)
        self.other_name = QLineEdit()
        self.other_name.setPlaceholderText("mobilenetv2_100")
        self.other_name.setFixedWidth(180)
        self.other_row = FormRow("timm name", self.other_name)
        layout.addWidget(self.other_row)
        self.form.bind(
            "classifier",
            self.other_row,
            SettingField(
                box, lambda: self.classifier, self._show_classifier, self.other_name.textChanged
            ),
        )
        return box

    def _show_classifier(self, name: str) -> None:
        if name == FEATURE_HEAD:
            self.features_radio.setChecked(True)
        elif name == PAPER_CLASSIFIER:
            self.paper_radio.setChecked(True)
        else:
            self.other_radio.setChecked(True)
            self.other_name.setText(name)

    def _show_parts(self) -> None:
        self.other_row.setVisible(self.other_radio.isChecked())
        for name, setting in self.form.settings.items():
            if setting.end_to_end:
                self.form.rows[name].setVisible(not self.features_radio.isChecked())

    def _on_classifier_chosen(self, _button: object, chosen: bool) -> None:
        """Each classifier has settings of its own: the default ones are filled in."""
        if chosen and not self.form.loading:
            self.form.show_preset("default")

    def _preset_of(self, name: str) -> TrainingConfig:
        if not self.features_radio.isChecked():
            return training_preset(name, classifier=self.classifier or PAPER_CLASSIFIER)
        config = training_preset(name)
        self.form.loading = True
        self._show_classifier(config.classifier)  # that of the paper's preset trains end to end
        self.form.loading = False
        return config

    def _edited(self) -> None:
        self._show_parts()
        self.config()
        self.changed.emit()
