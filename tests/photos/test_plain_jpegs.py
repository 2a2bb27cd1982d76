from pathlib import Path

import pytest
from PIL import Image

from cdul_app.photos.plain_jpegs import read_plain_jpeg
from tests.photos.photo_makers import jpeg_bytes, noise, save_turned

PHOTO = noise(40, 30)
WHOLE = jpeg_bytes(PHOTO)


def test_a_plain_file_comes_whole(tmp_path: Path):
    path = tmp_path / "photo.jpg"
    save_turned(path, PHOTO, 6)
    jpeg = read_plain_jpeg(path, most_pixels=1200)
    assert jpeg is not None
    assert jpeg.content == path.read_bytes()
    assert (jpeg.stored, jpeg.size, jpeg.orientation) == ((30, 40), (40, 30), 6)
    assert read_plain_jpeg(path, most_pixels=1199) is None
    assert read_plain_jpeg(path.read_bytes(), most_pixels=1199) is None
    same = read_plain_jpeg(path.read_bytes(), most_pixels=1200)
    assert same is not None
    assert (same.content, same.stored, same.orientation) == (jpeg.content, (30, 40), 6)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        WHOLE[:-1],
        WHOLE[:20] + b"\xff\xd9",
        WHOLE + b"\0",
        b"\xff\xd8\xff\xd9",
        jpeg_bytes(PHOTO, progressive=True),
        jpeg_bytes(PHOTO.convert("CMYK")),
        jpeg_bytes(PHOTO, keep_rgb=True),
        b"\x89PNG\r\n\x1a\n\xff\xd9",
    ],
    ids=["empty", "cut", "no head", "longer", "bare", "progressive", "CMYK", "RGB", "PNG"],
)
def test_all_else_is_for_the_other_decoder(tmp_path: Path, content: bytes):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    assert read_plain_jpeg(path, most_pixels=10**6) is None
    assert read_plain_jpeg(content, most_pixels=10**6) is None


def test_what_is_no_file(tmp_path: Path):
    assert read_plain_jpeg(tmp_path / "gone.jpg", most_pixels=10**6) is None
    assert read_plain_jpeg(tmp_path, most_pixels=10**6) is None
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    assert read_plain_jpeg(tmp_path / "a.png", most_pixels=10**6) is None
