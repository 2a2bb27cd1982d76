"""The provenance of an answer, recorded by `project.decisions`: when, and what was shown then."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class ShownLabel:
    """What a person saw of a class when answering; None where an earlier version did not tell."""

    labels: str | None = None  # the kind of label, None before scoring
    run: int | None = None  # that the score came from
    threshold: float | None = None  # in [0, 1]
    threshold_origin: str | None = None  # "default", "automatic" or "person"
    imported_from: str | None = None  # the file that said so; nothing was shown then

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ShownLabel":
        """Read back `to_dict`; what a later version wrote beside it is passed over."""
        return cls(**{item.name: values.get(item.name) for item in fields(cls)})


@dataclass(frozen=True)
class AnswerProvenance:
    answered: str  # ISO 8601 with its zone
    description: str  # of the step, "" where an earlier version wrote it
    score: float | None  # that was shown, in [0, 1]
    shown: ShownLabel
