"""Image towers whose weights are in half precision, where that changes nothing that counts."""

import itertools
import logging
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

logger = logging.getLogger(__name__)

_LEAST_COSINE = 0.999  # to what float32 gives


def has_bfloat16(device: torch.device) -> bool:
    """Whether the device computes in it, rather than imitates it at a loss."""
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def half_type(device_type: str, *, convolutional: bool, has_bfloat16: bool) -> torch.dtype | None:
    """Which half precision may be tried, None for none.

    float16 for transformers on CUDA; convolutional trunks overflow it (RN50x64 gives NaN).
    """
    if device_type != "cuda":
        return None
    if not convolutional:
        return torch.float16
    return torch.bfloat16 if has_bfloat16 else None


@torch.no_grad()
def halve_where_faithful(model: Any, views: Tensor, half: torch.dtype | None) -> torch.dtype:
    """Give the image tower of an open_clip model weights of that type, where what it then says of
    `views` is finite and near what it said before; else leave it as it is.

    views : (B, 3, H, W) float32, normalised.  Returns the type its weights have.
    """
    if half is None:
        return torch.float32
    # In the processor's memory, which is larger: both at once might not fit into the device's.
    before = {name: values.cpu() for name, values in _numbers(model.visual)}
    try:
        exact = model.encode_image(views).float()
        model.visual.to(half)
        vectors = model.encode_image(views.to(half)).float()
        cosines = functional.cosine_similarity(vectors, exact, dim=-1)
        if bool((cosines >= _LEAST_COSINE).all()):  # NaN is not
            return half
        reason = f"cosines from {float(cosines.min()):.4f}"
    except (RuntimeError, TypeError, ValueError) as error:  # of layers that cannot, or no memory
        reason = str(error)
    logger.warning("The image tower stays in float32, not %s: %s", half, reason)
    model.visual.to(torch.float32)
    for name, values in _numbers(model.visual):
        values.copy_(before[name])
    return torch.float32


def _numbers(tower: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """What `to` changes the type of; a state dict leaves buffers out that no file has."""
    for name, values in itertools.chain(tower.named_parameters(), tower.named_buffers()):
        if values.is_floating_point():
            yield name, values.data
