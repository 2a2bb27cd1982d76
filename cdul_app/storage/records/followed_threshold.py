"""The threshold that followed answers, as the step of the answers keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MEMBER = "followed"


@dataclass(frozen=True)
class FollowedThreshold:
    """Taken back and done again with the answers it comes from."""

    class_id: int
    before: float  # in [0, 1]
    after: float

    def to_dict(self) -> dict[str, Any]:
        """Beside what was shown, see AnswerProvenance."""
        return {_MEMBER: [self.class_id, self.before, self.after]}

    @classmethod
    def of_step(cls, shown: Mapping[str, Any]) -> "FollowedThreshold | None":
        """None where none followed.  Raises ValueError, TypeError for what is no threshold."""
        if (values := shown.get(_MEMBER)) is None:
            return None
        class_id, before, after = values
        if not (0 <= before <= 1 and 0 <= after <= 1):
            raise ValueError(f"no thresholds: {before}, {after}")
        return cls(int(class_id), float(before), float(after))
