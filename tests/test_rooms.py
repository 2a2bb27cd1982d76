"""The rooms of the program: who may know whom, and what is loaded when."""

import subprocess
import sys

import pytest

from cdul_app.cli.arguments import COMMANDS
from tests.conftest import REPOSITORY

HEAVY = ["torch", "torchvision", "timm", "open_clip", "huggingface_hub", "safetensors"]


def run(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
        **settings,
    )  # fmt: skip


def test_every_room_knows_those_below_it_only():
    code = (
        "from importlinter.cli import lint_imports\nraise SystemExit(lint_imports(no_cache=True))"
    )
    checked = run("-c", code)
    assert checked.returncode == 0, checked.stdout
    assert " kept, 0 broken" in checked.stdout


def test_heavy_packages_are_imported_inside_functions():
    checked = run("-m", "ruff", "check", "--no-cache", "--select", "TID", "cdul_app")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("package", HEAVY)
def test_that_check_sees_what_it_should(package: str):
    name = ["--stdin-filename", "cdul_app/tasks/a_new_file.py"]
    arguments = ("-m", "ruff", "check", "--no-cache", "--select", "TID253", *name, "-")
    assert run(*arguments, input=f"import {package}\n").returncode == 1
    inside = f"def load() -> None:\n    import {package}\n"
    assert run(*arguments, input=inside).returncode == 0


def loaded_after(code: str) -> set[str]:
    """Top-level packages in memory after `code` in a fresh interpreter."""
    ended = run("-c", f"{code}\nimport sys; print('loaded', *sys.modules)")
    assert ended.returncode == 0, ended.stderr
    (line,) = (line for line in ended.stdout.splitlines() if line.startswith("loaded "))
    return {name.partition(".")[0] for name in line.split()[1:]}


def test_help_and_version_load_neither_qt_nor_torch():
    calls = [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)]
    code = (
        "from cdul_app.__main__ import main\n"
        f"for arguments in {calls!r}:\n"
        "    try:\n"
        "        main(arguments)\n"
        "    except SystemExit as end:\n"
        "        assert end.code == 0\n"
    )
    loaded = loaded_after(code)
    assert "cdul_app" in loaded
    assert not loaded & {*HEAVY, "PySide6", "shiboken6", "pyqtgraph", "numpy", "PIL", "tqdm"}


def test_the_window_is_there_before_torch():
    loaded = loaded_after("import cdul_app.desktop.app")
    assert "PySide6" in loaded
    assert not loaded & {*HEAVY, "pyqtgraph"}


def test_commands_that_compute_nothing_load_no_torch(scored_folder):
    calls = [["info", str(scored_folder)], ["encoders"], ["score", str(scored_folder)]]
    code = (
        "from cdul_app.__main__ import main\n"
        f"assert [main(arguments) for arguments in {calls!r}] == [0, 0, 0]\n"
    )
    loaded = loaded_after(code)
    assert "sqlite_utils" in loaded
    assert not loaded & {"torch", "open_clip", "timm", "PySide6"}
