"""The command line itself: what is read, what is refused, what help says."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.cli.arguments import COMMANDS, parse_arguments
from cdul_app.formats.label_formats import LABEL_FORMATS


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    (folder / "score").mkdir(parents=True)
    (folder / "photos").mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_window_and_its_folder(here: Path):
    assert vars(parse_arguments([])) == {"command": None, "folder": None, "project": None}
    opened = parse_arguments(["photos", "--project", "a.sqlite"])
    assert (opened.folder, opened.project) == (here / "photos", here / "a.sqlite")
    # A path is left to the window, which can say more about it.
    assert parse_arguments(["./absent/photos"]).folder == here / "absent" / "photos"
    assert parse_arguments(["/absent"]).folder == Path("/absent")


@pytest.mark.parametrize("arguments", [["./score"], ["--", "score"], ["score/"]])
def test_a_folder_called_like_a_command(here: Path, arguments: list[str]):
    parsed = parse_arguments(arguments)
    assert (parsed.command, parsed.folder) == (None, here / "score")
    assert parse_arguments(["score", "score"]).folder == here / "score"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scroe", "photos", "--classes", "x"], "“scroe” is neither .* did you mean score?"),
        (["Encoder"], "did you mean encoders?"),
        (["foldr"], "“foldr” is neither a command nor a folder here; see cdul-app --help."),
        (["photos", "photos"], "unrecognized arguments: photos"),
        (["photos", "--grid", "3x3"], "unrecognized arguments: --grid 3x3"),
        ([""], "argument FOLDER: a path is missing"),
        (["--project"], "expected one argument"),
        (["score"], "the following arguments are required: FOLDER"),
        (["score", ""], "argument FOLDER: a path is missing"),
        (["score", "photos", "--project", " "], "argument --project: a path is missing"),
        (["score", "photos", "--manifest", " "], "argument --manifest: a path is missing"),
        (["score", "photos", "--colour"], "unrecognized arguments: --colour"),
        (["score", "photos", "--zeta", "much"], "invalid float value: 'much'"),
        (["score", "photos", "--temperature", "x"], "“x” is neither a number nor auto"),
        (["score", "photos", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["train", "photos", "--epochs", "1e3"], "invalid int value: '1e3'"),
        (["train", "photos", "--preset", "best"], "invalid choice: 'best'"),
        (["evaluate", "photos"], "required: --truth"),
        (["export", "photos", "--output", "x"], "required: --format"),
        (["export", "photos", "--output", "x", "--format", "xml"], "invalid choice: 'xml'"),
        (["encoders", "fetch"], "required: ID"),
        (["encoders", "list", "demo"], "unrecognized arguments: demo"),
        (["encoders", "demo"], "invalid choice: 'demo'"),
    ],
)
def test_wrong_usage_ends_with_2(command, arguments: list[str], told: str):
    result = command(*arguments)
    assert (result.status, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: cdul-app")
    start, _, end = told.partition(" .* ")
    assert start in result.stderr
    assert end in result.stderr


def test_help_of_the_program(command):
    shown = command("--help")
    assert shown.status == 0
    assert shown.stderr == ""
    for name in COMMANDS:
        assert re.search(rf"\n    {name}\s", shown.stdout)
    assert "Exit status: 0 done, 1 an error you can mend, 2 wrong usage, 130" in shown.stdout
    for arguments in (["-h"], ["photos", "--help"], ["--project", "x", "-h"]):
        assert command(*arguments).stdout == shown.stdout


@pytest.mark.parametrize("name", [*COMMANDS, "encoders fetch", "encoders list"])
def test_help_of_each_command(command, name: str):
    shown = command(*name.split(), "--help")
    assert shown.status == 0
    assert shown.stdout.startswith(f"usage: cdul-app {name} [-h]")
    options = [line for line in shown.stdout.splitlines() if line.startswith("  --")]
    assert all("--" in line for line in options)
    assert "None" not in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_version(command):
    for arguments in (["--version"], ["photos", "--version"]):
        shown = command(*arguments)
        assert (shown.status, shown.stderr) == (0, "")
        assert shown.stdout.startswith("cdul-app 0.")


def test_a_link_keeps_its_name_and_dots_are_resolved(here: Path):
    (here / "link").symlink_to(here / "photos")
    assert parse_arguments(["info", "link"]).folder == here / "link"
    # What ".." leaves is where the link leads to.
    assert parse_arguments(["info", "link/../score"]).folder == here / "score"
    assert parse_arguments(["info", "."]).folder == here


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)


@given(
    st.lists(words | st.sampled_from([*COMMANDS, "--project", "--json", "-h", "--"]), max_size=5)
)
def test_any_words_are_read_or_refused(arguments: list[str]):
    parsed, status = None, 0
    try:
        parsed = parse_arguments(arguments)
    except SystemExit as end:
        status = end.code
    assert status in (0, 2)
    if parsed is not None:
        assert parsed.command in (None, *COMMANDS)
        for path in (getattr(parsed, "folder", None), getattr(parsed, "project", None)):
            assert path is None or path.is_absolute()
            assert path is None or os.pardir not in path.parts


def test_every_label_format_can_be_exported():
    for label_format in LABEL_FORMATS:
        arguments = ["export", "folder", "--format", label_format, "--output", "labels"]
        assert parse_arguments(arguments).format == label_format
    with pytest.raises(SystemExit):
        parse_arguments(["export", "folder", "--format", "other", "--output", "labels"])


def test_a_manifest_is_a_path_or_a_url(here: Path):
    for command in ("score", "predict"):
        for text, read in {
            "list.txt": str(here / "list.txt"),
            "shard-{0..9}.tar": str(here / "shard-{0..9}.tar"),
            "s3://bucket/list.csv": "s3://bucket/list.csv",
        }.items():
            assert parse_arguments([command, "photos", "--manifest", text]).manifest == read
