"""What a setting is: one record for its check, its row in a form, its option and its help.

A config declares each of its fields with `setting`; forms, command line, checks and run details
are made from the table that `settings_of` reads.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from cdul_app.errors import SettingsError
from cdul_app.language import figure, tr, translatable


@dataclass(frozen=True)
class Bounds:
    """The finite numbers of an interval; str(): "a number above 0 and up to 1"."""

    lowest: float
    highest: float
    whole: bool = False
    above: bool = False  # the lowest number itself is outside
    below: bool = False  # the highest number itself is outside

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return (
            math.isfinite(value)
            and (self.lowest < value if self.above else self.lowest <= value)
            and (value < self.highest if self.below else value <= self.highest)
        )

    def __str__(self) -> str:
        sides = {"lowest": self.lowest, "highest": self.highest}
        if self.whole:
            return tr("a whole number from {lowest} to {highest}", **sides)
        if self.above and self.below:
            return tr("a number above {lowest} and below {highest}", **sides)
        if self.above:
            return tr("a number above {lowest} and up to {highest}", **sides)
        if self.below:
            return tr("a number from {lowest} and below {highest}", **sides)
        return tr("a number from {lowest} to {highest}", **sides)


def whole(lowest: int, highest: int) -> Bounds:
    """The whole numbers from `lowest` to `highest`."""
    return Bounds(lowest, highest, whole=True)


@dataclass(frozen=True)
class Option:
    """How the command line takes a setting."""

    metavar: str | None = None
    help: str = ""  # where the setting's meaning does not say it
    default: str = ""  # what --help calls the default; empty: the default itself
    name: str = ""  # empty: the field's
    words: Mapping[str, Any] = field(default_factory=dict)  # taken beside or in place of a value
    is_path: bool = False


@dataclass(frozen=True)
class Setting:
    """All that is said of one field of a config."""

    title: str
    meaning: str  # one line of help
    source: str  # whether its default is published or ours, and why
    takes: Bounds | Mapping[str, str] | None = None  # choices: values and their titles
    option: Option | None = None
    empty: str = ""  # what None is called, where it may be: "Never"
    basic: bool = False  # stands in the form itself, not under "Advanced settings"
    hidden: str = ""  # why no form has a row for it
    kept: bool = False  # of the machine or the data, not of the method: presets leave it as it is
    end_to_end: bool = False  # means something to classifiers that read photos only
    default: Any = None

    def check(self, value: object, name: str) -> None:
        """Raises SettingsError with what the field `name` takes."""
        if value is None and self.empty:
            return
        if isinstance(self.default, str | bool) and not isinstance(value, type(self.default)):
            kind = tr("a text") if isinstance(self.default, str) else tr("on or off")
            raise SettingsError(
                tr(
                    "“{title}” takes {kind}, not {value!r}.",
                    title=tr(self.title),
                    kind=kind,
                    value=value,
                )
            )
        if self.takes is not None and value not in self.takes:
            taken = str(self.bounds or tr("one of {names}", names=", ".join(self.choices)))
            also = "" if self.title.lower() == name.replace("_", " ") else f" ({name})"
            raise SettingsError(
                tr(
                    "“{title}”{also} takes {taken}, not {text}.",
                    title=tr(self.title),
                    also=also,
                    taken=taken,
                    text=self.text(value),
                )
            )

    @property
    def bounds(self) -> Bounds | None:
        """Of a number."""
        return self.takes if isinstance(self.takes, Bounds) else None

    @property
    def choices(self) -> Mapping[str, str]:
        """Values and their titles, empty where it is no choice."""
        return {} if self.takes is None or isinstance(self.takes, Bounds) else self.takes

    def text(self, value: object) -> str:
        """A value in words, as for --help and the details of a run."""
        if value is None:
            return tr(self.empty).lower()
        if isinstance(value, bool):
            return tr("on") if value else tr("off")
        return figure(value, "g") if isinstance(value, float) else str(value)

    def word(self, value: object) -> str:
        """What the command line calls a value."""
        return next(
            (word for word, meant in self.words.items() if meant == value), self.text(value)
        )

    @property
    def words(self) -> Mapping[str, Any]:
        """What the command line calls values otherwise than they are."""
        switch = {"on": True, "off": False} if isinstance(self.default, bool) else {}
        return switch if self.option is None else {**switch, **self.option.words}


def setting(
    default: Any,
    title: str,
    meaning: str = "",
    source: str = translatable("Ours"),
    takes: Bounds | Mapping[str, str] | None = None,
    option: Option | None = None,
    **rest: Any,
) -> Any:
    """A field of a config, described as by Setting."""
    record = Setting(title, meaning, source, takes, option, default=default, **rest)
    return field(default=default, metadata={"setting": record})


def settings_of(config: type[Any]) -> dict[str, Setting]:
    """The table of a config's settings by their names, in the order of its fields."""
    return {item.name: item.metadata["setting"] for item in fields(config)}


def check_settings(config: Any) -> None:
    """Each setting on its own.  Raises SettingsError."""
    for name, described in settings_of(type(config)).items():
        described.check(getattr(config, name), name)


def known_values(config: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that are settings of `config`: a later version may have written others."""
    return {name: value for name, value in values.items() if name in settings_of(config)}
