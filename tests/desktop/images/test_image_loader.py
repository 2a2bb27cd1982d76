import os
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.images.image_loader import PHOTOS, THUMBNAILS, ImageLoader


@pytest.fixture
def loader(qtbot):
    loader = ImageLoader(THUMBNAILS)
    yield loader
    loader.close()


@pytest.fixture
def photos(qtbot):
    loader = ImageLoader(PHOTOS)
    yield loader
    loader.close()


@pytest.fixture
def limited(qtbot):
    """Call with other limits of thumbnails."""
    loaders = []

    def make(**limits):
        loaders.append(ImageLoader(replace(THUMBNAILS, **limits)))
        return loaders[-1]

    yield make
    for loader in loaders:
        loader.close()


def save(path, size=(400, 200), **options):
    Image.new("RGB", size, (200, 30, 30)).save(path, **options)
    return path


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


def test_what_is_kept_is_bounded(qtbot, limited, tmp_path):
    loader = limited(most_kept_pixels=3 * 100 * 50)
    paths = [save(tmp_path / f"{number}.jpg") for number in range(6)]
    for path in paths:
        with qtbot.waitSignal(loader.ready):
            loader.pixmap(path, 100)
    assert loader.pixmap(paths[-1], 100) is not None
    assert loader.pixmap(paths[0], 100) is None


def test_requests_that_were_scrolled_past_are_dropped(qtbot, limited, tmp_path):
    loader = limited(most_waiting=5)
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
    loader = ImageLoader(THUMBNAILS)
    told = []
    loader.ready.connect(told.append)
    for number in range(10):
        loader.pixmap(save(tmp_path / f"{number}.jpg", (1500, 1500)), 100)
    loader.close()
    loader.close()
    qtbot.wait(1)
    assert told == []
    assert loader.pixmap(tmp_path / "0.jpg", 100) is None


# ---- whole photos ----


def wait_for(qtbot, photos, path):
    with qtbot.waitSignal(photos.ready, check_params_cb=lambda ready: ready == path):
        photos.photo(path)
    return photos.photo(path)


def test_a_photo_comes_later_and_is_then_there(qtbot, photos, tmp_path):
    path = save(tmp_path / "photo.jpg", (1600, 400))
    assert photos.photo(path) is None
    photo = wait_for(qtbot, photos, path)
    assert photo.full_size == QSize(1600, 400)
    assert photos.photo(path) is photo


def test_neighbours_are_there_before_they_are_asked_for(qtbot, photos, tmp_path):
    paths = [save(tmp_path / f"{number}.jpg", (300, 200)) for number in range(3)]
    photos.decode_ahead(paths)
    qtbot.waitUntil(lambda: len(photos._kept) == 3)
    assert all(photos.photo(path) is not None for path in paths)


def test_photos_that_were_paged_past_are_not_decoded(qtbot, photos, tmp_path):
    paths = [save(tmp_path / f"{number}.jpg", (3000, 3000)) for number in range(12)]
    told = []
    photos.ready.connect(told.append)
    for path in paths:
        photos.photo(path)
        QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: paths[-1] in told and photos.is_idle)
    assert len(told) < len(paths)


def test_the_photo_shown_is_read_again_where_it_changed_and_stays_till_then(
    qtbot, photos, tmp_path
):
    path = save(tmp_path / "photo.png", (40, 30))
    wait_for(qtbot, photos, path)
    save(path, (60, 50))
    photos.forget()
    assert photos.photo(path).full_size == QSize(40, 30)
    assert wait_for(qtbot, photos, path).full_size == QSize(60, 50)


def test_what_was_being_read_while_photos_changed_is_read_once_more(qtbot, photos, tmp_path):
    path = save(tmp_path / "photo.png", (2500, 2000))
    assert photos.photo(path) is None
    photos.forget()  # it may or may not have been begun
    save(path, (60, 50))
    qtbot.waitUntil(
        lambda: (photo := photos.photo(path)) is not None and photo.full_size == QSize(60, 50)
    )


def test_all_pixels_of_a_photo_come_and_are_not_kept(qtbot, photos, tmp_path):
    path = save(tmp_path / "large.jpg", (5000, 3000))
    assert wait_for(qtbot, photos, path).image.width() < 5000
    with qtbot.waitSignal(photos.full_ready) as ready:
        photos.load_full(path)
    assert ready.args[0] == path
    assert ready.args[1].image.size() == QSize(5000, 3000)
    assert len(photos._kept) == 1


def test_a_photo_that_is_gone_says_so(qtbot, photos, tmp_path):
    assert "is gone" in wait_for(qtbot, photos, tmp_path / "absent.jpg").error


def test_no_thread_outlives_the_window_of_a_loader(qtbot, tmp_path):
    window = QWidget()
    loader = ImageLoader(PHOTOS, window)
    pool = loader._pool
    for number in range(4):
        loader.photo(save(tmp_path / f"{number}.jpg", (3000, 3000)))
    QCoreApplication.processEvents()  # decoding has begun
    ended = []
    pool.destroyed.connect(lambda: ended.append(True))
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    assert ended == [True]
