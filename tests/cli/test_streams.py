"""Pipes that close, disks that are full, locales that know few characters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "cdul_app"]
ASCII_ONLY = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "",
}


def run(*arguments: object, **settings: object) -> subprocess.CompletedProcess[bytes]:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120, **settings}
    return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **options)


def closed_pipe() -> int:
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(
    "arguments", [["encoders"], ["--help"], ["score", "--help"], ["--version"]]
)
def test_a_reader_that_has_gone_is_no_error(arguments: list[str]):
    pipe = closed_pipe()
    try:
        ended = run(*arguments, stdout=pipe)
    finally:
        os.close(pipe)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no head")
def test_head_takes_what_it_wants():
    ended = subprocess.run(
        f'"{sys.executable}" -m cdul_app encoders | head -n 1',
        shell=True, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ended.stdout.startswith("encoder ")
    assert ended.stdout.count("\n") == 1
    assert ended.stderr == ""


def test_nobody_reading_the_messages_ends_a_task_like_ctrl_c(scored_folder: Path):
    pipe = closed_pipe()
    try:
        ended = run("score", scored_folder, "--classes", "cat, dog", stderr=pipe)
    finally:
        os.close(pipe)
    assert ended.returncode == 130
    again = run("score", scored_folder)
    assert again.returncode == 0
    assert b"Labelled 8 photos for 2 classes." in again.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
def test_a_full_disk_below_stdout_is_a_sentence():
    with Path("/dev/full").open("w") as full:
        ended = run("encoders", stdout=full)
    assert ended.returncode == 1
    assert ended.stderr.decode() == (
        "The output cannot be written (the disk is full): make room, or send it elsewhere.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
def test_a_full_disk_below_the_messages_stops_no_work(scored_folder: Path):
    with Path("/dev/full").open("w") as full:
        ended = run("score", scored_folder, "--classes", "cat, dog, cow", stderr=full)
    assert ended.returncode == 0
    assert b'"classes": ["cat", "dog", "cow"]' in run("info", scored_folder, "--json").stdout


def two_photos_with_odd_names(folder: Path) -> None:
    photos = sorted(folder.glob("*.jpg"))
    for photo in photos[2:]:
        photo.unlink()
    photos[0].rename(folder / "“a fox” 🦊.jpg")
    photos[1].rename(folder / "zwei\nZeilen.jpg")


def test_any_name_is_printed(scored_folder: Path):
    two_photos_with_odd_names(scored_folder)
    assert run("score", scored_folder, "--classes", "Füchse 🦊, dog").returncode == 0
    assert run("train", scored_folder, "--epochs", "1").returncode == 0
    predicted = run("predict", scored_folder, "--on", scored_folder).stdout.decode("utf-8")
    assert predicted.startswith("image,Füchse 🦊,dog\n")
    assert "\n“a fox” 🦊.jpg," in predicted
    assert '\n"zwei\nZeilen.jpg",' in predicted
    info = run("info", scored_folder, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert info.returncode == 0, info.stderr
    assert "F\\xfcchse \\U0001f98a" in info.stdout.decode("ascii")


def test_a_locale_that_knows_few_characters(scored_folder: Path):
    two_photos_with_odd_names(scored_folder)
    environment = {**os.environ, **ASCII_ONLY}
    scored = run("score", scored_folder, "--classes", "Füchse 🦊, dog", env=environment)
    assert scored.returncode == 0, scored.stderr
    assert b"Its name is not valid text: rename the file." in scored.stderr
    assert b"Labelled 1 photo for 2 classes" in scored.stderr
    assert "Füchse 🦊".encode() in run("info", scored_folder, env=environment).stdout
    refused = run("score", scored_folder, "--prompt", "ein Füchschen", env=environment)
    assert refused.returncode == 1
    assert refused.stderr.decode("ascii").count("\n") == 1
    assert (
        run(
            "score", scored_folder, "--classes", b"caf\xe9, dog".decode(errors="surrogateescape")
        ).returncode
        == 2
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_folder_whose_name_is_no_text(tmp_path: Path, photo_folder: Path):
    odd = os.fsencode(photo_folder.rename(tmp_path / os.fsdecode(b"caf\xe9")))
    for arguments in ([b"info"], [b"score", b"--classes", b"cat, dog", b"--encoder", b"demo"]):
        ended = subprocess.run(
            [*COMMAND, arguments[0], odd, *arguments[1:]],
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert b"Traceback" not in ended.stderr
        assert b"This is a bug" not in ended.stderr
