"""How fast this machine encodes, tried for about two seconds."""

import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import torch

from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.half_precision import half_type
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes, ViewEncoder
from cdul_app.models.encoder.views import ViewFormat

SECONDS = 2.0
_BLOCKS, _WIDTH, _HEADS, _PLACES = 12, 768, 12, 50  # of ViT-B/32


def seconds_a_view(device: torch.device) -> Iterator[float]:
    """Of ViT-B/32, from one of its equal blocks with random weights: what is told last counts,
    and between two the trial can be given up."""
    for seconds in _tried(_OneBlock(device)):
        yield seconds * _BLOCKS


def seconds_a_photo(encoder: Encoder, plan: ViewPlan) -> Iterator[float]:
    """As `seconds_a_view`, for the views of a photo by an encoder that is loaded, reading and
    cutting it not counted.  Raises EncoderError where the plan does not fit the encoder."""
    if plan.is_dense:
        yield from _tried(DenseEncoder(encoder, plan))
    else:
        for seconds in _tried(encoder):
            yield seconds * plan.encoded_count


def _tried(encoder: ViewEncoder) -> Iterator[float]:
    """Seconds an input, in batches that grow until they are as large as in earnest or take long
    enough to be believed."""
    most, ends = encoder.default_batch_size, time.monotonic() + SECONDS
    form, size = encoder.view_format, 1
    with closing(EncodingLanes(encoder, most)) as lanes:
        while True:
            pixels = np.zeros((size, form.height, form.width, 3), dtype=np.uint8)
            batches = 2 * lanes.lane_count
            began = time.monotonic()
            for future in [lanes.submit(pixels) for _ in range(batches)]:
                future.result()
            took = max(time.monotonic() - began, 1e-6)
            yield took / (size * batches)
            size = min(most, size * 4)
            # What comes next takes about as much longer as it is larger.
            if len(pixels) == most or time.monotonic() + took * size / len(pixels) > ends:
                return


class _OneBlock:
    """An encoder of as much work as one block of ViT-B/32."""

    view_format = ViewFormat(1, 1, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))

    def __init__(self, device: torch.device) -> None:
        from open_clip.transformer import ResidualAttentionBlock

        self.device = device
        half = half_type(device.type, convolutional=False, has_bfloat16=False)
        self._number_type = half or torch.float32
        block = ResidualAttentionBlock(_WIDTH, _HEADS).eval().requires_grad_(False)
        self._block = block.to(device, self._number_type)

    @property
    def default_batch_size(self) -> int:
        return 16 if self.device.type == "cpu" else 256

    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray:
        with torch.inference_mode():
            places = torch.rand(
                len(pixels), _PLACES, _WIDTH, device=self.device, dtype=self._number_type
            )
            return np.asarray(self._block(places)[:, 0].float().cpu().numpy(), dtype=np.float32)
