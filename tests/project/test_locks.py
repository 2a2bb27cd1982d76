import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.events import follow
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.locks import lock_for_window, writing_labels
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project


@pytest.fixture
def location(photo_folder: Path) -> ProjectLocation:
    Project.open_folder(photo_folder).close()
    return locate_project(photo_folder)


def test_one_window_at_a_time(location: ProjectLocation):
    lock = lock_for_window(location)
    with pytest.raises(ProjectError, match=f"open in another window .*process {os.getpid()} on"):
        lock_for_window(location)
    lock.release()
    lock.release()
    lock_for_window(location).release()


def test_one_process_at_a_time_writes_labels(location: ProjectLocation):
    with writing_labels(location):
        with pytest.raises(ProjectError, match=f"under way .*process {os.getpid()} on"):
            follow(scan_project(location), lambda _: None)
        with Project(location) as project:  # a person answers meanwhile
            project.store.settings.set("a", 1)
    follow(scan_project(location), lambda _: None)


def test_the_owner_is_told_in_german(location: ProjectLocation, german: None):
    with (
        writing_labels(location),
        pytest.raises(ProjectError, match=rf"Prozess {os.getpid()} auf .+, \d\d:\d\d\)"),
        writing_labels(location),
    ):
        pass


def test_a_window_that_crashed_keeps_nobody_out(location: ProjectLocation):
    code = (
        "import os; from pathlib import Path\n"
        "from cdul_app.project.locks import lock_for_window\n"
        "from cdul_app.paths import locate_project\n"
        f"lock = lock_for_window(locate_project(Path({str(location.folder)!r})))\n"
        "os._exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1
    assert location.database.with_name("project.sqlite.window").is_file()
    lock_for_window(location).release()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_where_no_lock_can_be_written_nobody_is_kept_out(location: ProjectLocation):
    location.database.parent.chmod(0o500)
    try:
        lock_for_window(location).release()
    finally:
        location.database.parent.chmod(0o700)


def test_a_planted_link_is_not_written_through(location: ProjectLocation, tmp_path: Path):
    other = tmp_path / "letter.txt"
    other.write_text("dear")
    location.database.with_name("project.sqlite.window-owner").symlink_to(other)
    lock = lock_for_window(location)
    with pytest.raises(ProjectError, match=f"process {os.getpid()}"):
        lock_for_window(location)
    lock.release()
    assert other.read_text() == "dear"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_the_owner_is_not_waited_for(location: ProjectLocation):
    lock = lock_for_window(location)
    owner = location.database.with_name("project.sqlite.window-owner")
    owner.unlink()
    os.mkfifo(owner)
    with pytest.raises(ProjectError, match="another process"):
        lock_for_window(location)
    lock.release()
