"""The real command in this process, and folders it cannot write."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cdul_app import paths
from cdul_app.__main__ import main
from tests.drawn_photos import copy_photos


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """stdout as strict JSON, which knows no NaN."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        return json.loads(self.stdout, parse_constant=refuse)


Command = Callable[..., Result]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Call `cdul-app` with these arguments, as a terminal would."""

    def run(*arguments: object) -> Result:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return Result(status, printed.out, printed.err)

    return run


@pytest.fixture
def refused(command: Command) -> Callable[..., str]:
    """A command that ends with 1: one sentence on stderr, no traceback, nothing on stdout."""

    def run(*arguments: object) -> str:
        result = command(*arguments)
        assert (result.status, result.stdout) == (1, ""), result
        assert "Traceback" not in result.stderr
        assert "This is a bug" not in result.stderr
        sentence = result.stderr.splitlines()[-1]
        assert sentence.endswith((".", "?")), sentence
        return sentence

    return run


@pytest.fixture
def photos(tmp_path: Path) -> Callable[..., Path]:
    """A new folder with so many drawn photos."""

    def copy(name: str, count: int, *, start: int = 0) -> Path:
        copy_photos(tmp_path / name, count, start=start)
        return tmp_path / name

    return copy


class NoFolderIsWritable:
    """Stands in for the test write where not even root can make a folder read-only."""

    def __call__(self, folder: Path) -> bool:
        return False


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Path]]:
    """Make a folder read-only until the test is over."""
    frozen: list[Path] = []

    def freeze(folder: Path) -> Path:
        frozen.append(folder)
        folder.chmod(0o555)
        if os.access(folder, os.W_OK) and shutil.which("chattr"):  # root may write all the same
            subprocess.run(["chattr", "+i", folder], capture_output=True, check=False)
        try:
            (folder / "written").touch()
        except OSError:
            return folder
        (folder / "written").unlink()
        monkeypatch.setattr(paths, "_can_write", NoFolderIsWritable())
        return folder

    yield freeze
    for folder in frozen:
        if shutil.which("chattr"):
            subprocess.run(["chattr", "-i", folder], capture_output=True, check=False)
        folder.chmod(0o755)
