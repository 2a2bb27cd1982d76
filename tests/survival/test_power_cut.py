"""The power goes: what was acknowledged is on the disk.

A file system of its own on a loop device.  What of it has reached the device at one moment, and no
more, is what a copy of the device's file holds: that copy is mounted in its place.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.survival.processes import (
    Acknowledged,
    answering,
    check_nothing_lost,
    check_sound,
    command,
    run_whole,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it mounts a loop device")


def run(*arguments: object) -> bool:
    ended = subprocess.run(list(map(str, arguments)), capture_output=True, check=False)
    return ended.returncode == 0


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    if not run("mount", "-o", "loop", image, place):
        pytest.skip("this machine lets nobody mount a loop device")
    try:
        yield place
    finally:
        assert run("umount", "--lazy", place)


@pytest.fixture
def image(scored_folder: Path, tmp_path: Path) -> Path:
    """A disk with a scored project in the folder “photos”."""
    image = tmp_path / "disk"
    with image.open("wb") as stream:
        stream.truncate(48 * 2**20)
    if not shutil.which("mkfs.ext4") or not run("mkfs.ext4", "-q", image):
        pytest.skip("there is no mkfs.ext4")
    with mounted(image, tmp_path / "mounted") as disk:
        shutil.copytree(scored_folder, disk / "photos")
        run("sync", "-f", disk)
    return image


def cut(image: Path) -> None:
    """From now on the disk is what has reached it by now."""
    copy = image.with_name("cut")
    subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
    copy.rename(image)


@pytest.mark.parametrize(("where", "count"), [("terminal", 3), ("window", 1)])
def test_answers(image: Path, tmp_path: Path, kills: Callable[[int], int], where: str, count: int):
    acknowledged = 0
    options = ["--window"] if where == "window" else []
    for seed in range(kills(count)):
        with mounted(image, tmp_path / "mounted") as disk:
            before = check_sound(disk / "photos")
            run("sync", "-f", disk)
            process = Acknowledged(answering(disk / "photos", seed, *options))
            process.wait_for(random.Random(seed).randint(20, 120))
            os.kill(process.process.pid, signal.SIGSTOP)
            cut(image)
            process.kill()
        with mounted(image, tmp_path / "mounted") as disk:
            after = check_sound(disk / "photos")
            acknowledged += check_nothing_lost(before, process, after)
    cuts = f"{kills(count)} power cuts while answering in the {where}"
    print(f"\n{cuts}: {acknowledged} answers, 0 lost")


def test_an_export_that_was_told_is_there(image: Path, tmp_path: Path):
    with mounted(image, tmp_path / "mounted") as disk:
        for form in ("csv", "json"):
            output = disk / f"labels.{form}"
            run_whole(command("export", disk / "photos", "--format", form, "--output", output))
        contents = {file.name: file.read_bytes() for file in disk.glob("labels.*")}
        run_whole(command("backup", disk / "photos"))
        cut(image)
    with mounted(image, tmp_path / "mounted") as disk:
        assert {file.name: file.read_bytes() for file in disk.glob("labels.*")} == contents
        assert len(contents) == 2
        assert len(list((disk / "photos/.cdul/backups").glob("*.sqlite"))) == 1
        check_sound(disk / "photos")
