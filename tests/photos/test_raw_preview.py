from pathlib import Path

import pytest

from cdul_app.photos.decoding import read_photo, read_photo_header
from cdul_app.photos.unreadable import NO_PREVIEW, UnreadablePhoto
from tests.photos.photo_makers import corners, jpeg_bytes, quadrants
from tests.photos.raw_makers import camera_file

UPRIGHT = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


@pytest.mark.parametrize(("orientation", "turn"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_the_preview_stands_as_the_camera_was_held(tmp_path: Path, orientation: int, turn: int):
    stored = quadrants(96, 64).rotate(turn, expand=True)  # against the clock
    file = tmp_path / "a.dng"
    file.write_bytes(camera_file(jpeg_bytes(stored), orientation=orientation))
    photo = read_photo(file)
    assert photo.size == read_photo_header(file).size == (96, 64)
    assert corners(photo.image) == UPRIGHT


def test_one_without_a_preview_says_so(tmp_path: Path):
    file = tmp_path / "a.dng"
    file.write_bytes(camera_file(b""))
    with pytest.raises(UnreadablePhoto, match=NO_PREVIEW):
        read_photo(file)
    assert read_photo_header(file) is None
