import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.paths import locate_project
from cdul_app.project.opening import refuse_lost
from cdul_app.storage.backups import back_up, list_backups
from cdul_app.storage.database import open_database
from cdul_app.storage.journal.foreign_log import set_foreign_log_aside
from cdul_app.storage.migrations import SCHEMA_VERSION, project_migrations
from cdul_app.storage.project_file import APPLICATION_ID
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.transactions import writing


def test_a_new_project_has_all_migrations_and_safe_settings(database_file: Path):
    database = open_database(database_file, create=True).database
    pragmas = {
        name: database.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in (
            "user_version", "application_id", "journal_mode", "foreign_keys", "synchronous",
            "trusted_schema", "secure_delete",
        )
    }  # fmt: skip
    assert pragmas == {
        "user_version": SCHEMA_VERSION,
        "application_id": APPLICATION_ID,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,  # FULL: a commit is on the disk
        "trusted_schema": 0,
        "secure_delete": 2,  # FAST: no zeros over what is deleted
    }
    assert len(project_migrations.applied(database)) == SCHEMA_VERSION
    assert not project_migrations.pending(database)
    database.close()


def test_what_was_stored_is_there_after_reopening(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        store.settings.set("name", "Grüße 🐈\n")
    with ProjectStore(database_file) as store:
        assert store.settings.get("name") == "Grüße 🐈\n"


def test_an_absent_project_is_a_sentence_and_is_not_made(database_file: Path):
    with pytest.raises(ProjectError, match="score the folder's photos first"):
        ProjectStore(database_file)
    assert not database_file.exists()


def test_a_newer_project_is_refused_and_left_as_it_is(database_file: Path):
    ProjectStore(database_file, create=True).close()
    connection = sqlite3.connect(database_file)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = database_file.read_bytes()
    with pytest.raises(ProjectError, match="newer version of cdul_app: update"):
        ProjectStore(database_file)
    assert database_file.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_as_it_is(database_file: Path):
    connection = sqlite3.connect(database_file)
    connection.execute("CREATE TABLE bookmarks (address TEXT)")
    connection.commit()
    connection.close()
    before = database_file.read_bytes()
    with pytest.raises(ProjectError, match="another program"):
        ProjectStore(database_file, create=True)
    assert database_file.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 600]
)
def test_a_damaged_file_is_a_sentence_and_is_kept(database_file: Path, content: bytes):
    database_file.write_bytes(content)
    with pytest.raises(ProjectError, match=r"damaged.* photos are untouched"):
        ProjectStore(database_file, create=True)
    assert database_file.read_bytes() == content


def test_damage_in_the_middle_is_a_sentence_too(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        store.settings.set("long", "x" * 200_000)
    content = bytearray(database_file.read_bytes())
    content[len(content) // 2 :] = b"\xff" * len(content[len(content) // 2 :])
    database_file.write_bytes(content)

    def read_all() -> None:
        with ProjectStore(database_file) as store:
            store.settings.get("long")
            store.photos.all()
            store.runs.all()
            store.answers.all()

    with pytest.raises(ProjectError, match=r"is damaged .* restore a backup"):
        read_all()


def test_a_bug_is_not_taken_for_a_failing_disk(database_file: Path):
    with pytest.raises(sqlite3.IntegrityError), ProjectStore(database_file, create=True) as store:
        store.embeddings._database.conn.execute(
            "INSERT INTO observed_labels VALUES (1, 1, 5, 'now', NULL)"
        )


@pytest.mark.parametrize("place", ["folder", "below a file"])
def test_a_place_that_cannot_hold_a_database(tmp_path: Path, place: str):
    (tmp_path / "file").write_text("x")
    file = tmp_path if place == "folder" else tmp_path / "file" / "project.sqlite"
    with pytest.raises(ProjectError, match=r"cannot be opened|is a folder"):
        ProjectStore(file, create=True)


def test_many_threads_open_a_new_project_at_once(database_file: Path):
    failures: list[BaseException] = []
    together = threading.Barrier(6)

    def open_it(number: int) -> None:
        try:
            together.wait()
            with ProjectStore(database_file, create=True) as store:
                store.settings.set(str(number), number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with ProjectStore(database_file) as store:
        assert [store.settings.get(str(number)) for number in range(6)] == list(range(6))


def test_two_threads_write_at_the_same_time(database_file: Path):
    """Each step reads, then writes: begun with a read it would fail with “database is locked”."""
    ProjectStore(database_file, create=True).close()
    failures: list[BaseException] = []
    together = threading.Barrier(2)

    def count_up() -> None:
        try:
            with ProjectStore(database_file) as store:
                together.wait()
                for _ in range(150):
                    with writing(store.settings._database):
                        connection = store.settings._database.conn
                        row = connection.execute(
                            "SELECT value FROM settings WHERE name = 'count'"
                        ).fetchone()
                        connection.execute(
                            "INSERT OR REPLACE INTO settings VALUES ('count', ?)",
                            (str(int(row[0]) + 1 if row else 1),),
                        )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with ProjectStore(database_file) as store:
        assert store.settings.get("count") == 300


def test_an_error_in_a_transaction_takes_all_of_it_back(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        database = store.settings._database

        def half_done() -> None:
            with writing(database):
                database.conn.execute("INSERT INTO settings VALUES ('a', '1')")
                raise ValueError("in the middle")

        with pytest.raises(ValueError, match="in the middle"):
            half_done()
        assert store.settings.get("a") is None
        store.settings.set("b", 2)  # the connection can be used further


def test_a_full_disk_is_a_sentence_and_the_rest_stays(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        store.settings.set("kept", 1)
        connection = store.settings._database.conn
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ProjectError, match="has space"):
            store.settings.set("large", "x" * 500_000)
        assert not connection.in_transaction
        assert store.settings.get("kept") == 1


def test_no_look_at_the_file_takes_its_locks_off(database_file: Path):
    """POSIX takes all locks of a process off a file when it closes it, whoever had opened it.
    Another process that comes and goes then removes the log that this one is writing."""
    read = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); "
        "print(connection.execute('SELECT count(*) FROM settings').fetchone()[0]); "
        "connection.close()"
    )

    def count_elsewhere() -> int:
        command = [sys.executable, "-c", read, str(database_file)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def look() -> None:
        ProjectStore(database_file, create=True).close()
        store.check_in_place()
        back_up(database_file, "daily")
        list_backups(database_file)
        set_foreign_log_aside(database_file)
        locate_project(database_file.parent, database_file)
        refuse_lost(locate_project(database_file.parent, database_file))

    with ProjectStore(database_file, create=True) as store:
        for number in range(3):
            look()
            before = count_elsewhere()
            store.settings.set(f"setting {number}", number)
            assert count_elsewhere() == before + 1
