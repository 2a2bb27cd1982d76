import os
import threading
from pathlib import Path

import pytest

from cdul_app.photos.decoding import read_photo, read_photo_header
from cdul_app.photos.files import photo_file
from cdul_app.photos.unreadable import GONE, NO_FILE, UnreadablePhoto
from cdul_app.tasks.scan.fingerprints import fingerprint_file


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
        ("/dev/zero", "dev/zero"),
        ("//host/share/a.jpg", "host/share/a.jpg"),
        ("a..b/..c.jpg", "a..b/..c.jpg"),
    ],
)
def test_no_path_of_a_project_leads_out_of_its_folder(tmp_path: Path, path: str, inside: str):
    assert photo_file(tmp_path, path) == tmp_path / inside


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
