"""JPEG files decoded on the device: nvJPEG, through torchvision.

torchvision gives its decoders up for those of torchcodec; where it has none, or none for the
device, the processor decodes.
"""

import io
import logging
import warnings
from collections.abc import Callable, Sequence
from functools import cache

import torch
from PIL import Image
from torch import Tensor

from cdul_app.photos.plain_jpegs import PlainJpeg

warnings.filterwarnings("ignore", "The image decoding and encoding", DeprecationWarning)

logger = logging.getLogger(__name__)

JpegDecoder = Callable[[Sequence[PlainJpeg], torch.device], list[Tensor | None]]

_MOST_DIFFERENCE = 4  # of 255, in a picture of one colour
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
    """Whether the device has a decoder that gives a small picture as it is."""
    return device.type == "cuda" and decodes_faithfully(decode_jpegs, device)


def decodes_faithfully(decode: JpegDecoder, device: torch.device) -> bool:
    colour, file = (200, 120, 40), io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(file, "JPEG", quality=95)
    (decoded,) = decode([PlainJpeg(file.getvalue(), (32, 24), 1)], device)
    if decoded is None:
        return False
    differences = decoded.cpu().int() - torch.tensor(colour, dtype=torch.int32)[:, None, None]
    return bool(differences.abs().max() <= _MOST_DIFFERENCE)


def decode_jpegs(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[Tensor | None]:
    """Upright pixels, (3, height, width) uint8 each, on the device; None for those that it does
    not decode."""
    decoded = _decoded_together(jpegs, device)
    if decoded is not None:
        return [*decoded]
    if len(jpegs) == 1:
        return [None]
    # Which of them it was is not told.
    return [decode_jpegs([jpeg], device)[0] for jpeg in jpegs]


def _decoded_together(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[Tensor] | None:
    contents = [torch.frombuffer(bytearray(jpeg.content), dtype=torch.uint8) for jpeg in jpegs]
    try:
        from torchvision.io import ImageReadMode, decode_jpeg

        _finish(device)
        decoded = decode_jpeg(contents, mode=ImageReadMode.RGB, device=device)
    # No decoder, one that is called otherwise, or a file that it does not like.
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError) as error:
        logger.info("%s did not decode %d JPEG files: %s", device, len(jpegs), error)
        if device.type == "cuda" and torch.cuda.is_available():
            torch.cuda.synchronize(device)  # it may still write into memory that is free by now
        return None
    if any(p.shape[1:] != jpeg.stored[::-1] for p, jpeg in zip(decoded, jpegs, strict=True)):
        return None
    return [_TURNS[jpeg.orientation](p) for p, jpeg in zip(decoded, jpegs, strict=True)]


def _finish(device: torch.device) -> None:
    """Wait for what this thread has asked of the device: the decoder writes by a stream of its own
    into memory that is free for this thread's, where work that is still to come may read it
    (pytorch/vision, pull request 9606)."""
    if device.type == "cuda":
        torch.cuda.current_stream(device).synchronize()
