"""A project in a place that cannot be written is read there."""

import sqlite3
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.storage.project_store import ProjectStore
from tests.unwritable import unwritable


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """With a name that must be written otherwise in an address."""
    file = tmp_path / "50% of ? & #" / "project.sqlite"
    with ProjectStore(file, create=True) as store:
        store.settings.set("name", "cat")
    return file


def test_it_is_read_and_nothing_is_made_beside_it(stored: Path):
    with unwritable(stored.parent):
        with pytest.raises(ProjectError):
            ProjectStore(stored)
        with ProjectStore(stored, read_only=True) as store:
            assert store.settings.get("name") == "cat"
        assert [file.name for file in stored.parent.iterdir()] == ["project.sqlite"]


def test_a_write_is_refused_with_a_sentence_and_changes_nothing(stored: Path):
    with unwritable(stored.parent), ProjectStore(stored, read_only=True) as store:
        with pytest.raises(ProjectError, match="This project is read only"):
            store.settings.set("name", "dog")
        assert store.settings.get("name") == "cat"


def test_one_that_another_program_writes_is_read_as_it_is_now(stored: Path):
    with ProjectStore(stored) as writer:
        writer.settings.set("name", "dog")
        with unwritable(stored.parent), ProjectStore(stored, read_only=True) as store:
            assert store.settings.get("name") == "dog"


def test_what_stands_in_the_log_alone_is_never_passed_over(stored: Path, tmp_path: Path):
    """As after a power cut: the log is there, its index is not."""
    copy = tmp_path / "copy" / stored.name
    copy.parent.mkdir()
    with ProjectStore(stored) as writer:
        writer.settings.set("name", "dog")
        for suffix in ("", "-wal"):
            copied = copy.with_name(copy.name + suffix)
            copied.write_bytes(stored.with_name(stored.name + suffix).read_bytes())
    with unwritable(copy.parent), pytest.raises(ProjectError, match="Copy its folder"):
        ProjectStore(copy, read_only=True)


def test_an_earlier_version_is_not_brought_up_to_date_there(stored: Path):
    connection = sqlite3.connect(stored)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with unwritable(stored.parent), pytest.raises(ProjectError, match="earlier version"):
        ProjectStore(stored, read_only=True)


def test_an_absent_one_is_a_sentence(tmp_path: Path):
    with pytest.raises(ProjectError):
        ProjectStore(tmp_path / "absent.sqlite", read_only=True)
