"""What an accelerator's memory holds, and the way to it."""

import logging

import torch
from torch import Tensor

logger = logging.getLogger(__name__)

# Of mps, and of CUDA's libraries beside torch; the last is what torch says of a convolution where
# no memory was left for any way to compute it.
_SIGNS = ("out of memory", "ALLOC_FAILED", "ALLOCATION_FAILED", "unable to find an engine")


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether smaller parts might do; not every device has an error of its own for that."""
    return isinstance(error, torch.OutOfMemoryError) or any(sign in str(error) for sign in _SIGNS)


def pinned(pixels: Tensor) -> Tensor:
    """In memory from which a copy to CUDA keeps nobody waiting; as it is where there is none."""
    try:
        return pixels.pin_memory()
    except RuntimeError as error:
        logger.info("Uploads wait, for want of pinned memory: %s", error)
        return pixels
