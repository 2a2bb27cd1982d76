"""All views of a photo from one pass over it, instead of one pass for each view."""

from dataclasses import replace

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import ViewBox, ViewPlan
from cdul_app.models.accelerated.device_views import resize_on_device
from cdul_app.models.dense.dense_towers import build_dense_tower, location_size
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.views import resize_batch


class DenseEncoder:
    """Embeds photos whole; snippets are pooled from what the encoder makes of each place.

    At the encoder's own size most towers give the whole photo's vector in the same pass.  A larger
    input shows small objects; the whole photo is then encoded once more, as the encoder was
    trained to see it.
    """

    def __init__(self, encoder: Encoder, plan: ViewPlan) -> None:
        """Raises EncoderError where the encoder's kind gives no vectors for places."""
        if plan.dense_scale is None:
            raise ValueError(f"the plan {plan} has no dense pass")
        self._encoder = encoder
        visual = encoder.model.visual
        size = _scaled(encoder.image_size, plan.dense_scale, location_size(visual))
        self.view_format = replace(encoder.view_format, height=size[0], width=size[1])
        self.same_size = size == encoder.image_size  # the tower's first box is the whole photo
        boxes = (ViewBox.whole(), *plan.boxes) if self.same_size else plan.boxes
        tower = build_dense_tower(visual, size, boxes, encoder.device)
        if tower is None:
            raise EncoderError(
                tr(
                    "The encoder {identifier} cannot score snippets in one pass: choose the views "
                    "“paper”, which works with every encoder, or another encoder.",
                    identifier=encoder.identifier,
                )
            )
        self.tower = tower

    @property
    def device(self) -> torch.device:
        return self._encoder.device

    @property
    def gives_whole(self) -> bool:
        """Whether the pass over the places gives the whole photo's vector, too."""
        return self.same_size and self.tower.knows_whole

    @property
    def default_batch_size(self) -> int:
        return self.batch_of(self._encoder.default_batch_size)

    def batch_of(self, views: int) -> int:
        """How many photos have as many pixels as `views` of the encoder's own size, at least 1."""
        return max(1, views * self._encoder.view_format.pixels // self.view_format.pixels)

    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray:
        """Embed squashed photos.

        pixels : (B, H, W, 3) uint8 of `view_format`.
        Returns (B, n_views, dimension) float32, unit norm, the whole photo first.
        Raises EncoderError for values that are not finite.
        """
        vectors = self._encoder.encode_pixels(pixels, tower=self.tower)
        if self.gives_whole:
            return vectors
        if self.same_size:
            vectors = vectors[:, 1:]
        else:
            resize = resize_batch if pixels.device.type == "cpu" else resize_on_device
            pixels = resize(pixels, self._encoder.view_format)
        whole = self._encoder.encode_pixels(pixels)
        return np.concatenate([whole[:, None], vectors], axis=1)


def _scaled(size: tuple[int, int], scale: float, location: tuple[int, int]) -> tuple[int, int]:
    """`size` itself for 1, else the multiple of a location's pixels nearest to so many times."""
    if scale == 1:
        return size
    height, width = (
        max(1, round(length * scale / step)) * step
        for length, step in zip(size, location, strict=True)
    )
    return height, width
