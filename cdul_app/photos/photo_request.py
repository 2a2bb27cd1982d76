"""What is asked of a photo, and what comes back."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from PIL import Image

from cdul_app.photos.elsewhere.distant_photo import DistantPhoto

Size = tuple[int, int]  # (width, height) in pixels
# A file, what is in one (as bytes, opened for reading, or still to be brought), or an image that
# Pillow has opened.
PhotoSource: TypeAlias = Path | DistantPhoto | bytes | BinaryIO | Image.Image


@dataclass(frozen=True)
class PhotoRequest:
    """See decoding.read_photo."""

    path: Path
    smallest: Size | None = None
    bound: Size | None = None


@dataclass(frozen=True)
class PhotoHeader:
    """What a file tells before its pixels."""

    size: Size  # of the upright photo
    taken: int  # see capture_time


@dataclass(frozen=True, eq=False)
class DecodedPhoto:
    image: Image.Image  # RGB, upright
    size: Size  # of the upright photo in its file
    note: str = ""  # what a person should know of it, where it is not all there
