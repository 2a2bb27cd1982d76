"""The settings of training as a form: classifier, weights, preset, and the advanced fields."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.device_box import device_box
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.desktop.widgets.labels import section_heading
from cdul_app.desktop.widgets.number_field import NumberField
from cdul_app.desktop.widgets.path_field import PathField
from cdul_app.desktop.widgets.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.desktop.widgets.radio_choice import RadioChoice
from cdul_app.desktop.widgets.settings_form import BoundField, read_fields
from cdul_app.settings.configs import FEATURE_HEAD, TrainingConfig, training_preset

PAPER_CLASSIFIER = "resnet101"
PRESET_TITLES = {"default": "Default", "paper": "Paper (CDUL)", "": "Own settings"}

_OURS = "Ours"
_FEATURES = TrainingConfig()
_PAPER = training_preset("paper")
_NUMBERS = (
    # field, title, whole, what an empty field means, help, published or ours
    (
        "epochs",
        "Epochs",
        True,
        "",
        "Passes over all photos.",
        f"Published: {_PAPER.epochs}; ours for features: {_FEATURES.epochs}",
    ),
    (
        "warm_up_epochs",
        "Warm-up epochs",
        True,
        "",
        "Epochs with fixed labels before refinement starts.",
        "Ours: the paper's is not published",
    ),
    (
        "learning_rate",
        "Learning rate",
        False,
        "",
        "",
        f"Published: {_PAPER.learning_rate:g}; ours for features: {_FEATURES.learning_rate:g}",
    ),
    (
        "batch_size",
        "Batch",
        True,
        "",
        "",
        f"Published: 8 for VOC, 16 for COCO; ours: {_FEATURES.batch_size}",
    ),
    (
        "weight_decay",
        "Weight decay",
        False,
        "",
        "",
        f"Published: none (plain Adam); ours: {_FEATURES.weight_decay:g}",
    ),
    (
        "sigma",
        "sigma",
        False,
        "",
        "Width of the curve that decides which labels move.",
        "Ours: the paper's is not published",
    ),
    (
        "eta",
        "eta",
        False,
        "Paper",
        "Height of that curve: how far undecided labels move. Empty: the paper's own.",
        "Ours: slow, even refinement; empty is the published form",
    ),
    (
        "answer_weight",
        "Weight of an answer",
        False,
        "",
        "How many pseudo labels one of your answers counts as.",
        "Ours: the paper has no answers",
    ),
    (
        "ema_decay",
        "Averaging",
        False,
        "Off",
        "Decay of an averaged copy of the classifier, such as 0.99, that refines and is kept.",
        "Published: none; ours: none for features, 0.99 end to end",
    ),
    (
        "patience",
        "Stop when settled",
        True,
        "Never",
        "Stop once labels and loss have stood still for so many epochs.",
        f"Published: all epochs are run; ours: {_FEATURES.patience}",
    ),
    (
        "image_size",
        "Image size",
        True,
        "",
        "Pixels a side; end-to-end classifiers only.",
        f"Published: {_PAPER.image_size}; ours: {_FEATURES.image_size}",
    ),
    ("seed", "Seed", True, "", "The same seed gives the same run on the same machine.", _OURS),
)


class TrainingSettings(QWidget):
    """`config()` is what the fields say; `changed` comes with each edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loading = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[2])
        layout.addWidget(section_heading("Classifier"))
        layout.addWidget(self._make_classifiers())
        self.weights = PathField(
            "Weights file",
            caption="Choose a timm checkpoint",
            name_filter="Checkpoints (*.safetensors *.pth *.pt *.bin);;All files (*)",
            placeholder="timm's ImageNet weights",
        )
        self.weights_row = FormRow(
            "Weights",
            self.weights,
            help_text="A local timm checkpoint of this classifier. Empty: its ImageNet weights, "
            "downloaded once.",
            stacked=True,
        )
        layout.addWidget(self.weights_row)
        self.preset = QComboBox()
        for name, title in PRESET_TITLES.items():
            self.preset.addItem(title, name)
        ignore_wheel_unless_focused(self.preset)
        self.preset_row = FormRow("Preset", self.preset)
        layout.addWidget(self.preset_row)
        self.advanced = Disclosure("Advanced settings")
        layout.addWidget(self.advanced)
        self.numbers: dict[str, NumberField] = {}
        self.rows: dict[str, FormRow] = {}
        for name, title, whole, empty_means, help_text, source in _NUMBERS:
            field = NumberField(title, whole=whole, empty_means=empty_means)
            field.textChanged.connect(self._edited)
            row = FormRow(title, field, help_text=help_text, tooltip=source)
            self.numbers[name], self.rows[name] = field, row
            self.advanced.content.addWidget(row)
        self.cam_views = QCheckBox()
        self.cam_row = FormRow(
            "CAM views",
            self.cam_views,
            help_text="A first classifier shows where it sees classes, and the encoder scores "
            "these places too. Costs the warm-up once more.",
            tooltip=_OURS,
        )
        self.cam_views.toggled.connect(self._edited)
        self.advanced.content.addWidget(self.cam_row)
        self.device = device_box("Device for training")
        self.device_row = FormRow("Device", self.device, tooltip=_OURS)
        self.advanced.content.addWidget(self.device_row)

        self.preset.activated.connect(self._preset_chosen)
        self.device.currentIndexChanged.connect(self._edited)
        self.weights.edited.connect(self._edited)
        self.other_name.textChanged.connect(self._edited)
        self._group.buttonToggled.connect(self._classifier_chosen)
        self._bound = [
            BoundField("classifier", self.other_row, lambda: self.classifier),
            BoundField("weights", self.weights_row, self._weights_text),
            *(
                BoundField(name, self.rows[name], field.number)
                for name, field in self.numbers.items()
            ),
            BoundField("cam_views", self.cam_row, self._wants_cam_views),
            BoundField("device", self.device_row, self.device.currentData),
        ]
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
        return any(field.row.error for field in self._bound)

    def show_config(self, config: TrainingConfig) -> None:
        """Put the settings into the fields."""
        self._loading = True
        if config.classifier == FEATURE_HEAD:
            self.features_radio.setChecked(True)
        elif config.classifier == PAPER_CLASSIFIER:
            self.paper_radio.setChecked(True)
        else:
            self.other_radio.setChecked(True)
            self.other_name.setText(config.classifier)
        self.weights.line.setText(config.weights)
        for name, field in self.numbers.items():
            field.set_number(getattr(config, name))
        self.cam_views.setChecked(config.cam_views)
        self.device.setCurrentIndex(max(0, self.device.findData(config.device)))
        self._loading = False
        self._show_parts()
        self._name_preset()
        self.config()

    def config(self) -> TrainingConfig | None:
        """None where a field is wrong, which then says so."""
        # Without warm-up any number of epochs can be put in before the warm-up itself.
        base = TrainingConfig(warm_up_epochs=0, preset=str(self.preset.currentData() or "own"))
        config = read_fields(base, self._bound)
        if any(self.rows[name].error for name in self.rows):
            self.advanced.set_open(True)
        return config

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
        self.other_row = FormRow("timm name", self.other_name)
        self.other_name.setFixedWidth(180)
        layout.addWidget(self.other_row)
        return box

    def _weights_text(self) -> str:
        return "" if self.features_radio.isChecked() else self.weights.line.text().strip()

    def _wants_cam_views(self) -> bool:
        return self.cam_views.isChecked() and not self.features_radio.isChecked()

    def _show_parts(self) -> None:
        self.other_row.setVisible(self.other_radio.isChecked())
        end_to_end = not self.features_radio.isChecked()
        self.weights_row.setVisible(end_to_end)
        self.rows["image_size"].setVisible(end_to_end)
        self.cam_row.setVisible(end_to_end)

    def _classifier_chosen(self, _button: object, chosen: bool) -> None:
        """Each classifier has settings of its own: the preset is filled in anew."""
        if self._loading or not chosen:
            return
        self._fill_preset("default")

    def _preset_chosen(self) -> None:
        name = self.preset.currentData()
        if not name:
            self.advanced.set_open(True)
            return
        if name == "paper" and self.features_radio.isChecked():
            self._loading = True
            self.paper_radio.setChecked(True)  # the paper trains end to end
            self._loading = False
        self._fill_preset(name)

    def _fill_preset(self, name: str) -> None:
        config = training_preset(name, classifier=self.classifier or PAPER_CLASSIFIER)
        self._loading = True
        for field_name, field in self.numbers.items():
            field.set_number(getattr(config, field_name))
        self._loading = False
        self._show_parts()
        self._edited()

    def _edited(self, *_: object) -> None:
        if self._loading:
            return
        self._name_preset()
        self.config()
        self.changed.emit()

    def _name_preset(self) -> None:
        """Show the preset whose settings these are, "Own settings" where it is none."""
        found = ""
        for name in ("default", "paper"):
            preset = training_preset(name, classifier=self.classifier or PAPER_CLASSIFIER)
            shown = {key: field.text() for key, field in self.numbers.items()}
            meant = {key: _shown(getattr(preset, key)) for key in self.numbers}
            ignored = {"seed", "image_size"} if self.features_radio.isChecked() else {"seed"}
            if all(shown[key] == meant[key] for key in shown if key not in ignored):
                found = name
                break
        self.preset.setCurrentIndex(self.preset.findData(found))


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
