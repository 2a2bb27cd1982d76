"""Options that are made from the table of settings."""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from cdul_app.cli.argument_types import read_number_or_word, read_path, read_text
from cdul_app.settings.configs import TrainingConfig
from cdul_app.settings.fields import Option, Setting, settings_of


def add_settings(
    parser: argparse.ArgumentParser,
    config: type[Any],
    *names: str,
) -> None:
    """Options of the table of settings; one that is not given leaves no attribute."""
    for name in names:
        setting = settings_of(config)[name]
        option = setting.option
        assert option is not None, f"{name} is no option"
        told = f"{setting.meaning} {option.help}".strip()
        if setting.end_to_end:
            told += " For classifiers that read photos."
        if setting.choices and not option.help:
            told += " " + "; ".join(f"{key}: {title}" for key, title in setting.choices.items())
            told += "."
        default = option.default or setting.word(setting.default)
        parser.add_argument(
            option_name(name, option),
            dest=name,
            default=argparse.SUPPRESS,
            type=_reader(setting, option),
            choices=tuple(setting.choices or setting.words) if option.metavar is None else None,
            metavar=option.metavar,
            help=f"{told} Default: {default}" if default else told,
        )


def add_device(parser: argparse.ArgumentParser) -> None:
    add_settings(parser, TrainingConfig, "device")
    parser.set_defaults(device=settings_of(TrainingConfig)["device"].default)


def _reader(setting: Setting, option: Option) -> Callable[[str], Any]:
    if option.is_path:
        return lambda text: str(read_path(text))
    if setting.bounds is None or option.metavar is None:
        return read_text
    number = int if setting.bounds.whole else float
    return partial(read_number_or_word, option.words) if option.words else number


def option_name(name: str, option: Option) -> str:
    """What a setting is called on the command line."""
    return f"--{(option.name or name).replace('_', '-')}"


def changed_settings(arguments: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The fields of `config` that the command line names, with its values."""
    changes = {}
    for name, setting in settings_of(config).items():
        if name in arguments:
            value = getattr(arguments, name)
            changes[name] = setting.words.get(value, value)
    return changes
