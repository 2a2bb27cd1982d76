import os
from pathlib import Path

import pytest

from cdul_app.input_files import open_input, read_input, read_input_json, read_input_text

DEEP = "[" * 200_000


def test_a_file_is_read_up_to_its_limit(tmp_path: Path):
    file = tmp_path / "text"
    file.write_bytes(b"\xef\xbb\xbfabc")
    assert read_input(file, most_bytes=6) == b"\xef\xbb\xbfabc"
    assert read_input_text(file, most_bytes=6) == "abc"
    with pytest.raises(OSError, match="larger than") as caught:
        read_input(file, most_bytes=5)
    assert caught.value.strerror == "it is larger than 0 MB"


def test_a_link_is_what_it_leads_to(tmp_path: Path):
    (tmp_path / "text").write_text("abc")
    (tmp_path / "link").symlink_to(tmp_path / "text")
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert read_input(tmp_path / "link", most_bytes=3) == b"abc"
    with pytest.raises(OSError, match="a device or a pipe, not a file"):
        read_input(tmp_path / "zero", most_bytes=3)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for place, kind in ((tmp_path / "pipe", "a device or a pipe"), (tmp_path, "a folder")):
        with pytest.raises(OSError, match=f"it is {kind}, not a file"):
            open_input(place)


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="no /proc here")
def test_a_file_that_does_not_tell_its_size_is_bounded():
    assert Path("/proc/self/maps").stat().st_size == 0
    with pytest.raises(OSError, match="larger than"):
        read_input(Path("/proc/self/maps"), most_bytes=10)


@pytest.mark.parametrize("text", ["", "{", DEEP, f"[{'9' * 5000}]", "\ud800"])
def test_what_is_no_json_is_a_value_error(tmp_path: Path, text: str):
    file = tmp_path / "card.json"
    file.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    with pytest.raises(ValueError, match=r".+"):
        read_input_json(file, most_bytes=10**6)
