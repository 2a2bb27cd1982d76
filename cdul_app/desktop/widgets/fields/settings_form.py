"""Rows of a form made from a config's table of settings; each row tells its own error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.number_field import NumberField
from cdul_app.desktop.widgets.fields.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.errors import SettingsError
from cdul_app.language import tr
from cdul_app.settings.configs import OWN, ScoringConfig, TrainingConfig
from cdul_app.settings.fields import Setting, settings_of

Config = TypeVar("Config", ScoringConfig, TrainingConfig)


@dataclass(frozen=True)
class SettingField:
    """A widget for one value."""

    widget: QWidget
    read: Callable[[], Any]  # raises SettingsError
    show: Callable[[Any], object]
    changed: SignalInstance


class SettingsForm(Generic[Config]):
    """The rows of a config, for a panel to lay out."""

    def __init__(
        self,
        config: type[Config],
        presets: Mapping[str, str],
        preset_of: Callable[[str], Config],
        edited: Callable[[], object],
    ) -> None:
        """presets : names and titles; edited : called after each edit of a person."""
        self.settings = settings_of(config)
        self.fields: dict[str, SettingField] = {}
        self.rows: dict[str, FormRow] = {}
        self.advanced = Disclosure(tr("Advanced settings"))
        self.loading = False  # values are being put into fields, which is no edit
        self._preset_of: Callable[[str], Config] = preset_of
        self._tell_edited = edited
        self.preset = choice_box({**presets, OWN: tr("Own settings")})
        self.preset.activated.connect(self._on_preset_chosen)
        self.preset_row = FormRow(tr("Preset"), self.preset)

    def row(self, name: str, field: SettingField | None = None) -> FormRow:
        """A new row for a setting, with a field of the setting's kind where none is given."""
        setting = self.settings[name]
        field = field or make_field(setting)
        row = FormRow(
            tr(setting.title),
            field.widget,
            help_text=tr(setting.meaning),
            tooltip=tr(setting.source),
            stacked=isinstance(setting.default, str) and not setting.choices,
        )
        self.bind(name, row, field)
        return row

    def bind(self, name: str, row: FormRow, field: SettingField) -> None:
        """Errors of the setting are told in `row`."""
        self.rows[name], self.fields[name] = row, field
        field.changed.connect(self.edited)

    def fill_advanced(self) -> None:
        """Rows for all settings of the table that have none yet."""
        for name, setting in self.settings.items():
            if name not in self.rows and not setting.hidden:
                self.advanced.content.addWidget(self.row(name))

    def show(self, config: Config, *, of_preset: bool = False) -> None:
        """Put the settings into the fields, those of a preset without what presets leave."""
        self.loading = True
        for name, field in self.fields.items():
            if not (of_preset and self.settings[name].kept):
                field.show(getattr(config, name))
        self.loading = False

    def read(self, base: Config, **given: Any) -> Config | None:
        """Put the fields into `base` in their order; tell each row its error or none, and name the
        preset whose settings these are.

        base : a config that every single field can be put into; given : values in place of what
        fields say.  None where any is wrong.
        """
        config: Config = base
        for name, row in self.rows.items():
            try:
                value = given[name] if name in given else self.fields[name].read()
                config = replace(config, **{name: value})
            except SettingsError as error:
                row.set_error(str(error))
                if not self.settings[name].basic:
                    self.advanced.set_open(True)  # a wrong setting is never hidden
            else:
                row.set_error("")
        read = None if self.problem else config
        self.preset.setCurrentIndex(self.preset.findData(OWN if read is None else read.preset))
        return read

    @property
    def problem(self) -> str:
        """What to do where a field is wrong, else empty."""
        wrong = any(row.error for row in self.rows.values())
        return tr("Correct the setting marked above.") if wrong else ""

    def edited(self, *_: object) -> None:
        if not self.loading:
            self._tell_edited()

    def show_preset(self, name: str) -> None:
        """Fill in a preset, as an edit."""
        self.show(self._preset_of(name), of_preset=True)
        self.edited()

    def _on_preset_chosen(self) -> None:
        name = self.preset.currentData()
        if name == OWN:
            self.advanced.set_open(True)
        else:
            self.show_preset(name)


def make_field(setting: Setting) -> SettingField:
    """By the kind of the setting: number, choice, switch or text."""
    if setting.bounds is not None:
        line = NumberField(
            tr(setting.title), whole=setting.bounds.whole, empty_means=tr(setting.empty)
        )
        return SettingField(line, line.number, line.set_number, line.textChanged)
    if setting.choices:
        box = choice_box({value: tr(title) for value, title in setting.choices.items()})
        return SettingField(
            box,
            box.currentData,
            lambda value: box.setCurrentIndex(box.findData(value)),
            box.currentIndexChanged,
        )
    if isinstance(setting.default, bool):
        check = QCheckBox()
        return SettingField(check, check.isChecked, check.setChecked, check.toggled)
    text = QLineEdit()
    return SettingField(text, text.text, text.setText, text.textChanged)


def choice_box(titles: Mapping[str, str]) -> QComboBox:
    """A combo box of titles, its data the values they stand for."""
    box = DropDown()
    for value, title in titles.items():
        box.addItem(title, value)
    ignore_wheel_unless_focused(box)
    return box
