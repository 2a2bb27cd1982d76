"""What the device's decoder gives, asked of torchvision's on a CPU."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.models.accelerated.device_jpegs import decode_jpegs, decodes_jpegs
from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.plain_jpegs import PlainJpeg, read_plain_jpeg
from tests.photos.photo_makers import jpeg_bytes, quadrants, save_turned

CPU = torch.device("cpu")


def plain(path: Path) -> PlainJpeg:
    jpeg = read_plain_jpeg(path, most_pixels=10**6)
    assert jpeg is not None
    return jpeg


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_the_one_that_all_others_show(tmp_path: Path, orientation: int):
    path = tmp_path / "photo.jpg"
    save_turned(path, quadrants(72, 48), orientation)
    jpeg = plain(path)
    assert jpeg.size == (72, 48)
    decoded = decode_jpegs([jpeg], CPU)
    assert decoded is not None
    expected = np.asarray(decode_photo(path)).astype(int)
    assert np.abs(decoded[0].permute(1, 2, 0).numpy() - expected).max() <= 2


def test_grey_pictures_have_three_colours(tmp_path: Path):
    path = tmp_path / "grey.jpg"
    path.write_bytes(jpeg_bytes(quadrants().convert("L")))
    (decoded,) = decode_jpegs([plain(path)], CPU) or ()
    expected = np.asarray(decode_photo(path)).astype(int)
    assert np.abs(decoded.permute(1, 2, 0).numpy() - expected).max() <= 2


def test_a_picture_that_is_none_fails_all_of_them():
    good = PlainJpeg(jpeg_bytes(quadrants()), (64, 48), 1)
    assert decode_jpegs([good, PlainJpeg(good.content[:40], (64, 48), 1)], CPU) is None
    assert decode_jpegs([good, PlainJpeg(good.content, (48, 64), 1)], CPU) is None


def test_a_device_without_a_decoder():
    assert not decodes_jpegs(CPU)
    if not torch.cuda.is_available():
        assert not decodes_jpegs(torch.device("cuda"))
