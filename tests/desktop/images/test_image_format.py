import threading

import pytest
from PIL import Image, features

from cdul_app.desktop.images.image_format import image_format, photo_reader

FORMATS = ["JPEG", "PNG", "GIF", "BMP", "TIFF", "PPM", "WEBP"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_photo_is_read_by_its_content(qapp, tmp_path, name):
    if name == "WEBP" and not features.check("webp"):
        pytest.skip("Pillow was built without WebP")
    file = tmp_path / "photo.jpg"  # whatever it is called
    Image.new("RGB", (40, 30), "#3366cc").save(file, format=name)
    with photo_reader(file) as reader:
        assert (reader.size().width(), reader.size().height()) == (40, 30)
        image = reader.read()
        assert not image.isNull(), reader.errorString()
    assert abs(image.pixelColor(20, 15).blue() - 0xCC) < 12


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"text"])
def test_what_is_no_photo_is_not_tried(qapp, tmp_path, content):
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    assert image_format(content) == ""
    with photo_reader(file) as reader:
        assert not reader.canRead()
        assert reader.read().isNull()
    with photo_reader(tmp_path / "absent.jpg") as reader:
        assert reader.read().isNull()


def test_workers_read_while_the_window_connects_and_disconnects(qtbot, tmp_path):
    """Regression: both stood still for ever, a worker with Python's lock and the window with Qt's.

    It took a collision of two addresses, so that this only makes it likely.
    """
    file = tmp_path / "photo.jpg"
    Image.new("RGB", (40, 30)).save(file)
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            with photo_reader(file) as reader:
                assert reader.size().isValid()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    from PySide6.QtCore import QObject

    for _ in range(3000):
        owner = QObject()
        owner.objectNameChanged.connect(owner.setParent)
        owner.objectNameChanged.disconnect(owner.setParent)
    ended.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
