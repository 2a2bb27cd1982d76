"""Image towers whose weights are in half precision, where that changes nothing that counts."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

_LEAST_COSINE = 0.99  # to what float32 gives


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
    exact = model.encode_image(views)
    # In the processor's memory, which is larger: both at once might not fit into the device's.
    before = {name: values.cpu() for name, values in model.visual.state_dict().items()}
    model.visual.to(half)
    vectors = model.encode_image(views.to(half)).float()
    cosines = functional.cosine_similarity(vectors, exact.float(), dim=-1)
    if bool((cosines >= _LEAST_COSINE).all()):  # NaN is not
        return half
    model.visual.to(torch.float32)
    model.visual.load_state_dict(before)
    return torch.float32
