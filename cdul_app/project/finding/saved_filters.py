"""Filters that a person has given a name, kept in the project."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cdul_app.storage.records.project_settings import ProjectSettings

SETTING = "saved_filters"


@dataclass(frozen=True)
class SavedFilter:
    """A class is kept by its name: lists of classes change."""

    name: str
    class_name: str | None = None
    label: str = "any"
    state: str | None = None
    flagged: bool = False
    query: str = ""
    score_range: tuple[float, float] | None = None
    sort: str = "name"
    descending: bool = False


def read_saved_filters(settings: ProjectSettings) -> list[SavedFilter]:
    """In the order they were saved; what another version has written and is unknown is left out."""
    return settings.read(SETTING, _from_list) or []


def write_saved_filters(settings: ProjectSettings, filters: Sequence[SavedFilter]) -> None:
    settings.set(SETTING, [asdict(each) for each in filters])


def _from_list(values: list[Mapping[str, Any]]) -> list[SavedFilter]:
    return [found for value in values if (found := _from_dict(value))]


def _from_dict(value: Mapping[str, Any]) -> SavedFilter | None:
    known = {key: value[key] for key in SavedFilter.__dataclass_fields__ if key in value}
    if not isinstance(known.get("name"), str):
        return None
    if known.get("score_range") is not None:
        low, high = known["score_range"]
        known["score_range"] = (float(low), float(high))
    return SavedFilter(**known)
