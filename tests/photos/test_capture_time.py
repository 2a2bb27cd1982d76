"""When a photo was taken, as its file tells."""

from pathlib import Path

import pytest
from PIL import ExifTags, Image

from cdul_app.photos.capture_time import UNKNOWN, capture_text
from cdul_app.photos.decoding import read_photo_header

ORIGINAL, DIGITIZED = ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized


def taken(folder: Path, suffix: str, text: str, tag: int = ORIGINAL) -> int:
    image, exif = Image.new("RGB", (40, 30)), Image.Exif()
    exif[ExifTags.Base.Make] = "a camera"  # without any, Pillow writes no EXIF into some kinds
    exif.get_ifd(ExifTags.IFD.Exif)[tag] = text
    image.save(folder / f"photo{suffix}", exif=exif)
    header = read_photo_header(folder / f"photo{suffix}")
    assert header is not None
    assert header.size == (40, 30)
    return header.taken


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif"])
def test_each_kind_tells_it(tmp_path: Path, suffix: str):
    assert capture_text(taken(tmp_path, suffix, "2024:05:12 14:03:59")) == "2024-05-12 14:03"


def test_a_scan_tells_when_it_was_digitized(tmp_path: Path):
    assert taken(tmp_path, ".jpg", "1968:01:02 03:04:05", DIGITIZED) < 0


@pytest.mark.parametrize(
    "text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2024:13:01 00:00:00", "", "soon"]
)
def test_a_clock_that_was_not_set_tells_nothing(tmp_path: Path, text: str):
    assert taken(tmp_path, ".jpg", text) == UNKNOWN


def test_without_exif_nothing_is_told(tmp_path: Path):
    Image.new("RGB", (4, 3)).save(tmp_path / "photo.jpg")
    header = read_photo_header(tmp_path / "photo.jpg")
    assert header is not None
    assert header.taken == UNKNOWN
    assert capture_text(header.taken) == ""
