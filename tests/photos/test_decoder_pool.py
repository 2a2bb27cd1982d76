"""The other process: how it ends, and what then becomes of the photo."""

import io
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from cdul_app.photos.decoder_pool import DecoderPool, _started
from cdul_app.photos.photo_request import PhotoRequest
from cdul_app.photos.unreadable import NO_IMAGE, TOO_SLOW, UnreadablePhoto
from tests.photos.photo_makers import corners, quadrants

UPRIGHT = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


@pytest.fixture
def pool():
    made = DecoderPool(2)
    yield made
    made.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    quadrants(300, 200).save(tmp_path / "ü \n photo.tif")
    return tmp_path / "ü \n photo.tif"


def process_of(pool: DecoderPool) -> int:
    (decoder,) = pool._idle
    return decoder._process.pid


def test_pixels_size_and_bound_come_through(pool: DecoderPool, photo: Path):
    found = pool.decode(PhotoRequest(photo, bound=(30, 90)))
    assert (found.size, found.image.size) == ((300, 200), (30, 20))
    assert corners(found.image) == UPRIGHT
    assert pool.header(photo).size == (300, 200)


def test_a_large_picture_comes_through_whole(pool: DecoderPool, tmp_path: Path):
    picture = Image.effect_noise((2000, 1777), 90).convert("RGB")
    picture.save(tmp_path / "large.tif")
    assert pool.decode(PhotoRequest(tmp_path / "large.tif")).image.tobytes() == picture.tobytes()


def test_a_reason_leaves_the_process_to_the_next_photo(pool: DecoderPool, photo: Path):
    pool.header(photo)
    first = process_of(pool)
    (photo.parent / "text.tif").write_text("Dear diary")
    with pytest.raises(UnreadablePhoto, match=NO_IMAGE):
        pool.decode(PhotoRequest(photo.parent / "text.tif"))
    assert pool.decode(PhotoRequest(photo)).size == (300, 200)
    assert process_of(pool) == first


def test_one_that_has_died_is_replaced(pool: DecoderPool, photo: Path):
    pool.header(photo)
    first = process_of(pool)
    os.kill(first, signal.SIGKILL)
    assert pool.decode(PhotoRequest(photo)).size == (300, 200)
    assert process_of(pool) != first


def test_all_that_have_ended_while_idle_are_replaced(pool: DecoderPool, photo: Path):
    """Regression: after a minute without photos two had ended, and the next photo was "damaged"."""
    for _ in range(2):
        pool._idle.append(_started())
    for decoder in pool._idle:
        decoder._process.kill()
        decoder._process.wait()
    assert pool.header(photo).size == (300, 200)
    assert len(pool._idle) == 1


def test_one_that_does_not_answer_is_ended(photo: Path):
    pool = DecoderPool(2, seconds=1.0)
    try:
        pool.header(photo)
        os.kill(process_of(pool), signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(UnreadablePhoto, match=TOO_SLOW):
            pool.decode(PhotoRequest(photo))
        assert time.monotonic() - begun < 20
        assert pool._idle == []
        assert pool.header(photo).size == (300, 200)  # by another
    finally:
        pool.close()


def test_several_threads_get_their_own_answers(pool: DecoderPool, tmp_path: Path):
    for width in range(1, 21):
        Image.new("RGB", (width, 5)).save(tmp_path / f"{width}.tif")
    wrong: list[int] = []

    def read(widths: range) -> None:
        for width in widths:
            found = pool.decode(PhotoRequest(tmp_path / f"{width}.tif"))
            if found.size != (width, 5) or found.image.size != (width, 5):
                wrong.append(width)

    threads = [threading.Thread(target=read, args=(range(k, 21, 5),)) for k in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
    assert len(pool._idle) <= 2


def test_it_works_from_any_folder(pool: DecoderPool, photo: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(photo.parent)
    assert pool.header(Path(photo.name)).size == (300, 200)
    target = io.BytesIO()
    pool.decode(PhotoRequest(Path(photo.name))).image.save(target, "PNG")
    assert target.tell() > 0
