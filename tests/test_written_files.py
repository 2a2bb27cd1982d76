import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cdul_app.written_files import remove_strays, replacing, write_atomically

WAIT_IN_THE_MIDDLE = """
import sys, time
from pathlib import Path
from cdul_app.written_files import replacing
with replacing(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    print("half", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_the_content_takes_the_files_place(tmp_path: Path):
    file = tmp_path / "new" / "file"
    write_atomically(file, b"one", memoryview(b"two"))
    assert (file.read_bytes(), names(file.parent)) == (b"onetwo", ["file"])
    with replacing(file, synced=False) as stream:
        assert file.read_bytes() == b"onetwo"
        stream.write(b"other")
    assert (file.read_bytes(), names(file.parent)) == (b"other", ["file"])


def test_what_raises_leaves_the_earlier_file(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b"earlier")
    with pytest.raises(TypeError), replacing(file) as stream:
        stream.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert (file.read_bytes(), names(tmp_path)) == (b"earlier", ["file"])


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_others_may_read_it_as_any_file(tmp_path: Path):
    write_atomically(tmp_path / "file", b"")
    (tmp_path / "plain").touch()
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.fixture
def stray(tmp_path: Path) -> Path:
    """What a process that was killed in the middle has left."""
    command = [sys.executable, "-c", WAIT_IN_THE_MIDDLE, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        (stray,) = tmp_path.iterdir()
        remove_strays(tmp_path)
        assert stray.exists(), "the process still writes it"
        process.send_signal(signal.SIGKILL)
    assert stray.exists()
    return stray


@pytest.mark.skipif(os.name != "posix", reason="elsewhere only their age tells")
def test_what_a_killed_process_left_goes_with_the_next_file(stray: Path):
    write_atomically(stray.parent / "other", b"whole")
    assert names(stray.parent) == ["other"]


def test_only_old_ones_of_other_machines_go_and_nothing_that_is_not_ours(
    stray: Path, tmp_path: Path
):
    pid = stray.name.split("-")[2]
    away = stray.rename(tmp_path / f".cdul-00000000-{pid}-{'0' * 16}.part")
    old = tmp_path / f".cdul-00000000-{pid}-{'1' * 16}.part"
    others = [tmp_path / name for name in ("a.part", f".cdul-{pid}.part", f"x{old.name}")]
    target = tmp_path / "target"
    link = tmp_path / f".cdul-00000000-{pid}-{'2' * 16}.part"
    for file in (old, *others, target):
        file.touch()
        os.utime(file, times=(time.time() - 100_000,) * 2)
    link.symlink_to(target)
    remove_strays(tmp_path)
    assert not old.exists()
    assert all(file.exists() for file in (away, *others, target))


def test_a_name_that_lies_there_already_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cdul_app.written_files.secrets.token_hex", lambda _: "0" * 16)
    with replacing(tmp_path / "file"):
        (waiting,) = tmp_path.iterdir()
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    waiting.symlink_to(mine)
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "file", b"other")
    assert mine.read_bytes() == b"mine"
