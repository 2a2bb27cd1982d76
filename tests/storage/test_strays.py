"""What a killed process leaves half written is gone at the next start, and nothing else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cdul_app.storage.backups import back_up
from cdul_app.storage.project_store import ProjectStore

# With a second argument, killed where what was written would take its place.
ACTS = """
import os, signal, sys
from pathlib import Path
from cdul_app.storage.backups import back_up, restore
from cdul_app.storage.project_store import ProjectStore
from cdul_app.written_files import write_atomically

def kill(event, _):
    if event in ("os.rename", "os.link"):
        os.kill(os.getpid(), signal.SIGKILL)

file = Path(sys.argv[1])
if sys.argv[2:]:
    sys.addaudithook(kill)
"""
OPEN = "ProjectStore(file).close()"
WRITES = {
    "a new project": "ProjectStore(file.with_name('other.sqlite'), create=True)",
    "a backup put back": "restore(file, next(file.with_name('backups').glob('[0-9]*')))",
    "any file": "write_atomically(file.with_name('labels.csv'), b'labels')",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere only their age tells")


def run(action: str, file: Path, *, killed: bool = False) -> int:
    command = [sys.executable, "-c", ACTS + action, str(file), *["killed"] * killed]
    return subprocess.run(command, check=False, timeout=60).returncode


@pytest.fixture
def project(tmp_path: Path) -> Path:
    file = tmp_path / ".cdul" / "project.sqlite"
    ProjectStore(file, create=True).close()
    back_up(file, "on request")
    (file.parent / ".cdul-notes.part").write_text("a person's")
    (file.parent / "photo.part").write_text("a person's")
    return file


def names(folder: Path) -> set[str]:
    """Without the log of the project, which comes and goes."""
    return {each.name for each in folder.iterdir() if not each.name.startswith("project.sqlite-")}


@pytest.mark.parametrize("write", WRITES)
def test_opening_the_project_removes_them(project: Path, write: str):
    before = names(project.parent)
    assert run(WRITES[write], project, killed=True) == -signal.SIGKILL
    (stray,) = names(project.parent) - before
    assert stray.startswith(".cdul-")
    assert run(OPEN, project) == 0
    assert names(project.parent) == before


def test_the_next_backup_removes_those_of_backups(project: Path):
    folder = project.with_name("backups")
    before = names(folder)
    assert run("back_up(file, 'daily')", project, killed=True) == -signal.SIGKILL
    assert len(names(folder) - before) == 1
    assert run("back_up(file, 'daily')", project) == 0
    assert {name.endswith(".sqlite") for name in names(folder)} == {True}
    assert len(names(folder)) == 2


def test_what_sqlite_wrote_beside_one_goes_too(project: Path):
    assert run(WRITES["a backup put back"], project, killed=True) == -signal.SIGKILL
    (stray,) = project.parent.glob(".cdul-*-*.part")
    for suffix in ("-wal", "-shm", "-journal"):
        stray.with_name(stray.name + suffix).touch()
    assert run(OPEN, project) == 0
    assert list(project.parent.glob(".cdul-*-*")) == []
