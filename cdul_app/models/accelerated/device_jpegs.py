"""JPEG files decoded on the device: nvJPEG, through torchvision.

torchvision gives its decoders up for those of torchcodec; where it has none, or none for the
device, the processor decodes.
"""

import io
import logging
import warnings
from collections.abc import Sequence
from functools import cache

import torch
from PIL import Image
from torch import Tensor

from cdul_app.photos.plain_jpegs import PlainJpeg

warnings.filterwarnings("ignore", "The image decoding and encoding", DeprecationWarning)

logger = logging.getLogger(__name__)

_TURNS = {  # of (3, h, w), as orientation.turn_upright does it
    1: lambda pixels: pixels,
    2: lambda pixels: pixels.flip(2),
    3: lambda pixels: pixels.flip(1, 2),
    4: lambda pixels: pixels.flip(1),
    5: lambda pixels: pixels.transpose(1, 2),
    6: lambda pixels: pixels.transpose(1, 2).flip(2),
    7: lambda pixels: pixels.transpose(1, 2).flip(1, 2),
    8: lambda pixels: pixels.transpose(1, 2).flip(1),
}


@cache
def decodes_jpegs(device: torch.device) -> bool:
    """Whether the device has a decoder that works, by a picture of eight pixels."""
    if device.type != "cuda":
        return False
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    return decode_jpegs([PlainJpeg(picture.getvalue(), (8, 8), 1)], device) is not None


def decode_jpegs(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[Tensor] | None:
    """Upright pixels, (3, height, width) uint8 each, on the device; None where it failed with any
    of them, which it does not tell."""
    contents = [torch.frombuffer(bytearray(jpeg.content), dtype=torch.uint8) for jpeg in jpegs]
    try:
        from torchvision.io import ImageReadMode, decode_jpeg

        decoded = decode_jpeg(contents, mode=ImageReadMode.RGB, device=device)
    except (ImportError, AttributeError, RuntimeError) as error:
        logger.info("The processor decodes what %s did not: %s", device, error)
        return None
    if any(p.shape[1:] != jpeg.stored[::-1] for p, jpeg in zip(decoded, jpegs, strict=True)):
        return None
    return [_TURNS[jpeg.orientation](p) for p, jpeg in zip(decoded, jpegs, strict=True)]
