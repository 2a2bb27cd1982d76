import threading

import pytest
from PIL import Image
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImage

from cdul_app.desktop.images.decoding import load_photo
from cdul_app.desktop.images.image_loader import FULL

BOUND = QSize(800, 600)


def save(path, size=(1600, 400), color=(200, 30, 30), **options):
    Image.new("RGB", size, color).save(path, **options)
    return path


def thumbnail(path):
    return load_photo(path, QSize(100, 100)).image


def test_a_large_photo_is_scaled_into_the_screen(tmp_path):
    photo = load_photo(save(tmp_path / "wide.jpg"), BOUND)
    assert (photo.image.width(), photo.image.height()) == (800, 200)
    assert photo.full_size == QSize(1600, 400)
    assert photo.error == ""


def test_a_small_photo_stays_as_it_is(tmp_path):
    photo = load_photo(save(tmp_path / "small.png", (30, 20)), BOUND)
    assert photo.image.size() == photo.full_size == QSize(30, 20)


def test_a_turned_photo_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = load_photo(save(tmp_path / "turned.jpg", (1600, 1200), exif=exif), BOUND)
    assert photo.full_size == QSize(1200, 1600)
    assert photo.image.height() == 600
    assert photo.image.width() == 450


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "RGBA", "I;16"])
def test_unusual_photos_are_shown(tmp_path, mode):
    path = tmp_path / ("photo.jpg" if mode == "CMYK" else "photo.png")
    Image.new(mode, (40, 30)).save(path)
    assert load_photo(path, BOUND).full_size == QSize(40, 30)


def test_what_cannot_be_shown_says_why(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    assert load_photo(broken, BOUND).error == "Not an image this app can read."
    assert "is gone" in load_photo(tmp_path / "absent.jpg", BOUND).error
    empty = tmp_path / "empty.png"
    empty.touch()
    assert load_photo(empty, BOUND).error
    assert load_photo(tmp_path, BOUND).error


def test_a_truncated_photo_is_shown_as_far_as_it_goes_or_refused(tmp_path):
    path = save(tmp_path / "half.jpg", (1000, 1000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    photo = load_photo(path, BOUND)
    assert photo.error or photo.full_size == QSize(1000, 1000)


def test_all_pixels_of_a_very_large_photo_are_reduced_and_not_asked_for_again(tmp_path):
    path = save(tmp_path / "large.png", (9000, 8000), color=(200, 30, 30))
    photo = load_photo(path, QSize(*FULL))
    assert photo.full_size == QSize(9000, 8000)
    assert photo.image.size() == QSize(4500, 4000)
    assert photo.is_largest
    assert not load_photo(path, BOUND).is_largest
    assert photo.image.pixelColor(4499, 3999).red() == 200


def test_the_longer_side_is_what_was_asked(tmp_path):
    image = thumbnail(save(tmp_path / "wide.jpg", (400, 200)))
    assert (image.width(), image.height()) == (100, 50)


def test_a_small_photo_is_not_enlarged(tmp_path):
    image = thumbnail(save(tmp_path / "small.png", (10, 20)))
    assert (image.width(), image.height()) == (10, 20)


def test_a_turned_thumbnail_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image = thumbnail(save(tmp_path / "turned.jpg", size=(400, 200), exif=exif))
    assert (image.width(), image.height()) == (50, 100)


def test_what_is_no_photo_is_a_null_image(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    assert thumbnail(broken).isNull()
    assert thumbnail(tmp_path / "absent.jpg").isNull()


def test_a_suffix_that_lies_does_not_matter(tmp_path):
    save(tmp_path / "really.png")
    (tmp_path / "really.png").replace(tmp_path / "called.jpg")
    assert not thumbnail(tmp_path / "called.jpg").isNull()


def test_the_decoded_image_is_right_side_up(tmp_path):
    image = Image.new("RGB", (60, 40), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 60, 20))
    image.save(tmp_path / "half.png")
    decoded = thumbnail(tmp_path / "half.png")
    assert isinstance(decoded, QImage)
    assert decoded.pixelColor(30, 5).lightness() > 200
    assert decoded.pixelColor(30, 35).lightness() < 50


@pytest.mark.parametrize("name", ["photo.jpg", "photo.tif"])
def test_workers_read_while_the_window_connects_and_disconnects(qtbot, tmp_path, name):
    """Regression: both stood still for ever, a worker with Python's lock and the window with Qt's.

    It took a collision of two addresses, so that this only makes it likely.
    """
    file = save(tmp_path / name, (40, 30))
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            assert load_photo(file, BOUND).full_size == QSize(40, 30)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3000):
        owner = QObject()
        owner.objectNameChanged.connect(owner.setParent)
        owner.objectNameChanged.disconnect(owner.setParent)
    ended.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
