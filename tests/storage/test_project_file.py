"""A project from a stranger: refused before it can do anything, and left as it is."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from cdul_app.errors import DamagedProjectError, ProjectError
from cdul_app.storage.migrations import project_migrations
from cdul_app.storage.project_store import ProjectStore
from tests.storage.store_helpers import add_encoding, unit_views

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'a' AS path, "
    "1 AS size, 1 AS modified_ns, NULL AS fingerprint, 1 AS width, 1 AS height, NULL AS error, "
    "0 AS missing FROM n"
)
PLANTED = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON observed_labels BEGIN "
    "DELETE FROM observed_labels; END",
    "a view": "CREATE VIEW more AS SELECT 1",
    "an endless view for a table": f"DROP TABLE photos; CREATE VIEW photos AS {ENDLESS}",
    "a table": "CREATE TABLE notes (text)",
    "an index": "CREATE INDEX other ON photos (length(path))",
    "another column": "ALTER TABLE flags ADD COLUMN why TEXT",
    "a generated column": "ALTER TABLE flags ADD COLUMN why TEXT AS (photo_id || '')",
    "a table less": "DROP TABLE flags",
    "another table of migrations": "DROP TABLE _sqlite_migrations; "
    "CREATE VIEW _sqlite_migrations AS SELECT 1",
}


@pytest.fixture
def project(database_file: Path) -> Path:
    ProjectStore(database_file, create=True).close()
    return database_file


def alter(file: Path, statements: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(statements)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.mark.parametrize("planted", PLANTED)
def test_what_this_app_did_not_make_is_refused(project: Path, planted: str):
    alter(project, PLANTED[planted])
    before = project.read_bytes()
    with pytest.raises(ProjectError, match=r"not as this app makes it|of another program"):
        ProjectStore(project)
    assert project.read_bytes() == before


def test_statistics_of_sqlite_are_no_stranger_s(project: Path):
    alter(project, "INSERT INTO settings VALUES ('a', '1'); ANALYZE")
    ProjectStore(project).close()


@pytest.mark.parametrize("mark", [0, 12345])
def test_a_database_of_another_program_with_the_same_library(database_file: Path, mark: int):
    """sqlite-utils keeps its migrations in the same table, whoever uses it."""
    database = Database(sqlite3.connect(database_file))
    project_migrations.ensure_migrations_table(database)
    database["songs"].insert({"title": "a"})
    database.conn.execute(f"PRAGMA application_id = {mark}")
    database.close()
    before = database_file.read_bytes()
    with pytest.raises(ProjectError, match="of another program"):
        ProjectStore(database_file, create=True)
    assert database_file.read_bytes() == before


def test_an_empty_file_is_no_new_project(database_file: Path):
    database_file.touch()
    with pytest.raises(DamagedProjectError, match=r"empty \(0 bytes\)"):
        ProjectStore(database_file, create=True)
    assert database_file.read_bytes() == b""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_refused_at_once(database_file: Path, kind: str):
    if kind == "pipe":
        os.mkfifo(database_file)
    else:
        database_file.symlink_to("/dev/zero")
    code = (
        "import sys; from pathlib import Path\n"
        "from cdul_app.errors import ProjectError\n"
        "from cdul_app.storage.project_store import ProjectStore\n"
        "try: ProjectStore(Path(sys.argv[1]), create=True)\n"
        "except ProjectError as error: print(error)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, database_file],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "a pipe or a device, not a file" in told.stdout


def test_a_project_that_is_half_made_leaves_no_file(tmp_path: Path):
    """A folder that takes no new file: nothing is there afterwards, under any name."""
    folder = tmp_path / "folder"
    folder.write_bytes(b"")
    with pytest.raises(ProjectError, match="cannot be opened"):
        ProjectStore(folder / "project.sqlite", create=True)
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_ten_views_of_a_photo_take_little_more_than_their_numbers(tmp_path):
    file = tmp_path / "project.sqlite"
    with ProjectStore(file, create=True) as store:
        encoding = add_encoding(store, dimension=512)
        before = file.stat().st_size
        photos = [(f"{number:032}", unit_views(10, 512, number)) for number in range(300)]
        store.embeddings.add(encoding, photos)
    assert (file.stat().st_size - before) / 300 < 1.1 * 10 * 512 * 2
