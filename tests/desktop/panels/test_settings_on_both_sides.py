"""What is set in the window and what is set on the command line are the same settings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cdul_app.cli.arguments import parse_arguments
from cdul_app.cli.commands import scoring_config, training_config
from cdul_app.desktop.panels.scoring_panel import ScoringPanel
from cdul_app.desktop.panels.training_settings import TrainingSettings
from cdul_app.method.snippets import SnippetGrid
from cdul_app.settings.configs import (
    SCORING_PRESETS,
    TRAINING_PRESETS,
    ScoringConfig,
    TrainingConfig,
    training_preset,
)
from cdul_app.settings.fields import settings_of

BACKBONE = "mobilenetv2_100"
OTHER_TEXTS = {
    "encoder": "ViT-B-32/openai",
    "prompt": "{} outdoors",
    "classifier": BACKBONE,
    "weights": __file__,  # any file that is there
}


def _values(config: type[Any], name: str) -> list[Any]:
    """Some that are not the default."""
    item = settings_of(config)[name]
    if name in OTHER_TEXTS:
        return [OTHER_TEXTS[name]]
    if isinstance(item.default, SnippetGrid):
        return [SnippetGrid(2, 4)]
    if item.bounds is not None and item.option is not None and item.option.metavar is not None:
        number = item.bounds.highest if item.bounds.whole else item.bounds.highest / 4
        return [number, *([None] if item.words else [])]
    return [value for value in item.choices or item.words.values() if value != item.default]


def _cases(config: type[Any]) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}={value}")
        for name, item in settings_of(config).items()
        if item.option is not None
        for value in _values(config, name)
    ]


def _option(config: type[Any], name: str, value: Any) -> list[str]:
    item = settings_of(config)[name]
    assert item.option is not None
    return [f"--{(item.option.name or name).replace('_', '-')}", item.word(value)]


def _choose(form: Any, preset: str) -> None:
    form.preset.setCurrentIndex(form.preset.findData(preset))
    form.preset.activated.emit(form.preset.currentIndex())


@pytest.fixture
def settings(qtbot):
    settings = TrainingSettings()
    qtbot.addWidget(settings)
    return settings


@pytest.fixture
def panel(keep, trained_session):
    return keep(ScoringPanel(trained_session))


def _train(*options: str) -> TrainingConfig:
    return training_config(parse_arguments(["train", "photos", *options]))


def _score(saved: ScoringConfig, *options: str) -> ScoringConfig:
    return scoring_config(parse_arguments(["score", "photos", *options]), saved)


@pytest.mark.parametrize(("name", "value"), _cases(TrainingConfig))
def test_a_setting_of_training(settings, name: str, value: Any):
    reads_photos = settings_of(TrainingConfig)[name].end_to_end
    start = ["--classifier", BACKBONE] if reads_photos else []
    told = _train(*start, *_option(TrainingConfig, name, value))
    if reads_photos:
        settings.form.fields["classifier"].show(BACKBONE)
    settings.form.fields[name].show(value)
    assert settings.config() == told
    assert getattr(told, name) == value


@pytest.mark.parametrize(("name", "value"), _cases(ScoringConfig))
def test_a_setting_of_scoring(panel, name: str, value: Any):
    told = _score(panel.config(), *_option(ScoringConfig, name, value))
    if name == "grid":  # on the command line it is all grids there are
        told = replace(told, more_grids=None)
    if name == "prompt":
        panel.form.fields["templates"].show("single")
    panel.form.fields[name].show(value)
    assert panel.config() == told
    assert getattr(told, name) == value


@pytest.mark.parametrize("preset", TRAINING_PRESETS)
@pytest.mark.parametrize("epochs", [10, 5])
def test_a_preset_of_training_with_other_epochs(settings, preset: str, epochs: int):
    network = ("--classifier", "resnet101", "--preset", preset)
    told = _train(*network, "--epochs", str(epochs))
    settings.paper_radio.click()
    _choose(settings.form, preset)
    whole = settings.config()
    assert whole == training_preset(preset, classifier="resnet101") == _train(*network)
    settings.form.fields["epochs"].widget.setText(str(epochs))
    # The command line shortens a warm-up that would leave no epoch for refinement.
    settings.form.fields["warm_up_epochs"].widget.setText(str(told.warm_up_epochs))
    assert settings.config() == told
    assert told == replace(
        whole, epochs=epochs, warm_up_epochs=min(whole.warm_up_epochs, epochs - 1)
    )
    assert (settings.form.preset.currentData(), told.preset) == ("own", "own")


def test_the_papers_preset_with_ten_epochs_still_trains_as_published(settings):
    _choose(settings.form, "paper")
    settings.form.fields["epochs"].widget.setText("10")
    config = settings.config()
    assert config == _train("--preset", "paper", "--epochs", "10")
    assert not config.rate_falls
    assert not config.freeze_statistics
    assert not config.start_bias
    settings.show_config(TrainingConfig())
    settings.show_config(TrainingConfig.from_dict(config.to_dict()))  # as after a new start
    assert settings.config() == config


@pytest.mark.parametrize("preset", SCORING_PRESETS)
def test_a_preset_of_scoring(panel, trained_session, preset: str):
    changes = {"zeta": 0.4, "more_grids": (SnippetGrid(2, 2),), "prompt": "{} outdoors"}
    mine = replace(trained_session.project.settings.scoring, **changes)
    panel.show_config(mine)
    assert panel.config() == mine
    _choose(panel.form, preset)
    assert panel.config() == _score(mine, "--preset", preset)
    assert panel.form.preset.currentData() == preset


def test_every_setting_has_a_row_or_says_why_not(settings, panel):
    for form in (settings.form, panel.form):
        for name, item in form.settings.items():
            assert (name in form.rows) != bool(item.hidden), name


def test_every_option_of_the_table_is_on_the_command_line(capsys):
    for command, config in (("score", ScoringConfig), ("train", TrainingConfig)):
        with pytest.raises(SystemExit):
            parse_arguments([command, "--help"])
        shown = capsys.readouterr().out
        for name, item in settings_of(config).items():
            if item.option is not None:
                assert f"\n  {_option(config, name, item.default)[0]} " in shown


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "own.pt").touch()
    monkeypatch.chdir(tmp_path)
    config = _train("--classifier", BACKBONE, "--weights", "own.pt")
    assert config.weights == str(tmp_path / "own.pt")
