"""What the device's decoder gives, asked of torchvision's on a CPU."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision

from cdul_app.models.accelerated.device_jpegs import (
    decode_jpegs,
    decodes_faithfully,
    decodes_jpegs,
)
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
    (decoded,) = decode_jpegs([jpeg], CPU)
    assert decoded is not None
    expected = np.asarray(decode_photo(path)).astype(int)
    assert np.abs(decoded.permute(1, 2, 0).numpy() - expected).max() <= 2


def test_grey_pictures_have_three_colours(tmp_path: Path):
    path = tmp_path / "grey.jpg"
    path.write_bytes(jpeg_bytes(quadrants().convert("L")))
    (decoded,) = decode_jpegs([plain(path)], CPU)
    assert decoded is not None
    expected = np.asarray(decode_photo(path)).astype(int)
    assert np.abs(decoded.permute(1, 2, 0).numpy() - expected).max() <= 2


def test_a_picture_that_is_none_fails_alone():
    good = PlainJpeg(jpeg_bytes(quadrants()), (64, 48), 1)
    for bad in (
        PlainJpeg(good.content[:40], (64, 48), 1),
        PlainJpeg(good.content, (48, 64), 1),
    ):
        decoded = decode_jpegs([good, bad, good], CPU)
        assert [pixels is None for pixels in decoded] == [False, True, False]


def test_a_device_without_a_decoder():
    assert not decodes_jpegs(CPU)
    if not torch.cuda.is_available():
        assert not decodes_jpegs(torch.device("cuda"))


def blue_first(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[torch.Tensor | None]:
    return [None if pixels is None else pixels.flip(0) for pixels in decode_jpegs(jpegs, device)]


def nothing(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[torch.Tensor | None]:
    return [None for _ in jpegs]


def test_a_decoder_is_tried_before_it_is_believed():
    assert decodes_faithfully(decode_jpegs, CPU)
    assert not decodes_faithfully(blue_first, CPU)
    assert not decodes_faithfully(nothing, CPU)


class BusyStream:
    """Of CUDA, with work to come that reads memory which is free for what is asked next."""

    def __init__(self) -> None:
        self.is_busy = True

    def synchronize(self) -> None:
        self.is_busy = False


class OwnStreamDecoder:
    """nvJPEG, as torchvision calls it: writes at once, whatever else the device was asked."""

    def __init__(self, stream: BusyStream) -> None:
        self.stream = stream

    def __call__(self, contents: list[torch.Tensor], **options: Any) -> list[torch.Tensor]:
        assert not self.stream.is_busy
        self.stream.is_busy = True  # with what is done to the pixels
        return [torch.zeros(3, 24, 32, dtype=torch.uint8) for _ in contents]


def test_a_decoder_waits_for_the_work_before_it(monkeypatch: pytest.MonkeyPatch):
    stream = BusyStream()
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: stream)
    monkeypatch.setattr(torchvision.io, "decode_jpeg", OwnStreamDecoder(stream))
    fitting, other = PlainJpeg(b"jpeg", (32, 24), 3), PlainJpeg(b"jpeg", (24, 32), 1)
    decoded = decode_jpegs([fitting, other, fitting], torch.device("cuda"))
    assert [pixels is None for pixels in decoded] == [False, True, False]
