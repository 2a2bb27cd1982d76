"""Whether two photos show the same, by pictures of them as small as a stamp."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.files import PhotoFile
from cdul_app.photos.unreadable import UnreadablePhoto

_SIDE = 24  # pixels
_ALIKE = 0.95  # correlation


def small_picture(file: PhotoFile) -> NDArray[np.float32] | None:
    """(pixels,) of mean 0 and length 1; None where it is on a server, cannot be read or is of one
    colour."""
    if isinstance(file, DistantPhoto) and file.is_on_server:
        return None
    try:
        image = decode_photo(file, smallest=(_SIDE, _SIDE))
    except UnreadablePhoto:
        return None
    pixels = np.asarray(image.resize((_SIDE, _SIDE)), dtype=np.float32).ravel()
    pixels -= pixels.mean()
    length = float(np.linalg.norm(pixels))
    return pixels / length if length > 1 else None


def look_alike(one: NDArray[np.float32] | None, other: NDArray[np.float32] | None) -> bool:
    return one is not None and other is not None and float(one @ other) >= _ALIKE
