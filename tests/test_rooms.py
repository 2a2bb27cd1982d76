"""The rooms of the program: who may know whom, and what is loaded when."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cdul_app.cli.arguments import COMMANDS
from tests.conftest import REPOSITORY

HEAVY = ["torch", "torchvision", "timm", "open_clip", "huggingface_hub", "safetensors"]


def run(
    *arguments: str, folder: Path = REPOSITORY, **settings: object
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        **settings,
    )  # fmt: skip


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "from importlinter.cli import lint_imports\nraise SystemExit(lint_imports(no_cache=True))"
    )
    return run("-c", code, folder=folder)


def test_every_room_knows_those_below_it_only():
    checked = lint_imports(REPOSITORY)
    assert checked.returncode == 0, checked.stdout
    assert " kept, 0 broken" in checked.stdout


@pytest.fixture(scope="module")
def copy_of_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "cdul_app", folder / "cdul_app", ignore=ignored)
    shutil.copyfile(REPOSITORY / "pyproject.toml", folder / "pyproject.toml")
    return folder


# A file that would be written, what it would import, and the contract that forbids it.
PLANTED = [
    ("method/planted.py", "import cdul_app.measures.metrics", "rooms"),
    ("storage/planted.py", "import cdul_app.project.project", "rooms"),
    ("photos/planted.py", "import cdul_app.models.devices", "rooms"),
    ("photos/planted.py", "from PySide6.QtGui import QImage", "Qt stays"),
    ("project/planted.py", "import cdul_app.tasks.export", "rooms"),
    ("cli/planted.py", "import cdul_app.desktop.app", "rooms"),
    ("new_room/__init__.py", "import cdul_app.desktop.app", "rooms"),
    ("new_module.py", "", "rooms"),
    ("desktop/panels/planted.py", "import cdul_app.storage.project_store", "the window sees"),
    ("desktop/session/planted.py", "import cdul_app.models.devices", "the window sees"),
    ("method/planted.py", "import torch", "what a researcher imports"),
    ("settings/planted.py", "import sqlite3", "what a researcher imports"),
    ("project/planted.py", "from PySide6.QtCore import QObject", "Qt stays"),
    ("cli/planted.py", "import pyqtgraph", "Qt stays"),
    ("tasks/planted.py", "import torch", "torch and its kin"),
    ("desktop/planted.py", "import open_clip", "torch and its kin"),
    ("desktop/planted.py", "import sqlite3", "SQLite stays"),
    ("tasks/planted.py", "import sqlite_utils", "SQLite stays"),
    ("models/planted.py", "import sqlite3", "SQLite stays"),
    ("formats/planted.py", "import sqlite3", "SQLite stays"),
]


@pytest.mark.parametrize(("file", "code", "contract"), PLANTED)
def test_a_planted_violation_is_seen(copy_of_package: Path, file: str, code: str, contract: str):
    planted = copy_of_package / "cdul_app" / file
    is_room = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{code}\n")
    try:
        checked = lint_imports(copy_of_package)
    finally:
        planted.unlink()
        if is_room:
            shutil.rmtree(planted.parent)
    assert checked.returncode == 1, checked.stdout
    broken = [line for line in checked.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), checked.stdout


SESSION_FILE = ["--stdin-filename", "cdul_app/desktop/session/a_new_file.py"]


@pytest.mark.parametrize(
    "code",
    ["from PySide6.QtWidgets import QWidget", "from PySide6 import QtGui", "import pyqtgraph"],
)
def test_the_session_draws_nothing(code: str):
    arguments = ("-m", "ruff", "check", "--no-cache", "--select", "TID251")
    checked = run(*arguments, "cdul_app")
    assert checked.returncode == 0, checked.stdout
    assert run(*arguments, *SESSION_FILE, "-", input=f"{code}\n").returncode == 1
    elsewhere = ["--stdin-filename", "cdul_app/desktop/photo/a_new_file.py"]
    assert run(*arguments, *elsewhere, "-", input=f"{code}\n").returncode == 0


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
