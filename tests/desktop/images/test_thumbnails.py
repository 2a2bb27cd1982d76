import os

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from cdul_app.desktop.images import thumbnail_queue, thumbnails
from cdul_app.desktop.images.thumbnail_decoding import decode_scaled
from cdul_app.desktop.images.thumbnails import ThumbnailLoader


@pytest.fixture
def loader(qtbot):
    loader = ThumbnailLoader()
    yield loader
    loader.close()


def save(path, size=(400, 200), **options):
    Image.new("RGB", size, (200, 30, 30)).save(path, **options)
    return path


def test_the_longer_side_is_what_was_asked(tmp_path):
    image = decode_scaled(save(tmp_path / "wide.jpg"), 100)
    assert (image.width(), image.height()) == (100, 50)


def test_a_small_photo_is_not_enlarged(tmp_path):
    image = decode_scaled(save(tmp_path / "small.png", (10, 20)), 100)
    assert (image.width(), image.height()) == (10, 20)


def test_exif_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image = decode_scaled(save(tmp_path / "turned.jpg", exif=exif), 100)
    assert (image.width(), image.height()) == (50, 100)


def test_what_is_no_photo_is_a_null_image(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    assert decode_scaled(broken, 100).isNull()
    assert decode_scaled(tmp_path / "absent.jpg", 100).isNull()


def test_a_suffix_that_lies_does_not_matter(tmp_path):
    save(tmp_path / "really.png")
    (tmp_path / "really.png").replace(tmp_path / "called.jpg")
    assert not decode_scaled(tmp_path / "called.jpg", 100).isNull()


def test_a_thumbnail_comes_later_and_is_then_there_at_once(qtbot, loader, tmp_path):
    path = save(tmp_path / "photo.jpg")
    with qtbot.waitSignal(loader.ready) as ready:
        assert loader.pixmap(path, 100) is None
    assert ready.args == [path]
    kept = loader.pixmap(path, 100)
    assert kept is not None
    assert kept.width() == 100


def test_a_photo_that_cannot_be_read_is_told_once_and_not_asked_again(qtbot, loader, tmp_path):
    with qtbot.waitSignal(loader.ready):
        loader.pixmap(tmp_path / "absent.jpg", 100)
    kept = loader.pixmap(tmp_path / "absent.jpg", 100)
    assert kept is not None
    assert kept.isNull()


def test_what_is_kept_is_bounded(qtbot, loader, tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnails, "MAX_KEPT_PIXELS", 3 * 100 * 50)
    paths = [save(tmp_path / f"{number}.jpg") for number in range(6)]
    for path in paths:
        with qtbot.waitSignal(loader.ready):
            loader.pixmap(path, 100)
    assert loader.pixmap(paths[-1], 100) is not None
    assert loader.pixmap(paths[0], 100) is None


def test_requests_that_were_scrolled_past_are_dropped(qtbot, loader, tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnail_queue, "MAX_WAITING", 5)
    paths = [save(tmp_path / f"{number}.jpg", (2000, 2000)) for number in range(30)]
    decoded = []
    loader.ready.connect(decoded.append)
    for path in paths:
        loader.pixmap(path, 100)
        QCoreApplication.processEvents()  # each is another screen
    qtbot.waitUntil(lambda: set(paths[-4:]) <= set(decoded))
    assert len(decoded) < len(paths)


def repaint(path, size, color):
    Image.new("RGB", size, color).save(path)


def test_a_photo_that_changed_is_decoded_again_and_shown_till_then(qtbot, loader, tmp_path):
    path = save(tmp_path / "photo.png")
    with qtbot.waitSignal(loader.ready):
        loader.pixmap(path, 100)
    old = loader.pixmap(path, 100).toImage()
    repaint(path, (400, 200), (30, 30, 200))
    loader.forget()
    with qtbot.waitSignal(loader.ready):
        assert loader.pixmap(path, 100).toImage() == old  # no gap on the screen
    assert loader.pixmap(path, 100).toImage() != old
    assert loader._kept_pixels == 100 * 50


def test_a_photo_that_did_not_change_is_looked_at_and_not_decoded(qtbot, loader, tmp_path):
    path = save(tmp_path / "photo.png")
    os.utime(path, (1, 1))
    with qtbot.waitSignal(loader.ready):
        loader.pixmap(path, 100)
    kept = loader.pixmap(path, 100).cacheKey()
    loader.forget()
    with qtbot.waitSignal(loader.ready):
        loader.pixmap(path, 100)
    assert loader.pixmap(path, 100).cacheKey() == kept
    assert loader.is_idle


def test_what_is_decoded_ahead_is_there_when_it_is_asked_for(qtbot, loader, tmp_path):
    paths = [save(tmp_path / f"{number}.jpg") for number in range(4)]
    loader.decode_ahead(paths, 100)
    qtbot.waitUntil(lambda: len(loader._kept) == 4)
    told = []
    loader.ready.connect(told.append)
    assert all(loader.pixmap(path, 100) is not None for path in paths)
    assert loader.is_idle
    assert told == []


def test_what_was_being_decoded_when_photos_changed_does_not_stay(qtbot, loader, tmp_path):
    paths = [save(tmp_path / f"{number}.png", (1800, 900)) for number in range(4)]
    for path in paths:
        loader.pixmap(path, 100)
    qtbot.waitUntil(lambda: bool(loader._kept))
    loader.forget()
    assert not loader.is_idle  # what is being decoded goes on
    for path in paths:
        repaint(path, (1800, 900), (30, 30, 200))

    def all_new() -> bool:
        pixmaps = [loader.pixmap(path, 100) for path in paths]
        return all(
            pixmap is not None and pixmap.toImage().pixelColor(5, 5).blue() > 150
            for pixmap in pixmaps
        )

    qtbot.waitUntil(all_new)


def test_each_size_is_kept_by_itself(qtbot, loader, tmp_path):
    """Screens of different density show the same photo."""
    path = save(tmp_path / "photo.jpg")
    for side in (128, 256):
        with qtbot.waitSignal(loader.ready):
            loader.pixmap(path, side)
    assert loader.pixmap(path, 128).width() == 128
    assert loader.pixmap(path, 256).width() == 256


def test_closing_waits_and_says_nothing_more(qtbot, tmp_path):
    loader = ThumbnailLoader()
    told = []
    loader.ready.connect(told.append)
    for number in range(10):
        loader.pixmap(save(tmp_path / f"{number}.jpg", (1500, 1500)), 100)
    loader.close()
    loader.close()
    qtbot.wait(1)
    assert told == []
    assert loader.pixmap(tmp_path / "0.jpg", 100) is None


def test_the_decoded_image_is_right_side_up(tmp_path):
    image = Image.new("RGB", (60, 40), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 60, 20))
    image.save(tmp_path / "half.png")
    decoded = decode_scaled(tmp_path / "half.png", 100)
    assert isinstance(decoded, QImage)
    assert decoded.pixelColor(30, 5).lightness() > 200
    assert decoded.pixelColor(30, 35).lightness() < 50
