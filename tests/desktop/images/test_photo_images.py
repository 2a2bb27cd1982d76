import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImageReader

from cdul_app.desktop.images import photo_images
from cdul_app.desktop.images.photo_images import PhotoImages, load_photo

BOUND = QSize(800, 600)


def save(path, size=(1600, 400), color=(200, 30, 30), **options):
    Image.new("RGB", size, color).save(path, **options)
    return path


@pytest.fixture
def images(qtbot):
    images = PhotoImages()
    yield images
    images.close()


def wait_for(qtbot, images, path):
    with qtbot.waitSignal(images.loaded, check_params_cb=lambda loaded: loaded == path):
        assert images.photo(path) is None
    return images.photo(path)


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
    assert "damaged" in load_photo(broken, BOUND).error
    assert "no longer" in load_photo(tmp_path / "absent.jpg", BOUND).error
    empty = tmp_path / "empty.png"
    empty.touch()
    assert load_photo(empty, BOUND).error
    assert load_photo(tmp_path, BOUND).error


@pytest.mark.qt_log_ignore("Corrupt JPEG data")
def test_a_truncated_photo_is_shown_as_far_as_it_goes_or_refused(tmp_path):
    path = save(tmp_path / "half.jpg", (1000, 1000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    photo = load_photo(path, BOUND)
    assert photo.error or photo.full_size == QSize(1000, 1000)


def test_a_photo_beyond_the_memory_limit_is_refused_in_words(tmp_path):
    path = save(tmp_path / "large.png", (3000, 3000))
    before = QImageReader.allocationLimit()
    QImageReader.setAllocationLimit(4)  # megabytes
    try:
        assert "3,000 × 3,000" in load_photo(path, BOUND).error
        scaled = load_photo(save(tmp_path / "large.jpg", (1800, 1800)), BOUND)
        assert scaled.error == ""  # JPEG is decoded at a reduced scale
    finally:
        QImageReader.setAllocationLimit(before)


def test_a_photo_comes_later_and_is_then_there(qtbot, images, tmp_path):
    path = save(tmp_path / "photo.jpg")
    photo = wait_for(qtbot, images, path)
    assert photo.full_size == QSize(1600, 400)
    assert images.photo(path) is photo


def test_neighbours_are_there_before_they_are_asked_for(qtbot, images, tmp_path):
    paths = [save(tmp_path / f"{number}.jpg", (300, 200)) for number in range(3)]
    with qtbot.waitSignals([images.loaded] * 3):
        images.prefetch(paths)
    assert all(images.photo(path) is not None for path in paths)


def test_what_is_kept_is_bounded(qtbot, images, tmp_path, monkeypatch):
    monkeypatch.setattr(photo_images, "MAX_KEPT_PIXELS", 2 * 300 * 200)
    paths = [save(tmp_path / f"{number}.jpg", (300, 200)) for number in range(4)]
    for path in paths:
        wait_for(qtbot, images, path)
    assert list(images._kept) == paths[-2:]


def test_a_photo_that_changed_is_read_again(qtbot, images, tmp_path):
    path = save(tmp_path / "photo.png", (40, 30))
    wait_for(qtbot, images, path)
    save(path, (60, 50))
    images.forget()
    assert wait_for(qtbot, images, path).full_size == QSize(60, 50)


def test_what_was_being_read_while_photos_changed_is_read_once_more(qtbot, images, tmp_path):
    path = save(tmp_path / "photo.png", (2500, 2000))
    assert images.photo(path) is None
    images.forget()  # it may or may not have been begun
    save(path, (60, 50))
    qtbot.waitUntil(
        lambda: (photo := images.photo(path)) is not None and photo.full_size == QSize(60, 50)
    )


def test_closing_waits_and_says_nothing_more(qtbot, tmp_path):
    images = PhotoImages()
    told = []
    images.loaded.connect(told.append)
    images.prefetch([save(tmp_path / f"{number}.jpg", (1500, 1500)) for number in range(6)])
    images.close()
    images.close()
    qtbot.wait(1)
    assert told == []
    assert images.photo(tmp_path / "0.jpg") is None
