"""A disk that takes no write: read-only, full, without room for another file."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from tests.storage.store_helpers import add_classes, add_photos
from tests.unwritable import unwritable

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small disk"
)


def mount(disk: Path, options: str) -> None:
    ended = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        pytest.skip("this machine lets nobody mount a small disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "size=4m,nr_inodes=12")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def make_project(file: Path, *, leave_log: bool) -> None:
    """One answer; with `leave_log` it lies in the log alone, as after a crash."""
    store = ProjectStore(file, create=True)
    (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
    store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES)])
    if not leave_log:
        store.close()
        return
    copies = [file, file.with_name(f"{file.name}-wal")]
    contents = [copy.read_bytes() for copy in copies]
    store.close()
    for copy, content in zip(copies, contents, strict=True):
        copy.write_bytes(content)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(b"x" * 4096)
    assert os.statvfs(disk).f_bavail == 0


def use_up_file_entries(disk: Path) -> None:
    with suppress(OSError):
        for number in range(100):
            (disk / f"entry {number}").touch()
    assert os.statvfs(disk).f_favail == 0


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


@pytest.mark.parametrize("leave_log", [False, True])
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (make_read_only, "cannot be written"),
        (fill, "full"),
        (use_up_file_entries, "no more files"),
    ],
)
def test_what_is_there_can_be_read(small_disk: Path, spoil, why: str, leave_log: bool):
    file = small_disk / "project.sqlite"
    make_project(file, leave_log=leave_log)
    spoil(small_disk)
    with ProjectStore(file) as store:
        assert store.answers.count() == 1
        assert [record.name for record in store.classes.all()] == ["cat"]
        assert why in (store.read_only or why)
        with pytest.raises(ProjectError):
            store.settings.set("a", "x" * 100_000)
    with ProjectStore(file) as store:
        assert store.answers.count() == 1


def test_a_project_in_a_folder_that_cannot_be_written_is_no_new_one(small_disk: Path):
    make_read_only(small_disk)
    with pytest.raises(ProjectError, match="cannot be opened"):
        ProjectStore(small_disk / "project.sqlite", create=True)


def test_an_old_project_that_cannot_be_brought_up_to_date(small_disk: Path):
    old = Path(__file__).parents[1] / "old_projects" / "version_0_1" / "project.sqlite"
    file = small_disk / "project.sqlite"
    shutil.copy(old, file)
    make_read_only(small_disk)
    with pytest.raises(ProjectError, match=r"earlier version .* copy the folder"):
        ProjectStore(file)


def test_one_that_another_program_writes_is_read_as_it_is_now(tmp_path: Path):
    file = tmp_path / "50% of ? & #" / "project.sqlite"
    with ProjectStore(file, create=True) as writer:
        writer.settings.set("name", "dog")
        with unwritable(file.parent), ProjectStore(file) as store:
            assert store.settings.get("name") == "dog"
            with pytest.raises(ProjectError):
                store.settings.set("name", "cat")
