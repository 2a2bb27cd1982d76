import os
import sys
from pathlib import Path

import pytest

from cdul_app import paths
from cdul_app.paths import ProjectLocation, absolute_path, locate_project, write_atomically
from cdul_app.storage.project_store import ProjectStore
from tests.unwritable import unwritable


def test_resources_are_there():
    assert (paths.resources_dir() / "demo" / "classes.txt").is_file()


def test_everything_can_be_moved_by_the_environment(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CDUL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CDUL_CACHE", str(tmp_path / "cache"))
    assert paths.user_data_dir() == tmp_path / "data"
    assert paths.encoders_dir() == tmp_path / "data" / "encoders"
    assert paths.user_cache_dir() == tmp_path / "cache"
    assert paths.log_file() == tmp_path / "data" / "log" / "cdul_app.log"


def test_without_it_the_places_of_the_system_are_used(monkeypatch):
    for name in ("CDUL_DATA", "CDUL_CACHE"):
        monkeypatch.delenv(name)
    for place in (paths.user_data_dir(), paths.user_cache_dir(), paths.log_file()):
        assert place.is_absolute()
        assert "cdul_app" in place.parts or place.name == "cdul_app.log"
    assert len({paths.user_data_dir(), paths.user_cache_dir(), paths.log_file().parent}) == 3


def test_one_spelling_of_one_place(tmp_path: Path, monkeypatch):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for spelling in ("a", "./a/", "a/../a", "~/a", "link/..", tmp_path / "a"):
        assert absolute_path(Path(spelling)) == tmp_path / "a"
    assert absolute_path(Path("link")) == tmp_path / "link"
    assert absolute_path(Path("absent/b")) == tmp_path / "absent" / "b"
    assert absolute_path(Path("~no-such-user/a")) == tmp_path / "~no-such-user" / "a"


def test_a_project_is_beside_the_photos(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    location = locate_project(Path("photos"))
    assert location == ProjectLocation(
        tmp_path / "photos", tmp_path / "photos" / ".cdul" / "project.sqlite"
    )
    assert location.classifiers_dir == tmp_path / "photos" / ".cdul" / "classifiers"
    assert list((tmp_path / "photos").iterdir()) == []  # looking leaves nothing behind


def test_or_where_it_is_asked_to_be(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    location = locate_project(Path("photos"), Path("projects/pets.sqlite"))
    assert location.database == tmp_path / "projects" / "pets.sqlite"
    other = locate_project(Path("photos"), Path("projects/pets.db"))
    assert location.classifiers_dir.parent == tmp_path / "projects"
    assert location.classifiers_dir != other.classifiers_dir


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that not even root can write")
def test_or_in_the_users_data_where_the_folder_cannot_be_written(tmp_path: Path):
    location = locate_project(Path("/proc"))
    assert location.moved_because_read_only
    assert location.folder == Path("/proc")
    assert location.database.is_relative_to(paths.user_data_dir() / "projects")
    assert location.database.parent.name.startswith("proc-")
    link = tmp_path / "link"
    link.symlink_to("/proc")
    assert locate_project(link).database == location.database
    assert locate_project(Path("/proc/../proc/.")).database == location.database
    assert locate_project(Path("/sys")).database != location.database


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder of photos with a project in it."""
    folder = tmp_path / "photos"
    folder.mkdir()
    ProjectStore(locate_project(folder).database, create=True).close()
    return folder


def test_the_project_of_a_folder_stays_the_one_though_it_cannot_be_written(kept: Path):
    writable = locate_project(kept)
    assert not writable.read_only
    with unwritable(kept):
        locked = locate_project(kept)
        assert (locked.database, locked.read_only) == (writable.database, True)
        assert not locked.moved_because_read_only
        given = locate_project(kept, writable.database)
        assert given.read_only
    assert locate_project(kept) == writable


def test_a_database_alone_that_cannot_be_written_is_read_only(kept: Path):
    with unwritable(kept / ".cdul"):
        assert locate_project(kept).read_only


def test_a_project_that_cannot_be_looked_at_is_not_taken_for_absent(kept: Path):
    with unwritable(kept):
        (kept / ".cdul").chmod(0)
        location = locate_project(kept)
        assert location.database == kept / ".cdul" / "project.sqlite"
        assert location.read_only
        (kept / ".cdul").chmod(0o755)


def test_a_project_in_the_users_data_stays_the_one_once_its_folder_can_be_written(tmp_path: Path):
    folder = tmp_path / "photos"
    folder.mkdir()
    with unwritable(folder):
        away = locate_project(folder)
        assert away.moved_because_read_only
        assert not away.read_only
        ProjectStore(away.database, create=True).close()
    assert locate_project(folder) == away


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_folder_without_room_is_as_one_that_cannot_be_written(kept: Path, monkeypatch):
    class FullDisk:
        """What `tempfile` gives on a disk without space."""

        def __init__(self, dir: Path) -> None:
            self.file = open("/dev/full", "wb", buffering=0)  # noqa: PTH123, SIM115

        def __enter__(self) -> object:
            return self.file

        def __exit__(self, *_: object) -> None:
            self.file.close()

    monkeypatch.setattr(paths.tempfile, "TemporaryFile", FullDisk)
    assert locate_project(kept).read_only


def test_a_folder_whose_name_is_no_text_has_a_project_too(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(paths, "_can_write", lambda _: False)
    location = locate_project(tmp_path / os.fsdecode(b"caf\xe9"))
    assert location.database.name == "project.sqlite"


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path):
    file = tmp_path / "new folder" / "file"
    write_atomically(file, b"old")
    write_atomically(file, b"new", memoryview(b" content"))
    assert file.read_bytes() == b"new content"
    with pytest.raises(TypeError):
        write_atomically(file, b"half", None)  # type: ignore[arg-type]
    assert file.read_bytes() == b"new content"
    assert list(file.parent.iterdir()) == [file]
