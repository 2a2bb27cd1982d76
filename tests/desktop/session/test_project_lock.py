import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdul_app.desktop.session.project_lock import ProjectLock
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.errors import ProjectError
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.project import Project


@pytest.fixture
def location(photo_folder: Path, qapp) -> ProjectLocation:
    ProjectSession.open_folder(photo_folder).close()
    return locate_project(photo_folder)


def test_one_window_at_a_time(location: ProjectLocation):
    lock = ProjectLock(location)
    with pytest.raises(ProjectError, match=f"open in another window .process {os.getpid()} on"):
        ProjectLock(location)
    lock.release()
    lock.release()
    ProjectLock(location).release()
    assert [file.name for file in location.database.parent.iterdir() if "window" in file.name] == []


def test_a_session_that_is_closed_lets_the_next_one_in(location: ProjectLocation):
    first = ProjectSession(Project(location, create=True))
    first.lock()
    second = ProjectSession(Project(location, create=True))
    with pytest.raises(ProjectError, match="close it first"):
        second.lock()
    second.close()  # takes nobody's lock away
    with pytest.raises(ProjectError):
        ProjectLock(location)
    first.close()
    ProjectLock(location).release()


def test_a_window_that_crashed_keeps_nobody_out(location: ProjectLocation):
    code = (
        "import os; from pathlib import Path\n"
        "from cdul_app.desktop.session.project_lock import ProjectLock\n"
        "from cdul_app.paths import locate_project\n"
        f"lock = ProjectLock(locate_project(Path({str(location.folder)!r})))\n"
        "os._exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1
    assert location.database.with_name("project.sqlite.window").is_file()
    ProjectLock(location).release()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_where_no_lock_can_be_written_nobody_is_kept_out(location: ProjectLocation):
    location.database.parent.chmod(0o500)
    try:
        ProjectLock(location).release()
    finally:
        location.database.parent.chmod(0o700)
