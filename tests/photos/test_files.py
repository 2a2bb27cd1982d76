import os
import threading
from pathlib import Path

import pytest

from cdul_app.photos.decoding import read_photo, read_photo_header
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto, ElsewhereError
from cdul_app.photos.elsewhere.places import name_places
from cdul_app.photos.files import photo_file, size_and_time
from cdul_app.photos.unreadable import GONE, NO_FILE, UnreadablePhoto
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from tests.drawn_photos import copy_photos


def reason_of(path: Path) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(path)
    assert read_photo_header(path) is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("a/b.jpg", "a/b.jpg"),
        ("../../etc/passwd", "etc/passwd"),
        ("a/../../b.jpg", "a/b.jpg"),
        ("a..b/..c.jpg", "a..b/..c.jpg"),
    ],
)
def test_no_path_of_a_project_leads_out_of_its_folder(tmp_path: Path, path: str, inside: str):
    assert photo_file(tmp_path, path) == tmp_path / inside


@pytest.mark.parametrize(
    "path",
    [
        "/dev/zero", "//host/share/a.jpg", "https://host/a.jpg", "file:///etc/passwd",
        "file:///etc/../etc/passwd", "/etc/secrets.tar/a.jpg", "s3://bucket/a.tar/a.jpg",
    ],
)  # fmt: skip
def test_no_path_of_a_project_leads_where_no_manifest_does(tmp_path: Path, path: str):
    name_places(["/data/photos/a.jpg", "https://other/a.jpg", "/etc.jpg"])
    file = photo_file(tmp_path, path)
    assert isinstance(file, DistantPhoto)
    with pytest.raises(UnreadablePhoto, match="once a manifest that names it"):
        read_photo(file)
    with pytest.raises(ElsewhereError):
        fingerprint_file(file)
    assert size_and_time(file) is None


def test_a_path_of_a_place_that_a_manifest_names_is_read(tmp_path: Path):
    folder, other = tmp_path / "folder", tmp_path / "other"
    (photo,) = copy_photos(other, 1)
    name_places([str(other / "another.jpg")])
    assert photo_file(folder, str(photo)) == photo
    assert photo_file(folder, photo.as_uri()) == photo
    assert photo_file(folder, str(other / "below" / "a.jpg")) == other / "below" / "a.jpg"
    assert isinstance(photo_file(folder, str(tmp_path / "a.jpg")), DistantPhoto)


def test_a_folder_may_be_called_as_a_tar_file_is(tmp_path: Path):
    (tmp_path / "a.tar").mkdir()
    assert photo_file(tmp_path, "a.tar/b.jpg") == tmp_path / "a.tar" / "b.jpg"


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path):
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(reason_of(pipe)), daemon=True)
    reader.start()
    reader.join(20)
    assert found == [NO_FILE]
    with pytest.raises(OSError, match="pipe or a device"):
        fingerprint_file(pipe)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_also_behind_a_link(tmp_path: Path, device: str):
    (tmp_path / "link.jpg").symlink_to(device)
    assert reason_of(Path(device)) == reason_of(tmp_path / "link.jpg") == NO_FILE
    with pytest.raises(OSError, match="pipe or a device"):
        fingerprint_file(Path(device))


def test_names_that_no_file_can_have(tmp_path: Path):
    assert reason_of(tmp_path / "absent.jpg") == GONE
    assert "cannot be opened" in reason_of(tmp_path / "nul\0.jpg")
    assert "cannot be opened" in reason_of(tmp_path / ("long" * 100))
