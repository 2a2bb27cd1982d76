"""The settings of training as a form: classifier, weights, preset, and the advanced fields."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.fields.radio_choice import RadioChoice
from cdul_app.desktop.widgets.fields.settings_form import SettingField, SettingsForm
from cdul_app.desktop.widgets.labels import section_heading
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.language import tr
from cdul_app.settings.configs import FEATURES, TrainingConfig, training_preset

PAPER_CLASSIFIER = "resnet101"
_PRESET_TITLES = {"default": tr("Default"), "paper": tr("Paper (CDUL)")}
_CLASSIFIERS = (
    (
        tr("Similar photos – fast, recommended"),
        tr("Photos that look alike correct each other's labels: seconds, no download."),
    ),
    (
        tr("ResNet-101 – the paper's"),
        tr(
            "Learns from the photos themselves. Wants a GPU and thousands of photos: of a few "
            "hundred its labels get far worse."
        ),
    ),
    (tr("Another timm classifier"), ""),
)


class TrainingSettings(QWidget):
    """`config()` is what the fields say; `changed` comes with each edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = SettingsForm(TrainingConfig, _PRESET_TITLES, self._preset_of, self._on_edited)
        weights = PathField(
            tr("Weights file"),
            caption=tr("Choose a timm checkpoint"),
            name_filter=tr("Checkpoints (*.safetensors *.pth *.pt *.bin);;All files (*)"),
            placeholder=tr("timm's ImageNet weights"),
        )
        line = weights.line
        field = SettingField(weights, lambda: line.text().strip(), line.setText, weights.edited)
        vertical(
            section_heading(tr("Classifier")), self._make_classifiers(),
            self.form.row("weights", field), self.form.preset_row, self.form.advanced,
            on=self, spacing=SPACING[2],
        )  # fmt: skip
        self.form.fill_advanced()
        self._group.buttonToggled.connect(self._on_classifier_chosen)
        self.show_config(TrainingConfig())

    @property
    def classifier(self) -> str:
        if self.features_radio.isChecked():
            return FEATURES
        if self.paper_radio.isChecked():
            return PAPER_CLASSIFIER
        return self.other_name.text().strip()

    def show_config(self, config: TrainingConfig) -> None:
        """Put the settings into the fields."""
        self.form.show(config)
        self._read_fields()

    def config(self) -> TrainingConfig | None:
        """None where a field is wrong, which then says so."""
        # What only classifiers that read photos have cannot be wrong where it is hidden.
        hidden = {
            name: setting.default
            for name, setting in self.form.settings.items()
            if setting.end_to_end and self.features_radio.isChecked()
        }
        # Without warm-up any number of epochs can be put in before the warm-up itself.
        return self.form.read(TrainingConfig(warm_up_epochs=0), **hidden)

    def _make_classifiers(self) -> QWidget:
        choices = [RadioChoice(title, meaning) for title, meaning in _CLASSIFIERS]
        self.features_radio, self.paper_radio, self.other_radio = (each.radio for each in choices)
        self._group = QButtonGroup(self)
        for choice in choices:
            self._group.addButton(choice.radio)
        self.other_name = QLineEdit()
        self.other_name.setPlaceholderText("mobilenetv2_100")
        self.other_name.setFixedWidth(180)
        self.other_row = FormRow(tr("timm name"), self.other_name)
        whole, named = box(vertical(*choices, self.other_row, spacing=SPACING[1])), self.other_name
        self.form.bind(
            "classifier",
            self.other_row,
            SettingField(whole, lambda: self.classifier, self._show_classifier, named.textChanged),
        )
        return whole

    def _show_classifier(self, name: str) -> None:
        if name == FEATURES:
            self.features_radio.setChecked(True)
        elif name == PAPER_CLASSIFIER:
            self.paper_radio.setChecked(True)
        else:
            self.other_radio.setChecked(True)
            self.other_name.setText(name)

    def _read_fields(self) -> None:
        """What depends on the classifier, and each row's error."""
        self.other_row.setVisible(self.other_radio.isChecked())
        for name, setting in self.form.settings.items():
            if setting.end_to_end:
                self.form.rows[name].setVisible(not self.features_radio.isChecked())
        self.config()

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

    def _on_edited(self) -> None:
        self._read_fields()
        self.changed.emit()
