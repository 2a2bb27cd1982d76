"""Every file of a large corpus is scored and shown as one picture, or refused for its reason."""

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from cdul_app.desktop.images.decoding import load_photo
from cdul_app.photos.decoding import read_photo, read_photo_header
from cdul_app.photos.unreadable import UnreadablePhoto
from tests.photos.corpus import Case, corpus
from tests.photos.photo_makers import corners

UPRIGHT = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
CASES = list(corpus())
SIDE = 48  # of what is shown


def shown_pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) int of what the window paints."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).astype(int)


def test_the_corpus_is_large_and_its_names_differ():
    assert len({case.name for case in CASES}) == len(CASES) >= 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_scored_and_shown_is_the_same_picture_or_the_right_reason(tmp_path: Path, case: Case):
    file = tmp_path / case.name
    file.write_bytes(case.content)
    begun = time.monotonic()
    shown = load_photo(file, QSize(SIDE, SIDE))
    if case.refusal:
        with pytest.raises(UnreadablePhoto) as caught:
            read_photo(file, smallest=(32, 32))
        assert shown.error == str(caught.value)
        assert case.refusal == "any" or shown.error.startswith(case.refusal)
    else:
        assert shown.error == ""
        scored = read_photo(file, smallest=(32, 32))
        assert scored.size == read_photo_header(file).size == case.size
        assert shown.full_size == QSize(*scored.size)
        assert bool(scored.note) == case.note
        assert max(shown.image.width(), shown.image.height()) <= SIDE
        if case.is_quadrants:
            assert corners(scored.image) == UPRIGHT
        pixels = shown_pixels(shown.image)
        same_size = scored.image.resize(pixels.shape[1::-1], Image.Resampling.BOX)
        assert np.abs(pixels - np.asarray(same_size)).mean() < 12
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("kind", ["png", "tif"])
def test_fewer_bits_in_sixteen_are_as_bright_as_all(tmp_path: Path, bits: int, kind: str):
    for case in CASES:
        if case.name in (f"{bits} bits grey.{kind}", f"16 bits grey.{kind}"):
            (tmp_path / case.name).write_bytes(case.content)
    few, all_bits = (read_photo(file).image for file in sorted(tmp_path.iterdir())[:2])
    np.testing.assert_array_equal(np.asarray(few), np.asarray(all_bits))
