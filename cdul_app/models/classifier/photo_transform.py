"""From a photo file to the pixels an end-to-end classifier reads."""

from dataclasses import dataclass

import numpy as np

from cdul_app.models.encoder.views import Pixels, ViewFormat, resize_view
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
    interpolation: str = "bicubic"  # or "bilinear": timm knows no other

    @property
    def view_format(self) -> ViewFormat:
        interpolation = "bilinear" if self.interpolation == "bilinear" else "bicubic"
        return ViewFormat(self.image_size, self.image_size, self.mean, self.std, interpolation)

    def for_prediction(self, source: PhotoSource) -> Pixels:
        """(size, size, 3) uint8.  Raises UnreadablePhoto."""
        photo = decode_photo(source, smallest=(self.image_size, self.image_size))
        return resize_view(np.asarray(photo), self.view_format)

    def for_training(self, source: PhotoSource, *, seed: tuple[int, ...]) -> Pixels:
        """The same with a random crop of at least 3/4 of each side and a random flip.

        Drawn from `seed` alone, so that threads may decode in any order.  Raises UnreadablePhoto.
        """
        random = np.random.default_rng(seed)
        needed = int(np.ceil(self.image_size / _SMALLEST_CROP_SIDE))
        pixels = np.asarray(decode_photo(source, smallest=(needed, needed)))
        shares = random.uniform(_SMALLEST_CROP_SIDE, 1, size=2)  # of width and height
        places = random.uniform(0, 1, size=2)
        (left, right), (top, bottom) = (
            _stretch(length, share, place)
            for length, share, place in zip(pixels.shape[1::-1], shares, places, strict=True)
        )
        cut = resize_view(pixels[top:bottom, left:right], self.view_format)
        return cut[:, ::-1] if random.random() < 0.5 else cut


def _stretch(length: int, share: float, place: float) -> tuple[int, int]:
    """First and last but one of the pixels of a stretch: a share of a line, at least one pixel."""
    kept = max(1, round(length * share))
    start = round((length - kept) * place)
    return start, start + kept
