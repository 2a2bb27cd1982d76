"""How large a model would be, before any memory is taken for it."""

from collections.abc import Callable

import torch
from torch import nn


def weights_of(build: Callable[[], nn.Module]) -> int:
    """The number of weights of what `build` makes, which takes no memory for them meanwhile.

    Raises what `build` does, RuntimeError for sizes that no tensor can have.
    """
    with torch.device("meta"):
        model = build()
    return sum(weights.numel() for weights in (*model.parameters(), *model.buffers()))
