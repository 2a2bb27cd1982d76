"""Photos given as bytes, open files and Pillow images."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.photos.unreadable import DAMAGED, EMPTY, NO_IMAGE, UnreadablePhoto


def content(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "JPEG2000"])  # the last in another process
def test_every_form_of_a_photo_has_the_same_pixels(tmp_path: Path, kind: str):
    file = tmp_path / "photo"
    file.write_bytes(content(kind))
    expected = np.asarray(decode_photo(file))
    with file.open("rb") as stream:
        sources: list[PhotoSource] = [file.read_bytes(), stream, Image.open(file)]
        for source in sources:
            np.testing.assert_array_equal(np.asarray(decode_photo(source)), expected)


def test_an_opened_image_stands_upright_and_has_three_channels():
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = decode_photo(Image.open(io.BytesIO(content("JPEG", exif=exif.tobytes()))))
    assert upright.size == (20, 30)
    assert decode_photo(Image.new("RGBA", (3, 3), (0, 0, 0, 0))).getpixel((1, 1)) == (255,) * 3


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", EMPTY),
        (b"no image at all", NO_IMAGE),
        (Image.open(io.BytesIO(content("PNG")[:200])), DAMAGED),
    ],
)
def test_what_is_no_photo_has_a_reason(source: PhotoSource, reason: str):
    with pytest.raises(UnreadablePhoto, match=reason):
        decode_photo(source)


def test_a_closed_file_has_a_reason(tmp_path: Path):
    file = (tmp_path / "photo").open("wb+")
    file.close()
    with pytest.raises(UnreadablePhoto, match="cannot be read"):
        decode_photo(file)
