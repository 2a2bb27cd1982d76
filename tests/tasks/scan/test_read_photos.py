from pathlib import Path

from PIL import Image

from cdul_app.events import Progressed
from cdul_app.paths import locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import scan_project
from tests.events import run_task
from tests.tasks.project_helpers import of_type


def scanned(folder: Path) -> Path:
    for _ in scan_project(locate_project(folder)):
        pass
    return folder


def test_fingerprints_and_upright_sizes_are_stored(photo_folder: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (64, 48)).save(photo_folder / "turned.jpg", exif=exif)
    (photo_folder / "no photo.jpg").write_bytes(b"no photo")
    location = locate_project(scanned(photo_folder))
    _, result = run_task(read_photos(location))
    assert result.summary == "Read 8 photos."
    with ProjectStore(location.database) as store:
        for photo in store.photos.all():
            assert photo.fingerprint == fingerprint_file(photo_folder / photo.path)
            size = {"turned.jpg": (48, 64), "no photo.jpg": (None, None)}
            assert (photo.width, photo.height) == size.get(photo.path, (120, 90))
            assert photo.error is None  # what cannot be read scoring tells
    assert of_type(list(read_photos(location)), Progressed) == []


def test_what_was_read_is_kept_when_it_is_stopped_and_the_rest_follows(photo_folder: Path):
    location = locate_project(scanned(photo_folder))
    events = read_photos(location)
    for event in events:
        if isinstance(event, Progressed) and event.done == 2:
            break
    events.close()
    with ProjectStore(location.database) as store:
        assert len(store.photos.unread()) == 4
    assert run_task(read_photos(location))[1].photos == 4


def test_a_file_that_is_gone_is_passed_over(photo_folder: Path):
    location = locate_project(scanned(photo_folder))
    (photo_folder / "photo 3.jpg").unlink()
    for _ in read_photos(location):
        pass
    with ProjectStore(location.database) as store:
        assert [path for _, path in store.photos.unread()] == ["photo 3.jpg"]
