"""A figure that is not known exactly."""

from dataclasses import dataclass

import numpy as np

from cdul_app.method.arrays import FloatArray

INTERVAL = (0.025, 0.975)  # 95 %


@dataclass(frozen=True)
class Estimate:
    """A share in [0, 1] with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def most_off(self) -> float:
        """From `value` to the farther end: what ± may say of a lopsided interval."""
        return max(self.value - self.low, self.high - self.value)

    @classmethod
    def from_draws(cls, value: float, lower: FloatArray, upper: FloatArray) -> "Estimate":
        """`value`, moved into the interval from draws of its lower to those of its upper end."""
        low = float(np.quantile(lower, INTERVAL[0]))
        high = max(low, float(np.quantile(upper, INTERVAL[1])))
        return cls(min(max(value, low), high), low, high)
