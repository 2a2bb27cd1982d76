"""A disk that is full, out of file entries or read-only: what is there is read, and exported."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import NO, YES
from cdul_app.paths import locate_project
from cdul_app.project.project import Project
from tests.survival.processes import REPOSITORY, check_sound, command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it mounts a small disk")
SPOILS = ("full", "no entries", "read-only")


@pytest.fixture
def disk(tmp_path: Path, scored_folder: Path) -> Iterator[Path]:
    """A disk of its own with a scored and answered project in the folder “photos”."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=24m,nr_inodes=60", "tmpfs"]
    if subprocess.run(["mount", *options, str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    shutil.copytree(scored_folder, disk / "photos")
    with Project(locate_project(disk / "photos")) as project:
        project.decisions.answer([0, 1], 0, YES)
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def spoil(disk: Path, how: str) -> None:
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    elif how == "full":
        with (disk / "filler").open("wb", buffering=0) as stream, suppress(OSError):
            while True:
                stream.write(b"x" * 4096)
        assert os.statvfs(disk).f_bavail == 0
    else:
        with suppress(OSError):
            for number in range(100):
                (disk / f"entry {number}").touch()
        assert os.statvfs(disk).f_favail == 0


def mend(disk: Path, how: str) -> None:
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    for file in [disk / "filler", *disk.glob("entry *")]:
        file.unlink(missing_ok=True)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        command(*arguments), cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    assert "bug" not in ended.stderr
    return ended


@pytest.mark.parametrize("how", SPOILS)
def test_the_terminal_reads_what_is_there(disk: Path, tmp_path: Path, how: str):
    folder, output = disk / "photos", tmp_path / "labels.csv"
    before = check_sound(folder)
    spoil(disk, how)
    info = run("info", folder)
    assert info.returncode == 0, info.stderr
    assert "Answers     2" in info.stdout
    export = run("export", folder, "--format", "csv", "--output", output)
    assert export.returncode == 0, export.stderr
    assert len(output.read_text().splitlines()) == 9
    for arguments in (
        ("export", folder, "--format", "csv", "--output", disk / "labels.csv"),
        ("score", folder, "--classes", "car, tree"),
        ("backup", folder),
    ):
        refused = run(*arguments)
        told = refused.stderr.lower()
        if refused.returncode == 0:  # there may be room for one more small file
            assert how != "read-only"
            continue
        assert any(word in told for word in ("cannot be written", "full", "space", "read only"))
        assert "move it away" not in told
        assert "move" not in told
    mend(disk, how)
    assert check_sound(folder) == before


@pytest.mark.parametrize("how", ["full", "no entries"])
def test_an_answer_is_stored_or_refused(disk: Path, how: str):
    """Never said to be stored when it is not, and nothing that was there goes."""
    folder = disk / "photos"
    project = Project(locate_project(folder))
    project.decisions.answer([2], 0, NO)
    spoil(disk, how)
    stored = 3
    for row in range(8):
        try:
            project.decisions.answer([row], 1, YES)
            stored += 1
        except ProjectError:
            assert project.answers[row, 1] != YES
    assert (project.answers >= 0).sum() == stored
    project.close()
    mend(disk, how)
    assert len(check_sound(folder)) == stored
