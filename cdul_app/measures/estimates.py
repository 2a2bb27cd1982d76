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
    def half_width(self) -> float:
        return (self.high - self.low) / 2

    @classmethod
    def from_draws(cls, draws: FloatArray) -> "Estimate":
        """Median and quantiles of equally likely values (n_draws,)."""
        low, value, high = np.quantile(draws, [INTERVAL[0], 0.5, INTERVAL[1]])
        return cls(float(value), float(low), float(high))

    @classmethod
    def from_weighted(cls, values: FloatArray, weights: FloatArray) -> "Estimate":
        """Mean and quantiles of values (n,) with weights (n,) that sum to 1."""
        order = np.argsort(values)
        reached = np.cumsum(weights[order])
        low, high = (
            float(values[order[min(int(np.searchsorted(reached, share)), len(order) - 1)]])
            for share in INTERVAL
        )
        return cls(float(weights @ values), low, high)
