"""BMP files whose colours lie in bits that Pillow's reader does not know."""

import struct
from typing import BinaryIO

import numpy as np
from PIL import Image

from cdul_app.photos.memory_need import checked_need

_BITFIELDS = (3, 6)  # with three masks, with four


class MaskedBitmap:
    """The header of such a file; `load` reads its pixels."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises ValueError where it is another kind of file, struct.error where it is cut,
        UnreadablePhoto where it is too large."""
        file.seek(0)
        head = file.read(70)
        self._offset, header_bytes, width, height, _, bits, compression = struct.unpack_from(
            "<IIiiHHI", head, 10
        )
        if not head.startswith(b"BM") or compression not in _BITFIELDS or bits not in (16, 32):
            raise ValueError("no BMP with bit fields")
        with_alpha = header_bytes >= 56 or compression == 6
        masks = struct.unpack_from("<4I" if with_alpha else "<3I", head, 54)
        self._masks = [mask for mask in masks if mask] if any(masks[:3]) else []
        if len(self._masks) < 3 or width <= 0 or height == 0:
            raise ValueError("its masks or its size are empty")
        self._bytes_each = bits // 8
        self._is_top_first = height < 0
        self._file = file
        self.size = (width, abs(height))
        self.memory_need = checked_need(self.size, self.size, 10)

    def load(self) -> Image.Image:
        """RGB, or RGBA with a fourth mask.  Raises ValueError where the file is cut."""
        width, height = self.size
        stride = -(-width * self._bytes_each // 4) * 4
        image = Image.new("RGBA" if len(self._masks) == 4 else "RGB", self.size)
        self._file.seek(self._offset)
        for place in range(height):
            row = self._file.read(stride)
            if len(row) < width * self._bytes_each:
                raise ValueError("the file ends too early")
            values = np.frombuffer(row, f"<u{self._bytes_each}", width).astype(np.uint32)
            bands = np.stack([_band(values, mask) for mask in self._masks], axis=-1)
            image.paste(
                Image.fromarray(bands[None]),
                (0, place if self._is_top_first else height - 1 - place),
            )
        return image


def _band(values: np.ndarray, mask: int) -> np.ndarray:
    """(width,) of 0..255: the bits under the mask, over all that it can hold."""
    lowest = mask & -mask
    highest = mask // lowest
    found = (values & np.uint32(mask)) // np.uint32(lowest)
    return np.round(found * (255 / highest)).astype(np.uint8)
