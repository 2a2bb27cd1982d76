"""Checking the fields of a settings form one by one, so that a sentence stands at its field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.errors import SettingsError
from cdul_app.settings.configs import ScoringConfig, TrainingConfig

Config = TypeVar("Config", ScoringConfig, TrainingConfig)


@dataclass(frozen=True)
class BoundField:
    """A field of a config, the row it is shown in, and how its value is read."""

    name: str
    row: FormRow
    read: Callable[[], object]  # raises SettingsError


def read_fields(base: Config, bound: Sequence[BoundField]) -> Config | None:
    """Put the fields into `base` in their order, and tell each row its error or none.

    `base` must be one that every single field can be put into.  None where any is wrong.
    """
    config: Config = base
    sound = True
    for field in bound:
        try:
            changes: dict[str, Any] = {field.name: field.read()}
            config = replace(config, **changes)
        except SettingsError as error:
            field.row.set_error(str(error))
            sound = False
        else:
            field.row.set_error("")
    return config if sound else None
