"""From a photo file to the pixels an end-to-end classifier reads."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.photo_request import PhotoSource

# ours: a multi-label photo loses its small objects under the usual crops of 8 % of the area.
_SMALLEST_CROP_SIDE = 0.75


@dataclass(frozen=True)
class PhotoTransform:
    """Squash to a square, so that nothing at the borders is cut away."""

    image_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bicubic"

    def for_prediction(self, source: PhotoSource) -> Tensor:
        """(3, size, size) uint8.  Raises UnreadablePhoto."""
        size = self.image_size
        photo = decode_photo(source, smallest=(size, size))
        return _pixels(photo.resize((size, size), self._resampling))

    def for_training(self, source: PhotoSource, *, seed: tuple[int, ...]) -> Tensor:
        """The same with a random crop of at least 3/4 of each side and a random flip.

        Drawn from `seed` alone, so that threads may decode in any order.  Raises UnreadablePhoto.
        """
        random = np.random.default_rng(seed)
        size = self.image_size
        needed = int(np.ceil(size / _SMALLEST_CROP_SIDE))
        photo = decode_photo(source, smallest=(needed, needed))
        width, height = photo.size
        share_x, share_y = random.uniform(_SMALLEST_CROP_SIDE, 1, size=2)
        left, top = random.uniform(0, 1, size=2) * (width * (1 - share_x), height * (1 - share_y))
        box = (left, top, left + width * share_x, top + height * share_y)
        cut = photo.resize((size, size), self._resampling, box=box)
        if random.random() < 0.5:
            cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return _pixels(cut)

    @property
    def _resampling(self) -> Image.Resampling:
        return getattr(Image.Resampling, self.interpolation.upper(), Image.Resampling.BICUBIC)


def _pixels(photo: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(photo)).permute(2, 0, 1).contiguous()
