"""An averaged copy of a classifier in training: steadier than the one that takes the steps."""

import copy
from typing import Any

import torch
from torch import Tensor, nn


class AveragedClassifier:
    """Exponential moving average of all weights and running statistics.

    Early steps count more, so that the copy does not remember the untrained classifier: the decay
    in use is the lower of `decay` and (1 + steps) / (10 + steps).
    Source: A. Tarvainen, H. Valpola, "Mean teachers are better role models", 2017; the ramp is
    TensorFlow's `ExponentialMovingAverage`.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        """decay : in (0, 1), share of the copy that is kept at each step."""
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self._decay = decay
        self._steps = 0
        self._numbers, self._counts = _split(self.module)

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move towards `module` after one of its steps."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        numbers, counts = _split(module)
        torch._foreach_lerp_(self._numbers, numbers, 1 - decay)  # by one kernel on CUDA, not 500
        if counts:  # it takes no empty list
            torch._foreach_copy_(self._counts, counts)

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self._steps, "module": self.module.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._steps = int(state["steps"])
        self.module.load_state_dict(state["module"])


def _split(module: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """What can be averaged, and the rest: counts of batches."""
    held: list[Tensor] = [*module.parameters(), *module.buffers()]
    return (
        [each for each in held if each.is_floating_point()],
        [each for each in held if not each.is_floating_point()],
    )
