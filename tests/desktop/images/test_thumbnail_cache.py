import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from cdul_app.desktop.images.decoding import load_cached
from cdul_app.desktop.images.thumbnail_cache import (
    LARGE_FILE,
    FileState,
    ThumbnailCache,
    file_state,
)

STATE = FileState(LARGE_FILE, 1)
BOUND = QSize(128, 128)
LONG_AGO = time.time() - 10 * 86_400


@pytest.fixture
def cache(tmp_path: Path) -> ThumbnailCache:
    return ThumbnailCache(tmp_path / "cache")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def plain(color: str = "#408020") -> QImage:
    image = QImage(120, 90, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


def noisy_photo(file: Path, *, mode: str = "RGB", seed: int = 0) -> Path:
    """A file large enough to be kept a thumbnail of, written a while ago."""
    channels = len(mode)
    pixels = np.random.default_rng(seed).integers(0, 255, (480, 640, channels), dtype=np.uint8)
    Image.fromarray(pixels, mode=None).save(file)
    assert file.stat().st_size > LARGE_FILE
    os.utime(file, (LONG_AGO + seed, LONG_AGO + seed))
    return file


def test_what_was_written_is_read_for_that_state_and_size_only(cache, tmp_path):
    photo = tmp_path / "photo.jpg"
    assert cache.read(photo, STATE, 128) is None
    cache.write(photo, STATE, 128, plain())
    read = cache.read(photo, STATE, 128)
    assert (read.width(), read.height()) == (120, 90)
    assert abs(read.pixelColor(50, 50).green() - 0x80) < 4
    assert cache.read(photo, STATE, 256) is None
    assert cache.read(photo, FileState(LARGE_FILE, 2), 128) is None
    assert cache.read(photo, FileState(LARGE_FILE + 1, 1), 128) is None
    assert cache.read(tmp_path / "other.jpg", STATE, 128) is None
    assert all(file.suffix == ".jpg" for file in files(tmp_path / "cache"))


def test_a_photo_that_is_decoded_as_fast_is_not_kept(cache, tmp_path):
    cache.write(tmp_path / "small.jpg", FileState(LARGE_FILE - 1, 1), 128, plain())
    assert files(tmp_path / "cache") == []


def test_a_photo_with_transparency_lies_over_white_from_the_cache_as_well(cache, tmp_path):
    photo = noisy_photo(tmp_path / "seen through.png", mode="RGBA")
    image = load_cached(photo, BOUND, cache=cache).image
    assert not image.hasAlphaChannel()
    assert len(files(tmp_path / "cache")) == 1
    again = load_cached(photo, BOUND, cache=cache).image
    assert abs(again.pixelColor(60, 60).lightness() - image.pixelColor(60, 60).lightness()) < 40


@pytest.mark.qt_log_ignore("jpeg|JPEG")  # Qt says so as well
def test_a_damaged_file_is_decoded_anew_and_replaced(cache, tmp_path):
    photo = noisy_photo(tmp_path / "photo.png")
    first = load_cached(photo, BOUND, cache=cache).image
    (kept,) = files(tmp_path / "cache")
    kept.write_bytes(b"\xff\xd8\xff\xe0 half of it")
    assert load_cached(photo, BOUND, cache=cache).image == first
    assert QImage(str(kept)).width() == 128


def test_the_second_time_comes_from_the_disk(cache, tmp_path):
    photo = noisy_photo(tmp_path / "photo.png")
    load_cached(photo, BOUND, cache=cache)
    (kept,) = files(tmp_path / "cache")
    mark = plain("#ff0000")
    assert mark.save(str(kept))
    assert load_cached(photo, BOUND, cache=cache).image.pixelColor(5, 5).red() > 240


def test_a_changed_photo_has_another_thumbnail(cache, tmp_path):
    photo = noisy_photo(tmp_path / "photo.png", seed=1)
    first = load_cached(photo, BOUND, cache=cache)
    noisy_photo(photo, seed=2)
    second = load_cached(photo, BOUND, known=first.state, cache=cache)
    assert second.image is not None
    assert second.image != first.image
    assert len(files(tmp_path / "cache")) == 2


def test_a_photo_in_the_state_that_is_known_is_not_decoded(cache, tmp_path):
    photo = noisy_photo(tmp_path / "photo.png")
    first = load_cached(photo, BOUND, cache=cache)
    assert load_cached(photo, BOUND, known=first.state, cache=cache) is None


def test_a_file_just_written_may_change_unseen_and_is_not_kept(cache, tmp_path):
    photo = noisy_photo(tmp_path / "photo.png")
    os.utime(photo)
    assert file_state(photo) is None
    assert not load_cached(photo, BOUND, cache=cache).image.isNull()
    assert files(tmp_path / "cache") == []


def test_the_longest_unused_go_when_they_are_too_many(tmp_path):
    folder = tmp_path / "cache"
    size = _size_of_one(tmp_path)
    cache = ThumbnailCache(folder, most_bytes=10 * size)
    for index in range(10):
        cache.write(tmp_path / f"{index}.jpg", STATE, 128, plain())
        for file in files(folder):
            if file.stat().st_mtime > time.time() - 86_400:
                os.utime(file, (LONG_AGO + index, LONG_AGO + index))
    assert cache.read(tmp_path / "0.jpg", STATE, 128) is not None  # used now
    cache.write(tmp_path / "10.jpg", STATE, 128, plain())
    kept = [index for index in range(11) if cache.read(tmp_path / f"{index}.jpg", STATE, 128)]
    assert kept == [0, 4, 5, 6, 7, 8, 9, 10]


def _size_of_one(tmp_path: Path) -> int:
    cache = ThumbnailCache(tmp_path / "one")
    cache.write(tmp_path / "photo.jpg", STATE, 128, plain())
    (file,) = files(tmp_path / "one")
    return file.stat().st_size


def test_what_earlier_windows_have_left_counts(tmp_path):
    folder = tmp_path / "cache"
    size = _size_of_one(tmp_path)
    for index in range(10):
        ThumbnailCache(folder).write(tmp_path / f"{index}.jpg", STATE, 128, plain())
    ThumbnailCache(folder, most_bytes=5 * size).write(tmp_path / "new.jpg", STATE, 128, plain())
    assert len(files(folder)) == 4


def test_where_it_cannot_be_written_photos_are_decoded_as_without_it(tmp_path):
    (tmp_path / "cache").write_text("a file is in the way")
    photo = noisy_photo(tmp_path / "photo.png")
    cache = ThumbnailCache(tmp_path / "cache")
    for _ in range(2):
        assert not load_cached(photo, BOUND, cache=cache).image.isNull()
